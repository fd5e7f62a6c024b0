import { BlockList, isIP } from "node:net";

/**
 * The addresses that the public internet does not route: private use (RFC 1918), shared space (RFC 6598), link-local (RFC 3927,
 * 4291), unique local (RFC 4193), multicast, and special purpose (RFC 6890). Loopback addresses are not among them, because the
 * host map handles those.
 */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(network, bits);
}
for (const [network, bits] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  PRIVATE.addSubnet(network, bits, "ipv6");
}

/**
 * @param hostname in the form of `URL.hostname`: an IPv4 address in four decimal parts, an IPv6 address in brackets, or a name
 */
export function isPrivateAddress(hostname: string): boolean {
  const address = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(address);
  return family !== 0 && PRIVATE.check(address, family === 4 ? "ipv4" : "ipv6");
}
