import { isIPv4 } from "node:net";
import { digest } from "../../identifier.ts";
import { isObject, type Properties, type PropertyValue, text } from "../../property-value.ts";
import type { NetworkType, Proposed } from "./network-type.ts";
import { type NetworkRecord, networkPath, referred } from "./record.ts";

/** `gcp:compute/haVpnGateway:HaVpnGateway`. Its invented addresses are reserved for documentation (RFC 5737). */
export const vpnGateway: NetworkType = {
  collection: "vpnGateways",
  title: "HaVpnGateway",
  scope: "region",
  id: ({ project, region }, name) => `projects/${project}/regions/${region}/vpnGateways/${name}`,
  replaces: ["description", "gatewayIpVersion", "network", "stackType", "vpnInterfaces"],
  refers: { network: "networks" },
  outputs: ({ id }) => ({
    vpnInterfaces: [0, 1].map((number) => ({ id: number, ipAddress: vpnAddress(id, number) })),
  }),
};

/** The public address of an interface of an HA VPN gateway. */
export function vpnAddress(gateway: string, number: number): string {
  return `198.51.100.${1 + (Number.parseInt(digest(gateway, 4), 16) % 120) + 120 * number}`;
}

/** The interfaces of a device, by its redundancy type. */
const INTERFACES: Readonly<Record<string, readonly number[]>> = {
  SINGLE_IP_INTERNALLY_REDUNDANT: [0],
  TWO_IPS_REDUNDANCY: [0, 1],
  FOUR_IPS_REDUNDANCY: [0, 1, 2, 3],
};

/** `gcp:compute/externalVpnGateway:ExternalVpnGateway`: the device on premises. */
export const externalVpnGateway: NetworkType = {
  collection: "externalVpnGateways",
  title: "ExternalVpnGateway",
  scope: "global",
  id: ({ project }, name) => `projects/${project}/global/externalVpnGateways/${name}`,
  replaces: ["description", "interfaces", "redundancyType"],
  problem: ({ inputs }) => {
    const type = text(inputs, "redundancyType") ?? "";
    const wanted = Object.hasOwn(INTERFACES, type) ? INTERFACES[type] : undefined;
    if (wanted === undefined) return `Invalid value for field 'resource.redundancyType': '${type}'.`;
    const interfaces = objectsOf(inputs.interfaces);
    const ids = interfaces.map(({ id = 0 }) => id).toSorted();
    if (ids.length !== wanted.length || wanted.some((id, index) => ids[index] !== id)) {
      return `The redundancy type ${type} needs the interfaces ${wanted.join(", ")}, not ${ids.join(", ") || "none"}.`;
    }
    const wrong = interfaces.find(({ ipAddress }) => typeof ipAddress !== "string" || !isIPv4(ipAddress));
    return wrong && `Invalid value for field 'resource.interfaces.ipAddress': '${wrong.ipAddress}'.`;
  },
};

/** `gcp:compute/vPNTunnel:VPNTunnel`. A tunnel of Classic VPN (`targetVpnGateway`) is stored without effect. */
export const vpnTunnel: NetworkType = {
  collection: "vpnTunnels",
  title: "VpnTunnel",
  scope: "region",
  id: ({ project, region }, name) => `projects/${project}/regions/${region}/vpnTunnels/${name}`,
  replaces: [
    "cipherSuite",
    "description",
    "ikeVersion",
    "localTrafficSelectors",
    "peerExternalGateway",
    "peerExternalGatewayInterface",
    "peerGcpGateway",
    "peerIp",
    "remoteTrafficSelectors",
    "router",
    "sharedSecret",
    "sharedSecretWoVersion",
    "targetVpnGateway",
    "vpnGateway",
    "vpnGatewayInterface",
  ],
  refers: { peerExternalGateway: "externalVpnGateways", router: "routers", vpnGateway: "vpnGateways" },
  problem: (proposed) => (proposed.inputs.vpnGateway === undefined ? undefined : tunnelProblem(proposed)),
};

/** Unverified: the texts. Secrets are not shown. */
function tunnelProblem(proposed: Proposed): string | undefined {
  const { inputs } = proposed;
  if (inputs.router === undefined) return "A tunnel of an HA VPN gateway must have a router: it supports BGP only.";
  if ((text(inputs, "sharedSecret") ?? text(inputs, "sharedSecretWo") ?? "") === "")
    return "There is no shared secret.";
  const { ikeVersion = 2, vpnGatewayInterface, peerExternalGatewayInterface: end = 0 } = inputs;
  if (ikeVersion !== 1 && ikeVersion !== 2) return `Invalid value for field 'resource.ikeVersion': '${ikeVersion}'.`;
  if (vpnGatewayInterface !== 0 && vpnGatewayInterface !== 1) {
    return `Invalid value for field 'resource.vpnGatewayInterface': '${vpnGatewayInterface}'.`;
  }
  const devices = [inputs.peerExternalGateway, inputs.peerGcpGateway].filter((each) => each !== undefined);
  if (devices.length !== 1) return "A tunnel must have one peer: an external VPN gateway or an HA VPN gateway.";
  const device = referenced(proposed, "externalVpnGateways", "peerExternalGateway");
  if (device !== undefined && !objectsOf(device.inputs.interfaces).some(({ id = 0 }) => id === end)) {
    return `The external VPN gateway has no interface ${end}.`;
  }
  const gateway = referenced(proposed, "vpnGateways", "vpnGateway");
  const router = referenced(proposed, "routers", "router");
  if (gateway === undefined || router === undefined || networkOf(gateway) === networkOf(router)) return undefined;
  return "The router and the VPN gateway must be in the same network.";
}

/** The resource that a property refers to. */
function referenced(
  { records, place, inputs }: Proposed,
  collection: Parameters<typeof referred>[1],
  property: string,
): NetworkRecord | undefined {
  const reference = text(inputs, property);
  return reference === undefined ? undefined : referred(records, collection, reference, place);
}

/** The path of the network that a resource is in. */
export function networkOf({ project, inputs }: NetworkRecord): string {
  return networkPath(text(inputs, "network") ?? "", project);
}

/** The objects of a list. */
export function objectsOf(value: PropertyValue | undefined): readonly Properties[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
