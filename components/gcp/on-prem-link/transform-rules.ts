import type { TransformRules } from "../../gateway/transform.ts";
import type { GcpOnPremLinkTransforms } from "./args.ts";

const project = "Set project.";
const region = "Set region.";
const network = "Set network.";
const deletionPolicy = "Set the option protect or retainOnDelete.";

/** What transforms may change of a `GcpOnPremLink`'s resources: not where they lead, and not whom they admit. */
export const onPremLinkTransformRules: TransformRules<GcpOnPremLinkTransforms> = {
  subnetwork: {
    resource: "gcp:compute/subnetwork:Subnetwork",
    properties: ["description", "logConfig", "name", "privateIpGoogleAccess"],
    retain: true,
    instead: { deletionPolicy, ipCidrRange: "Set subnetRange.", network, project, region },
  },
  vpnGateway: {
    resource: "gcp:compute/haVpnGateway:HaVpnGateway",
    properties: ["description", "labels", "name"],
    retain: true,
    instead: { deletionPolicy, network, project, region },
  },
  device: {
    resource: "gcp:compute/externalVpnGateway:ExternalVpnGateway",
    properties: ["description", "labels", "name"],
    retain: true,
    instead: { deletionPolicy, interfaces: "Set vpn.deviceAddresses.", project },
  },
  router: {
    resource: "gcp:compute/router:Router",
    properties: ["bgp.keepaliveInterval", "description", "name"],
    retain: true,
    instead: { bgp: "Set vpn.asn and vpn.advertise.", deletionPolicy, network, project, region },
  },
  tunnel: {
    resource: "gcp:compute/vPNTunnel:VPNTunnel",
    properties: ["cipherSuite", "description", "labels", "name"],
    retain: true,
    instead: {
      deletionPolicy,
      project,
      region,
      sharedSecret: "Set vpn.sharedSecrets.",
      sharedSecretWo: "Set vpn.sharedSecrets.",
    },
  },
  routerInterface: {
    resource: "gcp:compute/routerInterface:RouterInterface",
    properties: ["name"],
    retain: true,
    instead: { deletionPolicy, ipRange: "Set vpn.sessions.", project, region },
  },
  peer: {
    resource: "gcp:compute/routerPeer:RouterPeer",
    properties: ["advertisedRoutePriority", "customLearnedRoutePriority", "md5AuthenticationKey", "name"],
    retain: true,
    instead: {
      advertisedIpRanges: "Set vpn.advertise.",
      bfd: "The BGP sessions of an HA VPN do not support BFD.",
      customLearnedIpRanges: 'Set vpn.routes to "fixed".',
      deletionPolicy,
      peerAsn: "Set vpn.deviceAsn.",
      peerIpAddress: "Set vpn.sessions.",
      project,
      region,
    },
  },
  egress: {
    resource: "gcp:compute/firewall:Firewall",
    properties: ["description", "logConfig", "name"],
    instead: {
      allows: "Set egress.ports.",
      deletionPolicy,
      destinationRanges: "Set ranges.",
      network,
      priority: "Set egress.priority.",
      project,
    },
  },
  zone: {
    resource: "gcp:dns/managedZone:ManagedZone",
    properties: ["cloudLoggingConfig", "description", "labels", "name"],
    retain: true,
    instead: { deletionPolicy, dnsName: "Set dns.domain.", forwardingConfig: "Set dns.servers.", project },
  },
};
