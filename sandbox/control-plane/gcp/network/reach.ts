import type {
  GcpEgressRule,
  GcpForwardingZone,
  GcpNetwork,
  GcpReach,
  GcpSession,
} from "../../../data-plane/gcp/network/artefacts.ts";
import { flag, isObject, type Properties, text, texts } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { interfaceProblem, type ServiceInterface, subnetOf } from "./interface.ts";
import { zoneNetworks } from "./network-types.ts";
import { lengthOf, overlap } from "./ranges.ts";
import { allOf, type NetworkRecord, networkPath, networkRecords, type Place, referred } from "./record.ts";
import { networkOf, objectsOf } from "./vpn-types.ts";

/** What a service reaches. @param place the project and the region of the service */
export function reachOf(records: Records, place: Place, own: ServiceInterface | undefined): GcpReach {
  const zones = allOf(records, "managedZones").flatMap(zoneOf);
  return own === undefined ? { zones } : { zones, network: networkReachedBy(records, place, own) };
}

/** The network of an interface. */
function networkReachedBy(records: Records, place: Place, own: ServiceInterface): GcpNetwork {
  const subnet = subnetOf(records, place, own);
  const name = subnet === undefined ? networkPath(own.network ?? "", place.project) : networkOf(subnet);
  const range = subnet && text(subnet.inputs, "ipCidrRange");
  const inNetwork = (each: NetworkRecord): boolean => networkOf(each) === name;
  const problem = interfaceProblem(own, place, subnet, name);
  return {
    name,
    ...(problem === undefined ? {} : { problem }),
    subnetRanges: allOf(records, "subnetworks")
      .filter(inNetwork)
      .flatMap(({ inputs }) => text(inputs, "ipCidrRange") ?? []),
    egressRules: allOf(records, "firewalls")
      .filter(inNetwork)
      .flatMap((rule) => egressRuleOf(rule, own.tags)),
    sessions: allOf(records, "routerPeers").flatMap((peer) => sessionOf(records, peer, name, place, range)),
  };
}

function zoneOf({ name, inputs }: NetworkRecord): readonly GcpForwardingZone[] {
  const { forwardingConfig } = inputs;
  if (!isObject(forwardingConfig)) return [];
  const servers = objectsOf(forwardingConfig.targetNameServers).flatMap((server) => text(server, "ipv4Address") ?? []);
  const domain = (text(inputs, "dnsName") ?? "").toLowerCase().replace(/\.$/, "");
  return [{ name, domain, networks: zoneNetworks(inputs), servers }];
}

/**
 * A rule for outgoing connections of an interface with these tags. A rule for service accounts applies to no service of Cloud Run.
 *
 * Unverified: rules for service accounts.
 */
function egressRuleOf({ name, inputs }: NetworkRecord, tags: readonly string[]): readonly GcpEgressRule[] {
  if (text(inputs, "direction") !== "EGRESS" || flag(inputs, "disabled") === true) return [];
  const targets = texts(inputs.targetTags) ?? [];
  if (targets.length > 0 && !targets.some((tag) => tags.includes(tag))) return [];
  if ((texts(inputs.targetServiceAccounts) ?? []).length > 0) return [];
  const allows = objectsOf(inputs.allows).length > 0;
  const traffic = objectsOf(allows ? inputs.allows : inputs.denies).map((entry) => ({
    protocol: text(entry, "protocol") ?? "",
    ports: texts(entry.ports) ?? [],
  }));
  const { priority } = inputs;
  const destinations = texts(inputs.destinationRanges) ?? [];
  return [{ name, priority: typeof priority === "number" ? priority : 1000, allows, destinations, traffic }];
}

/** The BGP session of a peer; empty for one that is not in a tunnel of the network. */
function sessionOf(
  records: Records,
  peer: NetworkRecord,
  network: string,
  place: Place,
  subnetRange: string | undefined,
): readonly GcpSession[] {
  const at = referred(records, "routerInterfaces", text(peer.inputs, "interface") ?? "", peer);
  const router = referred(records, "routers", peer.router ?? "", peer);
  const tunnel = at && referred(records, "vpnTunnels", text(at.inputs, "vpnTunnel") ?? "", at);
  if (router === undefined || tunnel?.inputs.vpnGateway === undefined || networkOf(router) !== network) return [];
  const problem = sessionProblem(records, peer, router, tunnel, place);
  return [
    {
      peer: peer.name,
      tunnel: tunnel.name,
      ranges: objectsOf(peer.inputs.customLearnedIpRanges).flatMap((each) => text(each, "range") ?? []),
      advertisesSubnet: advertises(router, peer, subnetRange, true),
      advertisesDns: advertises(router, peer, "35.199.192.0/19", false),
      ...(problem === undefined ? {} : { problem }),
    },
  ];
}

function sessionProblem(
  records: Records,
  { name, inputs }: NetworkRecord,
  router: NetworkRecord,
  tunnel: NetworkRecord,
  { region }: Place,
): string | undefined {
  if (tunnel.isCut === true) return `the tunnel ${tunnel.name} is cut`;
  if (flag(inputs, "enable") === false) return `the session ${name} is switched off`;
  if (referred(records, "routers", text(tunnel.inputs, "router") ?? "", tunnel)?.id !== router.id) {
    return `the tunnel ${tunnel.name} belongs to another router than the session ${name}`;
  }
  if (router.region === region || isGlobal(records, networkOf(router))) return undefined;
  return `the router ${router.name} learns routes for ${router.region} only`;
}

/** Whether the routes that a network learns are used in all regions. A network that no stack declares is regional, like a new one. */
function isGlobal(records: Records, network: string): boolean {
  const record = networkRecords.get(records, "networks", network);
  return record !== undefined && text(record.inputs, "routingMode") === "GLOBAL";
}

/**
 * Whether the device learns a range. A peer's own mode replaces the router's. The range of a subnet that no stack declares is unknown; it is
 * learnt with all subnets.
 */
function advertises(
  { inputs: { bgp } }: NetworkRecord,
  { inputs: own }: NetworkRecord,
  range: string | undefined,
  isSubnet: boolean,
): boolean {
  const { mode, source } = sourceOf(own, isObject(bgp) ? bgp : {});
  if (mode !== "CUSTOM") return isSubnet;
  if (isSubnet && (texts(source.advertisedGroups) ?? []).some((group) => group.startsWith("ALL_"))) return true;
  return objectsOf(source.advertisedIpRanges).some((entry) => {
    const advertised = text(entry, "range") ?? "";
    return range !== undefined && overlap(advertised, range) && lengthOf(advertised) <= lengthOf(range);
  });
}

function sourceOf(peer: Properties, bgp: Properties): { readonly mode: string; readonly source: Properties } {
  const isOwn = text(peer, "advertiseMode") === "CUSTOM";
  return { mode: isOwn ? "CUSTOM" : (text(bgp, "advertiseMode") ?? "DEFAULT"), source: isOwn ? peer : bgp };
}
