import { isIPv4 } from "node:net";

/** The addresses of an IPv4 network. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
  /** The number of bits that all addresses share. */
  readonly bits: number;
}

/** Reads a CIDR that begins with the first address of its range. Undefined for anything else. */
export function rangeOf(cidr: unknown): AddressRange | undefined {
  const [, address = "", digits = ""] =
    typeof cidr === "string" ? (/^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr) ?? []) : [];
  const bits = Number(digits);
  if (!isIPv4(address) || digits === "" || bits > 32) return undefined;
  const first = numberOf(address);
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1, bits } : undefined;
}

/** Whether two networks have an address in common. */
export function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Whether a network contains all addresses of another. */
export function includes(one: AddressRange, other: AddressRange): boolean {
  return one.first <= other.first && other.last <= one.last;
}

/** Whether an IPv4 address is one that the public internet routes: not private, shared, local, or reserved. */
export function isPublicAddress(address: unknown): address is string {
  if (typeof address !== "string" || !isIPv4(address)) return false;
  const value = numberOf(address);
  return !notPublic.some(({ first, last }) => first <= value && value <= last);
}

const notPublic = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
].map((cidr) => rangeOf(cidr) as AddressRange);

function numberOf(address: string): number {
  return address.split(".").reduce((all, byte) => all * 256 + Number(byte), 0);
}
