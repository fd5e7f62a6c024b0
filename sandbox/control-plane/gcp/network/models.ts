import type { ResourceModel } from "../../resource-model.ts";
import type { GcpSettings } from "../project.ts";
import { networkModel } from "./model.ts";
import type { NetworkType } from "./network-type.ts";
import { firewall, managedZone, network, subnetwork } from "./network-types.ts";
import { router, routerInterface, routerPeer } from "./router-types.ts";
import { externalVpnGateway, vpnGateway, vpnTunnel } from "./vpn-types.ts";

const types: Readonly<Record<string, NetworkType>> = {
  "gcp:compute/externalVpnGateway:ExternalVpnGateway": externalVpnGateway,
  "gcp:compute/firewall:Firewall": firewall,
  "gcp:compute/haVpnGateway:HaVpnGateway": vpnGateway,
  "gcp:compute/network:Network": network,
  "gcp:compute/router:Router": router,
  "gcp:compute/routerInterface:RouterInterface": routerInterface,
  "gcp:compute/routerPeer:RouterPeer": routerPeer,
  "gcp:compute/subnetwork:Subnetwork": subnetwork,
  "gcp:compute/vPNTunnel:VPNTunnel": vpnTunnel,
  "gcp:dns/managedZone:ManagedZone": managedZone,
};

/** The models of the parts of networks. */
export const networkModels: Readonly<Record<string, ResourceModel<GcpSettings>>> = Object.fromEntries(
  Object.entries(types).map(([name, type]) => [name, networkModel(type, Object.values(types))]),
);
