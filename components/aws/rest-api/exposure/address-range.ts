import { isIPv4, isIPv6 } from "node:net";

/** A network. */
export interface AddressRange {
  readonly family: "ipv4" | "ipv6";
  /** Its first address. */
  readonly address: string;
  /** How many bits all of its addresses begin with. */
  readonly bits: number;
}

const FORM = /^([0-9A-Za-z.:]+)\/(0|[1-9]\d{0,2})$/;

/** Reads a network as it is usually written, one way only, so that no two texts are the same one; or says what it is not. */
export function readRange(cidr: unknown): AddressRange | string {
  const [, address = "", digits = ""] = typeof cidr === "string" ? (FORM.exec(cidr) ?? []) : [];
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  const bits = Number(digits);
  const width = family === "ipv4" ? 32 : 128;
  if (family === undefined || bits > width) return "is no network, such as 192.0.2.0/24 or 2001:db8::/32";
  const canonical = family === "ipv4" ? address : usual(address);
  if (address !== canonical) return `is usually written ${canonical}/${bits}`;
  if (numberOf(address, family) % 2n ** BigInt(width - bits) !== 0n) {
    return `does not begin with the first of its addresses: one alone is ${address}/${width}`;
  }
  return { family, address, bits };
}

/** RFC 5952: as URLs write it. */
function usual(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function numberOf(address: string, family: AddressRange["family"]): bigint {
  if (family === "ipv4") return joined(address.split("."), 8n, 10);
  const [before = [], after = []] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return joined([...before, ...zeros, ...after], 16n, 16);
}

function joined(parts: readonly string[], bits: bigint, base: 10 | 16): bigint {
  return parts.reduce((all, part) => (all << bits) + BigInt(Number.parseInt(part, base)), 0n);
}

/**
 * What no request of a public network comes from: this machine, private use (RFC 1918, 4193), shared space (RFC 6598), link-local
 * (RFC 3927, 4291), multicast and the reserved (RFC 6890), and IPv4 within IPv6 (RFC 4291, 2.5.5).
 */
const nonPublic = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
  ["::", 96],
  ["::ffff:0:0", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const;

/** Whether no request of a public network comes from any of its addresses. */
export function isNonPublic({ address, family, bits }: AddressRange): boolean {
  return nonPublic.some(([network, length]) => {
    if (bits < length || (isIPv4(network) ? "ipv4" : "ipv6") !== family) return false;
    const rest = BigInt((family === "ipv4" ? 32 : 128) - length);
    return numberOf(address, family) >> rest === numberOf(network, family) >> rest;
  });
}
