import { isIPv4 } from "node:net";

/** A range of IPv4 addresses, such as `10.20.0.0/16`. */
export interface Ipv4Range {
  readonly text: string;
  /** The number of bits that all its addresses share. */
  readonly bits: number;
  /** The first address, as a number. */
  readonly first: number;
  /** The last address, as a number. */
  readonly last: number;
}

const form = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/;

/** Reads a CIDR that begins with the first address of its range. Undefined for anything else. */
export function ipv4Range(cidr: unknown): Ipv4Range | undefined {
  const [text = "", address = "", digits = ""] = typeof cidr === "string" ? (form.exec(cidr) ?? []) : [];
  const bits = Number(digits);
  if (!isIPv4(address) || digits === "" || bits > 32) return undefined;
  const first = numberOf(address);
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { text, bits, first, last: first + size - 1 } : undefined;
}

/** Whether a range contains an address. */
export function containsAddress({ first, last }: Ipv4Range, address: string): boolean {
  if (!isIPv4(address)) return false;
  const number = numberOf(address);
  return first <= number && number <= last;
}

/** Whether a range contains the whole of another one. */
export function containsRange(outer: Ipv4Range, inner: Ipv4Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** Whether two ranges have an address in common. */
export function overlap(one: Ipv4Range, other: Ipv4Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** An address of a range, counted from its first one. */
export function addressIn({ first }: Ipv4Range, offset: number): string {
  const number = first + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** The ranges for private networks: RFC 1918 and RFC 6598. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].flatMap(
  (cidr) => ipv4Range(cidr) ?? [],
);

/** Whether an IPv4 address is for private networks: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10. */
export function isPrivateAddress(address: string): boolean {
  return privateRanges.some((range) => containsAddress(range, address));
}

/** Whether all addresses of a range are for private networks. */
export function isPrivateRange(range: Ipv4Range): boolean {
  return privateRanges.some((each) => containsRange(each, range));
}

/** Ranges whose addresses the public internet does not route: private, shared, local or reserved. */
const unroutedRanges = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].flatMap(
  (cidr) => ipv4Range(cidr) ?? [],
);

/** Whether an IPv4 address is one that the public internet routes. */
export function isPublicAddress(address: unknown): address is string {
  if (typeof address !== "string" || !isIPv4(address)) return false;
  return ![...privateRanges, ...unroutedRanges].some((range) => containsAddress(range, address));
}

function numberOf(address: string): number {
  return address.split(".").reduce((all, byte) => all * 256 + Number(byte), 0);
}
