import type {
  AzureNetwork,
  AzureRoute,
  AzureSecurityRule,
  AzureSite,
  AzureZone,
} from "../../../data-plane/azure/network/artefacts.ts";
import { flag, isObject, type Properties, text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { armKey, lastSegment } from "../arm.ts";
import { allOf, type NetworkRecord, objects, parentOf, referenced, resourceAt } from "./record.ts";
import { prefixesOf } from "./subnet.ts";

/** A network of which nothing is known but the id of a subnet. */
function unknownNetwork(subnetId: string): AzureNetwork {
  return { missing: subnetId, prefixes: [], subnetPrefixes: [], dnsServers: [], zones: [], routes: [], sites: [] };
}

/**
 * The virtual network of a service, as far as packets to private addresses depend on it.
 *
 * @param subnetId the service's
 */
export function serviceNetwork(records: Records, subnetId: string): AzureNetwork {
  const subnet = resourceAt(records, subnetId);
  const network = subnet && resourceAt(records, parentOf(subnet.id));
  if (subnet === undefined || network === undefined) return unknownNetwork(subnetId);
  const peers = peersOf(records, network);
  const table = resourceAt(records, referenced(subnet.inputs.routeTable));
  const group = resourceAt(records, referenced(subnet.inputs.networkSecurityGroup));
  const learnsRoutes = table === undefined || flag(table.inputs, "disableBgpRoutePropagation") !== true;
  const sites = [network, ...peers.filter(({ lendsGateway }) => lendsGateway).map(({ network: hub }) => hub)].flatMap(
    (each) => sitesOf(records, each),
  );
  const blocked = "the subnet's route table does not propagate the routes of gateways";
  return {
    prefixes: [network, ...peers.map(({ network: peer }) => peer)].flatMap(spaceOf),
    subnetPrefixes: prefixesOf(subnet.inputs),
    dnsServers: dnsServersOf(network),
    zones: zonesOf(records, network),
    routes: routesOf(records, table),
    sites: learnsRoutes ? sites : sites.map((site) => ({ problem: blocked, ...site })),
    ...(group === undefined ? {} : { outbound: outboundOf(records, group) }),
  };
}

function spaceOf({ inputs }: NetworkRecord): readonly string[] {
  return isObject(inputs.addressSpace) ? (texts(inputs.addressSpace.addressPrefixes) ?? []) : [];
}

function dnsServersOf({ inputs }: NetworkRecord): readonly string[] {
  return isObject(inputs.dhcpOptions) ? (texts(inputs.dhcpOptions.dnsServers) ?? []) : [];
}

/** A virtual network that is peered in both directions, and whether its gateway serves the other network. */
interface Peer {
  readonly network: NetworkRecord;
  readonly lendsGateway: boolean;
}

function peersOf(records: Records, { id }: NetworkRecord): readonly Peer[] {
  return peeringsOf(records, id).flatMap((peering) => {
    const network = resourceAt(records, referenced(peering.remoteVirtualNetwork));
    const back = network && peeringsOf(records, network.id).find((each) => isReference(each.remoteVirtualNetwork, id));
    if (network === undefined || back === undefined) return [];
    const lendsGateway = flag(peering, "useRemoteGateways") === true && flag(back, "allowGatewayTransit") === true;
    return [{ network, lendsGateway }];
  });
}

function peeringsOf(records: Records, virtualNetworkId: string): readonly Properties[] {
  return allOf(records, "VirtualNetworkPeering", virtualNetworkId).map(({ inputs }) => inputs);
}

function isReference(value: Properties[string] | undefined, id: string): boolean {
  const found = referenced(value);
  return found !== undefined && armKey(found) === armKey(id);
}

/** The connections of the network's own VPN gateway. */
function sitesOf(records: Records, { id: virtualNetworkId }: NetworkRecord): readonly AzureSite[] {
  const isHere = (subnetId: string): boolean => armKey(parentOf(subnetId)) === armKey(virtualNetworkId);
  const gateways = allOf(records, "VirtualNetworkGateway").filter(({ inputs }) =>
    objects(inputs.ipConfigurations).some(({ subnet }) => isHere(referenced(subnet) ?? "")),
  );
  return gateways.flatMap((gateway) =>
    allOf(records, "VirtualNetworkGatewayConnection")
      .filter(({ inputs }) => isReference(inputs.virtualNetworkGateway1, gateway.id))
      .map((connection) => siteOf(records, gateway, connection)),
  );
}

export function siteOf(records: Records, gateway: NetworkRecord, connection: NetworkRecord): AzureSite {
  const { id, inputs } = connection;
  const site = resourceAt(records, referenced(inputs.localNetworkGateway2));
  const space =
    site !== undefined && isObject(site.inputs.localNetworkAddressSpace) ? site.inputs.localNetworkAddressSpace : {};
  const speaksBgp = [gateway.inputs, inputs].every((each) => flag(each, "enableBgp") === true);
  const problem = siteProblem(gateway, connection);
  return {
    connection: lastSegment(id),
    gateway: lastSegment(gateway.id),
    prefixes: texts(space.addressPrefixes) ?? [],
    bgp: speaksBgp && site !== undefined && isObject(site.inputs.bgpSettings),
    ...(problem === undefined ? {} : { problem }),
  };
}

function siteProblem(gateway: NetworkRecord, { inputs, cut = [] }: NetworkRecord): string | undefined {
  if (text(inputs, "connectionType") !== "IPsec") return "the sandbox models IPsec connections only";
  const tunnels = tunnelCount(gateway);
  return cut.length < tunnels ? undefined : tunnels === 1 ? "its tunnel is cut" : "both tunnels are cut";
}

/**
 * The tunnels of a connection: both instances of an active-active gateway have one. Otherwise the second instance only takes over.
 *
 * @see https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-highlyavailable
 */
export function tunnelCount({ inputs }: NetworkRecord): number {
  return flag(inputs, "activeActive") === true ? 2 : 1;
}

function zonesOf(records: Records, { id }: NetworkRecord): readonly AzureZone[] {
  const links = allOf(records, "VirtualNetworkLink").filter(({ inputs }) => isReference(inputs.virtualNetwork, id));
  return links.map((link) => {
    const zone = parentOf(link.id);
    const sets = allOf(records, "PrivateRecordSet", zone).map(({ inputs }) => inputs);
    const addresses = sets.filter((set) => /^A$/i.test(text(set, "recordType") ?? ""));
    return {
      name: lastSegment(zone).toLowerCase(),
      records: Object.fromEntries(
        addresses.map((set) => [
          (text(set, "relativeRecordSetName") ?? "@").toLowerCase(),
          objects(set.aRecords).flatMap((each) => text(each, "ipv4Address") ?? []),
        ]),
      ),
    };
  });
}

function routesOf(records: Records, table: NetworkRecord | undefined): readonly AzureRoute[] {
  if (table === undefined) return [];
  const nested = allOf(records, "Route", table.id).map(({ inputs }) => inputs);
  return [...objects(table.inputs.routes), ...nested].flatMap((route) => {
    const prefix = text(route, "addressPrefix");
    return prefix === undefined ? [] : [{ prefix, nextHop: text(route, "nextHopType") ?? "None" }];
  });
}

function outboundOf(records: Records, group: NetworkRecord): readonly AzureSecurityRule[] {
  const nested = allOf(records, "SecurityRule", group.id).map(({ inputs }) => inputs);
  return [...objects(group.inputs.securityRules), ...nested]
    .filter((rule) => text(rule, "direction") === "Outbound")
    .map((rule) => ({
      name: text(rule, "name") ?? text(rule, "securityRuleName") ?? "(unnamed)",
      priority: typeof rule.priority === "number" ? rule.priority : 0,
      allows: text(rule, "access") === "Allow",
      protocol: text(rule, "protocol") ?? "*",
      sources: oneOrMany(rule, "sourceAddressPrefix", "sourceAddressPrefixes"),
      destinations: oneOrMany(rule, "destinationAddressPrefix", "destinationAddressPrefixes"),
      ports: oneOrMany(rule, "destinationPortRange", "destinationPortRanges"),
    }));
}

function oneOrMany(rule: Properties, one: string, many: string): readonly string[] {
  const single = text(rule, one);
  return [...(single === undefined ? [] : [single]), ...(texts(rule[many]) ?? [])];
}
