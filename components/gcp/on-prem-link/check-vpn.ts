import { isIPv4 } from "node:net";
import type { ProblemList } from "../../api/problem.ts";
import { containsAddress, type Ipv4Range, ipv4Range, isPrivateAddress, overlap } from "../../gateway/ipv4-range.ts";
import { isLater } from "../../gateway/later.ts";
import type { GcpVpn } from "./args.ts";
import { checkRanges, type PlacedRange, refuseArgument, shown } from "./form.ts";
import { defaultAsn, sessionsOf, tunnelCount } from "./tunnels.ts";

/** Checks the `vpn` argument. @param site the networks on premises */
export function checkVpn(vpn: GcpVpn, site: readonly PlacedRange[], problems: ProblemList): void {
  checkDevice(vpn.deviceAddresses, problems);
  checkAsns(vpn, problems);
  const tunnels = tunnelCount(Array.isArray(vpn.deviceAddresses) ? vpn.deviceAddresses : []);
  checkSecrets(vpn.sharedSecrets, tunnels, problems);
  checkSessions(vpn, tunnels, problems);
  for (const { place, range } of checkRanges(problems, "vpn.advertise", vpn.advertise ?? [])) {
    const own = site.find((each) => overlap(each.range, range));
    if (own === undefined) continue;
    const rule = `${range.text} overlaps with the network on premises ${own.range.text}. The device must not learn its own networks.`;
    refuseArgument(problems, place, rule, "List ranges of Google Cloud only.");
  }
  const { routes, bfd } = vpn as { readonly routes?: unknown; readonly bfd?: unknown };
  if (routes !== undefined && routes !== "announced" && routes !== "fixed") {
    const rule = `routes must be "announced" or "fixed", not ${shown(routes)}.`;
    refuseArgument(problems, "vpn.routes", rule, 'Write "announced".');
  }
  if (bfd !== undefined) {
    const rule = "The BGP sessions of an HA VPN do not support BFD.";
    refuseArgument(problems, "vpn.bfd", rule, "Remove bfd. A transform of the router can lower bgp.keepaliveInterval.");
  }
}

function checkDevice(addresses: unknown, problems: ProblemList): void {
  const place = "vpn.deviceAddresses";
  const listed: readonly unknown[] = Array.isArray(addresses) ? addresses : [];
  if (![1, 2, 4].includes(listed.length)) {
    const rule = `A device must have one, two or four addresses, which are all redundancy types that Google has. There are ${listed.length}.`;
    refuseArgument(problems, place, rule, 'Write the public addresses of the device, such as ["203.0.113.9"].');
  }
  for (const [index, address] of listed.entries()) {
    if (isLater(address)) continue;
    const at = `${place}[${index}]`;
    if (typeof address !== "string" || !isIPv4(address) || isPrivateAddress(address)) {
      const rule = `The device must have a public IPv4 address, not ${shown(address)}.`;
      refuseArgument(problems, at, rule, "Write the device's public address.");
    } else if (listed.indexOf(address) < index) {
      refuseArgument(problems, at, "This address is listed twice.", "List it once. Both tunnels then lead to it.");
    }
  }
}

/** RFC 7607, RFC 4893 and RFC 7300. */
const reservedAsns: readonly unknown[] = [0, 23_456, 65_535, 4_294_967_295];

/** https://www.rfc-editor.org/rfc/rfc6996 */
function isPrivateAsn(asn: number): boolean {
  return (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
}

function checkAsns({ asn = defaultAsn, deviceAsn }: GcpVpn, problems: ProblemList): void {
  if (!Number.isInteger(asn) || !isPrivateAsn(asn)) {
    const rule = `The Cloud Router's autonomous system must be a private number (RFC 6996), from 64512 to 65534 or from 4200000000 to 4294967294, not ${shown(asn)}.`;
    refuseArgument(problems, "vpn.asn", rule, `Write a number such as ${defaultAsn}.`);
  }
  const isNumber = Number.isInteger(deviceAsn) && deviceAsn >= 1 && deviceAsn <= 4_294_967_294;
  if (!isNumber || reservedAsns.includes(deviceAsn)) {
    const rule = `The device's autonomous system must be a number from 1 to 4294967294 that is not reserved, not ${shown(deviceAsn)}.`;
    refuseArgument(problems, "vpn.deviceAsn", rule, "Write the number of the device's autonomous system.");
  } else if (deviceAsn === asn) {
    // Unverified: whether Google rejects equal numbers.
    const rule = `The device and the Cloud Router both have the autonomous system ${asn}.`;
    refuseArgument(problems, "vpn.deviceAsn", rule, "Write another vpn.asn, or give the device another number.");
  }
}

/** 24 characters of base64 are 144 random bits. Unverified: which characters and lengths Google accepts. */
const secretForm = /^[\x21-\x7e]{24,}$/;

/** No rule shows a secret. */
function checkSecrets(secrets: unknown, tunnels: number, problems: ProblemList): void {
  const listed: readonly unknown[] = Array.isArray(secrets) ? secrets : [];
  if (listed.length !== tunnels) {
    const rule = `There must be ${tunnels} shared secrets, one for each tunnel. There are ${listed.length}.`;
    const remedy = 'Pass secrets of the configuration: [config.requireSecret("vpnSecret0"), …].';
    refuseArgument(problems, "vpn.sharedSecrets", rule, remedy);
  }
  for (const [index, secret] of listed.entries()) {
    if (isLater(secret) || (typeof secret === "string" && secretForm.test(secret))) continue;
    const rule = "A shared secret must have at least 24 printable ASCII characters, without blanks.";
    const remedy = "Create one with: openssl rand -base64 24";
    refuseArgument(problems, `vpn.sharedSecrets[${index}]`, rule, remedy);
  }
}

const linkLocal = ipv4Range("169.254.0.0/16");

/** The address at which machines of Google Cloud, and of other clouds, find their metadata. */
const metadata = "169.254.169.254";

function checkSessions(vpn: GcpVpn, tunnels: number, problems: ProblemList): void {
  const listed: readonly unknown[] = sessionsOf(vpn);
  if (listed.length !== tunnels) {
    const rule = `There must be ${tunnels} networks of BGP sessions, one for each tunnel. There are ${listed.length}.`;
    refuseArgument(problems, "vpn.sessions", rule, 'Write "169.254.10.0/30" and so on, or remove sessions.');
  }
  const seen: Ipv4Range[] = [];
  for (const [index, cidr] of listed.entries()) {
    const place = `vpn.sessions[${index}]`;
    const range = ipv4Range(cidr);
    if (range?.bits !== 30 || linkLocal === undefined || !overlap(range, linkLocal)) {
      const rule = `The network of a BGP session must be a /30 of 169.254.0.0/16, not ${shown(cidr)}.`;
      refuseArgument(problems, place, rule, 'Write a network such as "169.254.10.0/30".');
    } else if (containsAddress(range, metadata)) {
      const rule = `The network ${range.text} contains ${metadata}, the address of the metadata server.`;
      refuseArgument(problems, place, rule, "Choose another network of 169.254.0.0/16.");
    } else if (seen.some((other) => overlap(other, range))) {
      refuseArgument(problems, place, "Two sessions have the same network.", "Give each tunnel its own.");
    } else {
      seen.push(range);
    }
  }
}
