import { isIPv4 } from "node:net";
import { bitsOf, contains } from "../../../data-plane/private-network/prefix.ts";

/** Whether a text is an IPv4 range with a length. */
export function isIpv4Range(range: string): boolean {
  const [address = "", bits] = range.split("/");
  return isIPv4(address) && bits !== undefined && bitsOf(range) !== undefined;
}

/** The number of bits that all addresses of a range share. */
export function lengthOf(range: string): number {
  return bitsOf(range) ?? 0;
}

/** Whether two ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
  return contains(one, first(other)) || contains(other, first(one));
}

function first(range: string): string {
  return range.split("/")[0] ?? "";
}
