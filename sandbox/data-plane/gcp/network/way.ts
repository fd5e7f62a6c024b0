import { isIP } from "node:net";
import { announcedRanges } from "../../private-network/announced-ranges.ts";
import { contains } from "../../private-network/prefix.ts";
import { isPrivateAddress } from "../../private-network/private-address.ts";
import type { GcpForwardingZone, GcpNetwork, GcpReach, GcpSession } from "./artefacts.ts";
import { blockingRule } from "./firewall.ts";
import { resolverOf } from "./names.ts";

/**
 * Why a service's connection to a host does not arrive: where its way ends. Undefined if it arrives.
 *
 * An address of the internet is always reached. With `ALL_TRAFFIC` that needs Cloud NAT, which the sandbox does not check.
 *
 * @param host a name, or an address as a URL has it
 */
export function wayProblem(reach: GcpReach, host: string, port: number): string | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0) return isPrivateAddress(host) ? addressProblem(reach, address, port) : undefined;
  const resolver = resolverOf(reach, address);
  if ("problem" in resolver) return resolver.problem;
  if (resolver.by === "public DNS" || reach.network === undefined) return undefined;
  return forwardingProblem(reach.network, resolver.zone, address);
}

/** Whether a host is on a private network, so that a service reaches it over its interface only. */
export function isPrivateHost(reach: GcpReach, host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0) return isPrivateAddress(host);
  const resolver = resolverOf(reach, address);
  return "problem" in resolver || resolver.by === "zone";
}

/**
 * Whether one of these BGP sessions leads to a host, or to the DNS servers that know it, while its tunnel is up.
 *
 * @param peers the names of the sessions' peers
 */
export function isLedTo(reach: GcpReach, peers: ReadonlySet<string>, host: string): boolean {
  const { network } = reach;
  if (network === undefined || !isPrivateHost(reach, host)) return false;
  const address = host.replace(/^\[(.*)\]$/, "$1");
  const resolver = resolverOf(reach, address);
  const servers = isIP(address) === 0 && "zone" in resolver ? resolver.zone.servers : [address];
  const sessions = network.sessions.filter(({ peer }) => peers.has(peer));
  return servers.some((server) => sessions.some((session) => learns(session, server)));
}

function learns({ ranges }: GcpSession, address: string): boolean {
  return (ranges.length === 0 ? announcedRanges : ranges).some((range) => contains(range, address));
}

/**
 * Cloud Run could not reach private destinations in this range.
 *
 * Unverified: whether Direct VPC egress has the same limit. The sandbox assumes it.
 *
 * @see https://cloud.google.com/run/docs/known-issues
 */
const unreachable = "192.168.1.0/24";

function addressProblem({ network }: GcpReach, address: string, port: number): string | undefined {
  if (network === undefined) return `${address} is a private address, and the service has no network interface`;
  const { name, problem, subnetRanges, egressRules } = network;
  if (problem !== undefined) return problem;
  if (contains(unreachable, address)) return `Cloud Run does not reach private addresses in ${unreachable}`;
  const rule = blockingRule(egressRules, address, port);
  if (rule !== undefined) return `the firewall rule ${rule.name} of the network ${name} denies ${address}:${port}`;
  if (subnetRanges.some((range) => contains(range, address))) return undefined;
  return siteProblem(network, address, ({ peer, advertisesSubnet }) =>
    advertisesSubnet ? undefined : `the device of the session ${peer} does not learn the subnet of the service`,
  );
}

/** Cloud DNS sends the queries itself, so no firewall rule of the network applies. The sandbox cannot ask the servers. */
function forwardingProblem(network: GcpNetwork, zone: GcpForwardingZone, name: string): string | undefined {
  if (network.problem !== undefined) return network.problem;
  const problems = zone.servers.map((server) => {
    if (!isPrivateAddress(server) || network.subnetRanges.some((range) => contains(range, server))) return undefined;
    return siteProblem(network, server, ({ peer, advertisesDns }) =>
      advertisesDns ? undefined : `the device of the session ${peer} does not learn the source of DNS queries`,
    );
  });
  if (problems.includes(undefined)) return undefined;
  return `no DNS server of the zone ${zone.name} answers for ${name}: ${problems[0] ?? "it has none"}`;
}

/**
 * Why no session leads to an address on premises; undefined if one does.
 *
 * @param answerProblem why the device's answers do not arrive
 */
function siteProblem(
  { name, sessions }: GcpNetwork,
  address: string,
  answerProblem: (session: GcpSession) => string | undefined,
): string | undefined {
  if (sessions.length === 0) return `no BGP session leads from the network ${name} to ${address}`;
  const serving = sessions.filter((session) => learns(session, address));
  if (serving.length === 0) {
    return `no route of the network ${name} leads to ${address}: the sessions ${peersOf(sessions)} learn other ranges`;
  }
  const problems = serving.map((session) => session.problem ?? answerProblem(session));
  return problems.includes(undefined) ? undefined : problems.join("; ");
}

function peersOf(sessions: readonly GcpSession[]): string {
  return sessions.map(({ peer }) => peer).join(", ");
}
