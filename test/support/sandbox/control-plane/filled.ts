import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";

const empty: readonly unknown[] = ["", 0, false, [], {}];

/** The properties that have a value: an import returns none of the empty outputs that only the SDK declares. */
export function filled(properties: Properties | undefined): Properties {
  return Object.fromEntries(
    Object.entries(properties ?? {}).filter(([, value]) => !empty.some((each) => isDeepStrictEqual(each, value))),
  );
}
