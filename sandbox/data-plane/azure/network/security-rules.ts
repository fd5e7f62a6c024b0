import { contains } from "../../private-network/prefix.ts";
import type { AzureSecurityRule } from "./artefacts.ts";

/** A connection that leaves a subnet. */
export interface OutboundConnection {
  readonly address: string;
  readonly port: number;
  /** Whether the address is in the virtual network, in a peered one, or on premises, all of which the tag VirtualNetwork contains. */
  readonly isVirtualNetwork: boolean;
  /** The prefixes of the subnet. */
  readonly subnetPrefixes: readonly string[];
}

/**
 * The default rules, which no group can remove.
 *
 * @see https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
 */
const defaults: readonly AzureSecurityRule[] = [
  { name: "AllowVnetOutBound", priority: 65_000, allows: true, destinations: ["VirtualNetwork"] },
  { name: "AllowInternetOutBound", priority: 65_001, allows: true, destinations: ["Internet"] },
  { name: "DenyAllOutBound", priority: 65_500, allows: false, destinations: ["*"] },
].map((rule) => ({ ...rule, protocol: "*", sources: ["*"], ports: ["*"] }));

/** The rule that blocks a TCP connection; undefined if a rule allows it. The matching rule with the lowest priority decides. */
export function blockingRule(
  rules: readonly AzureSecurityRule[],
  connection: OutboundConnection,
): AzureSecurityRule | undefined {
  const decides = [...rules, ...defaults]
    .toSorted((one, other) => one.priority - other.priority)
    .find((rule) => matches(rule, connection));
  return decides?.allows === true ? undefined : decides;
}

function matches(
  { protocol, sources, destinations, ports }: AzureSecurityRule,
  connection: OutboundConnection,
): boolean {
  return (
    (protocol === "*" || protocol.toLowerCase() === "tcp") &&
    ports.some((range) => isPort(range, connection.port)) &&
    destinations.some((each) => isDestination(each, connection)) &&
    sources.some((each) => isSource(each, connection.subnetPrefixes))
  );
}

function isPort(range: string, port: number): boolean {
  if (range === "*") return true;
  const [first = "", last = first] = range.split("-");
  return Number(first) <= port && port <= Number(last);
}

/** Tags of Azure's own services contain public addresses only, so they match no private address. */
function isDestination(destination: string, { address, isVirtualNetwork }: OutboundConnection): boolean {
  if (destination === "*") return true;
  const tag = destination.toLowerCase();
  if (tag === "virtualnetwork") return isVirtualNetwork;
  if (tag === "internet") return !isVirtualNetwork;
  return contains(destination, address);
}

/** The service has any address of its subnet, so a rule for a part of the subnet may match. The sandbox lets it. */
function isSource(source: string, subnetPrefixes: readonly string[]): boolean {
  if (source === "*" || source.toLowerCase() === "virtualnetwork") return true;
  return subnetPrefixes.some((prefix) => {
    const [first = ""] = prefix.split("/");
    const [network = ""] = source.split("/");
    return contains(source, first) || contains(prefix, network);
  });
}
