import { BlockList, isIP } from "node:net";

/** The length of a prefix such as `10.20.0.0/16`; of an address, its own. Undefined for anything else. */
export function bitsOf(prefix: string): number | undefined {
  const [address = "", bits, rest] = prefix.split("/");
  const family = isIP(address);
  if (family === 0 || rest !== undefined) return undefined;
  const longest = family === 4 ? 32 : 128;
  if (bits === undefined) return longest;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= longest ? Number(bits) : undefined;
}

/** Whether an address is in the range of a prefix. False for a text that is no prefix. */
export function contains(prefix: string, address: string): boolean {
  const bits = bitsOf(prefix);
  const [network = ""] = prefix.split("/");
  const family = isIP(network);
  if (bits === undefined || family !== isIP(address)) return false;
  const range = new BlockList();
  range.addSubnet(network, bits, family === 4 ? "ipv4" : "ipv6");
  return range.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** The entry with the longest prefix that contains an address; of equal ones, the first. */
export function longestMatch<T extends { readonly prefix: string }>(
  entries: readonly T[],
  address: string,
): T | undefined {
  const matching = entries.filter(({ prefix }) => contains(prefix, address));
  return matching.toSorted((one, other) => (bitsOf(other.prefix) ?? 0) - (bitsOf(one.prefix) ?? 0))[0];
}
