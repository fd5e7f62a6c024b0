import { type Properties, text, texts } from "../../property-value.ts";

/** The prefixes of a subnet. */
export function prefixesOf(subnet: Properties): readonly string[] {
  const prefix = text(subnet, "addressPrefix");
  return [...(prefix === undefined ? [] : [prefix]), ...(texts(subnet.addressPrefixes) ?? [])];
}
