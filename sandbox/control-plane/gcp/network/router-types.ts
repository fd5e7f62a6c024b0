import { contains } from "../../../data-plane/private-network/prefix.ts";
import { isObject, text } from "../../property-value.ts";
import type { NetworkType, Proposed } from "./network-type.ts";
import { isIpv4Range, lengthOf, overlap } from "./ranges.ts";
import { allOf, type NetworkRecord, referred } from "./record.ts";
import { objectsOf } from "./vpn-types.ts";

/** `gcp:compute/router:Router`. */
export const router: NetworkType = {
  collection: "routers",
  title: "Router",
  scope: "region",
  id: ({ project, region }, name) => `projects/${project}/regions/${region}/routers/${name}`,
  replaces: ["encryptedInterconnectRouter", "network"],
  refers: { network: "networks" },
  problem: ({ inputs: { bgp } }) => {
    if (!isObject(bgp)) return undefined;
    const { asn } = bgp;
    if (typeof asn !== "number" || !isPrivateAsn(asn)) {
      return `Invalid value for field 'resource.bgp.asn': '${asn}'. Must be a private ASN (RFC 6996).`;
    }
    const isCustom = text(bgp, "advertiseMode") === "CUSTOM";
    if (isCustom || (objectsOf(bgp.advertisedIpRanges).length === 0 && bgp.advertisedGroups === undefined))
      return undefined;
    return "Advertised groups and ranges need the advertise mode CUSTOM.";
  },
};

function isPrivateAsn(asn: number): boolean {
  return (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
}

/** `gcp:compute/routerInterface:RouterInterface`. */
export const routerInterface: NetworkType = {
  collection: "routerInterfaces",
  title: "RouterInterface",
  scope: "router",
  // terraform-provider-google, resource_compute_router_interface.go.
  id: ({ region, router: own }, name) => `${region}/${own}/${name}`,
  replaces: ["*"],
  refers: { router: "routers", vpnTunnel: "vpnTunnels" },
  problem: interfaceProblem,
};

/** Unverified: the texts, and that each tunnel has at most one interface. */
function interfaceProblem({ records, place, id, inputs }: Proposed): string | undefined {
  const links = ["vpnTunnel", "interconnectAttachment", "subnetwork"].filter((name) => inputs[name] !== undefined);
  if (links.length > 1) return `Only one of vpn_tunnel, interconnect_attachment and subnetwork can be set.`;
  const range = text(inputs, "ipRange");
  if (range === undefined || links[0] !== "vpnTunnel") return undefined;
  if (!isIpv4Range(range) || lengthOf(range) !== 30 || !contains("169.254.0.0/16", range.split("/")[0] ?? "")) {
    return `Invalid value for field 'resource.interfaces.ipRange': '${range}'. Must be a /30 of 169.254.0.0/16.`;
  }
  const others = allOf(records, "routerInterfaces").filter((each) => each.id !== id && isOnRouter(each, place));
  const other = others.find((each) => overlap(text(each.inputs, "ipRange") ?? "", range));
  if (other !== undefined) return `The IP range ${range} overlaps with that of the interface '${other.name}'.`;
  const tunnel = referred(records, "vpnTunnels", text(inputs, "vpnTunnel") ?? "", place);
  const user = others.find(
    (each) => referred(records, "vpnTunnels", text(each.inputs, "vpnTunnel") ?? "", each)?.id === tunnel?.id,
  );
  return user && `The tunnel already has the interface '${user.name}'.`;
}

/** `gcp:compute/routerPeer:RouterPeer`: a BGP session. */
export const routerPeer: NetworkType = {
  collection: "routerPeers",
  title: "RouterBgpPeer",
  scope: "router",
  id: ({ project, region, router: own }, name) => `projects/${project}/regions/${region}/routers/${own}/${name}`,
  replaces: ["interface", "router"],
  refers: { interface: "routerInterfaces", router: "routers" },
  problem: peerProblem,
};

/** Unverified: the texts. */
function peerProblem({ records, place, id, inputs }: Proposed): string | undefined {
  const at = referred(records, "routerInterfaces", text(inputs, "interface") ?? "", place);
  const isTunnel = at?.inputs.vpnTunnel !== undefined;
  if (isTunnel && isObject(inputs.bfd) && text(inputs.bfd, "sessionInitializationMode") !== "DISABLED") {
    return "BFD is not supported on the BGP sessions of an HA VPN.";
  }
  const address = text(inputs, "peerIpAddress");
  const range = at && text(at.inputs, "ipRange");
  if (address !== undefined && range !== undefined && (!contains(range, address) || range.startsWith(`${address}/`))) {
    return `The peer's address ${address} must be another one of the interface's range ${range}.`;
  }
  const other = allOf(records, "routerPeers").find(
    (each) => each.id !== id && isOnRouter(each, place) && text(each.inputs, "interface") === text(inputs, "interface"),
  );
  return other && `The interface already has the BGP peer '${other.name}'.`;
}

function isOnRouter(each: NetworkRecord, { project, region, router: own }: Proposed["place"]): boolean {
  return each.project === project && each.region === region && each.router === own;
}
