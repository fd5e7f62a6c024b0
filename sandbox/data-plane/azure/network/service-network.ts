import { isIP } from "node:net";
import { announcedRanges } from "../../private-network/announced-ranges.ts";
import { contains, longestMatch } from "../../private-network/prefix.ts";
import { isPrivateAddress } from "../../private-network/private-address.ts";
import type { Upstream } from "../../private-network/upstream.ts";
import type { AzureNetwork, AzureSite } from "./artefacts.ts";
import { resolve } from "./names.ts";
import { blockingRule } from "./security-rules.ts";

/**
 * Finds where a service's requests to an origin go: to the internet, or over its virtual network to a private address.
 *
 * @param network the service's; undefined for a service without one
 * @param origin scheme, host and port
 */
export function upstreamOf(network: AzureNetwork | undefined, origin: string): Upstream {
  const url = URL.parse(origin);
  if (url === null) return { origin };
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (network === undefined || network.missing !== undefined) {
    if (!isPrivateAddress(url.hostname)) return { origin };
    const why = network === undefined ? "the service has no virtual network" : `no stack declares ${network.missing}`;
    return { problem: `${host} is a private address, and ${why}` };
  }
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const answer = isIP(host) === 0 ? resolve(network, host) : { address: host };
  if ("problem" in answer) return answer;
  if ("by" in answer) return answer.by === "public DNS" ? { origin } : overServers(network, origin, host);
  if (!isPrivateAddress(answer.address)) return { origin };
  const problem = problemOf(network, answer.address, port);
  if (problem !== undefined) return { problem };
  const at = isIP(answer.address) === 6 ? `[${answer.address}]` : answer.address;
  // The origin without the scheme's own port, as the host map has it.
  return { origin: new URL(`${url.protocol}//${at}:${port}`).origin };
}

/** An address in a network to which requests for an origin are sent. */
export interface PrivateAddress {
  /** The server's, or that of the DNS server which knows the server's name. */
  readonly network: string;
  /** The server as users know it, with its port. */
  readonly shown: string;
}

/** The private address behind an origin; undefined for a public one, and for a service without a known network. */
export function privateAddressOf(network: AzureNetwork, origin: string): PrivateAddress | undefined {
  const url = URL.parse(origin);
  if (url === null || network.missing !== undefined) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const answer = isIP(host) === 0 ? resolve(network, host) : { address: host };
  if ("problem" in answer) return undefined;
  if ("by" in answer) {
    const [server] = answer.by === "custom servers" ? network.dnsServers : [];
    return server === undefined ? undefined : { network: server, shown: `${host}:${port}` };
  }
  return isPrivateAddress(answer.address) ? { network: answer.address, shown: `${answer.address}:${port}` } : undefined;
}

/** Whether a connection leads to an address, while it has a tunnel. */
export function isServedBy({ sites }: AzureNetwork, connection: string, address: string): boolean {
  return sites.some(
    (site) => site.connection === connection && reachedBy(site).some((prefix) => contains(prefix, address)),
  );
}

/** A name that custom DNS servers know. The sandbox cannot ask them, so that it checks the way to them only. */
function overServers(network: AzureNetwork, origin: string, host: string): Upstream {
  const problems = network.dnsServers.map((server) => problemOf(network, server, 53));
  if (problems.includes(undefined)) return { origin };
  return { problem: `no DNS server answers for ${host}: ${problems[0]}` };
}

/** Why no packet from the service's subnet gets to a private address; undefined if it does. */
function problemOf(network: AzureNetwork, address: string, port: number): string | undefined {
  const isLocal = network.prefixes.some((prefix) => contains(prefix, address));
  const problem = routeProblem(network, address, isLocal);
  if (problem !== undefined) return problem;
  const { outbound, subnetPrefixes } = network;
  if (outbound === undefined) return undefined;
  const rule = blockingRule(outbound, { address, port, isVirtualNetwork: true, subnetPrefixes });
  return rule && `the rule ${rule.name} of the subnet's network security group blocks ${address}:${port}`;
}

/**
 * The longest prefix decides; of equal ones, the route table's, then a gateway's, then the virtual network's.
 *
 * @see https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
 */
function routeProblem(network: AzureNetwork, address: string, isLocal: boolean): string | undefined {
  const local = network.prefixes.map((prefix) => ({ prefix, nextHop: "VnetLocal" }));
  const learnt = network.sites
    .filter(({ problem }) => problem === undefined)
    .flatMap((site) => reachedBy(site).map((prefix) => ({ prefix, nextHop: "VirtualNetworkGateway" })));
  const route = longestMatch([...network.routes, ...learnt, ...local], address);
  if (route === undefined || route.nextHop === "VirtualNetworkGateway") return siteProblem(network, address);
  if (route.nextHop !== "VnetLocal") {
    return `the route ${route.prefix} of the subnet's route table leads ${address} to ${route.nextHop}`;
  }
  return isLocal ? undefined : `${address} is in no subnet of the virtual network`;
}

function reachedBy({ prefixes, bgp }: AzureSite): readonly string[] {
  return bgp ? [...prefixes, ...announcedRanges] : prefixes;
}

/** Why no connection leads to an address on premises; undefined if one does. */
function siteProblem({ sites }: AzureNetwork, address: string): string | undefined {
  if (sites.length === 0) return `no connection leads from the virtual network to ${address}`;
  const serving = sites.filter((site) => reachedBy(site).some((prefix) => contains(prefix, address)));
  if (serving.length === 0) {
    const names = sites.map(({ connection }) => connection).join(", ");
    return `${address} is in no prefix of the local network gateways behind ${names}`;
  }
  if (serving.some(({ problem }) => problem === undefined)) return undefined;
  return serving.map(({ connection, problem }) => `the connection ${connection}: ${problem}`).join("; ");
}
