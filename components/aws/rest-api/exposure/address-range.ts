import { isIPv4, isIPv6 } from "node:net";

/** A network of IPv4 or IPv6. */
export interface AddressRange {
  readonly family: "ipv4" | "ipv6";
  /** The first address. */
  readonly address: string;
  /** The length of the prefix that all addresses have in common, in bits. */
  readonly bits: number;
}

const cidrForm = /^([0-9A-Za-z.:]+)\/(0|[1-9]\d{0,2})$/;

/**
 * Reads a network in its canonical notation, so that two different texts are never the same network.
 *
 * @returns the network, or what is wrong with the text: the end of a sentence that begins with it
 */
export function readRange(cidr: unknown): AddressRange | string {
  const [, address = "", digits = ""] = typeof cidr === "string" ? (cidrForm.exec(cidr) ?? []) : [];
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : undefined;
  const bits = Number(digits);
  const width = family === "ipv4" ? 32 : 128;
  if (family === undefined || bits > width) return "is not a network such as 192.0.2.0/24 or 2001:db8::/32.";
  const canonical = family === "ipv4" ? address : canonicalIPv6(address);
  if (address !== canonical) return `is not in canonical notation: ${canonical}/${bits}.`;
  if (numberOf(address, family) % 2n ** BigInt(width - bits) !== 0n) {
    return `does not begin with the network's first address. A single address is ${address}/${width}.`;
  }
  return { family, address, bits };
}

/** Writes an address as URLs do (RFC 5952). */
function canonicalIPv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function numberOf(address: string, family: AddressRange["family"]): bigint {
  if (family === "ipv4") return numberOfParts(address.split("."), 8n, 10);
  const [before = [], after = []] = address.split("::").map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return numberOfParts([...before, ...zeros, ...after], 16n, 16);
}

function numberOfParts(parts: readonly string[], bits: bigint, base: 10 | 16): bigint {
  return parts.reduce((number, part) => (number << bits) + BigInt(Number.parseInt(part, base)), 0n);
}

/**
 * Networks from which no request on a public network comes: loopback, private use (RFC 1918, 4193), shared address space (RFC 6598),
 * link-local (RFC 3927, 4291), multicast and reserved addresses (RFC 6890), and IPv4 addresses within IPv6 (RFC 4291, 2.5.5).
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

/** Whether no request on a public network comes from an address of this network. */
export function isNonPublic({ address, family, bits }: AddressRange): boolean {
  return nonPublic.some(([network, length]) => {
    if (bits < length || (isIPv4(network) ? "ipv4" : "ipv6") !== family) return false;
    const suffixBits = BigInt((family === "ipv4" ? 32 : 128) - length);
    return numberOf(address, family) >> suffixBits === numberOf(network, family) >> suffixBits;
  });
}
