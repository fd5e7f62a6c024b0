import type { TransformRules } from "../../gateway/transform.ts";
import type { AzureOnPremLinkTransforms } from "./args.ts";

/** What transforms may change of an `AzureOnPremLink`'s resources: not where they lead, and not who shares the key. */
export const azureOnPremLinkTransformRules: TransformRules<AzureOnPremLinkTransforms> = {
  virtualNetwork: {
    resource: "azure-native:network:VirtualNetwork",
    properties: [
      "bgpCommunities",
      "ddosProtectionPlan",
      "enableDdosProtection",
      "encryption",
      "flowTimeoutInMinutes",
      "tags",
    ],
    retain: true,
    instead: {
      addressSpace: "Set virtualNetwork.addressPrefix.",
      dhcpOptions: "Set virtualNetwork.dnsServers.",
      subnets: "Declare each subnet as a resource of its own.",
    },
  },
  gatewaySubnet: {
    resource: "azure-native:network:Subnet",
    properties: ["defaultOutboundAccess"],
    retain: true,
    instead: { addressPrefix: "Set vpn.gatewaySubnet." },
  },
  publicAddress: {
    resource: "azure-native:network:PublicIPAddress",
    properties: ["ddosSettings", "dnsSettings", "idleTimeoutInMinutes", "ipTags", "publicIPPrefix", "tags", "zones"],
    retain: true,
  },
  gateway: {
    resource: "azure-native:network:VirtualNetworkGateway",
    properties: ["adminState", "disableIPSecReplayProtection", "tags", "vpnGatewayGeneration"],
    retain: true,
    instead: { enableBgp: "Set vpn.device.asn.", sku: "Set vpn.sku.", activeActive: "Set vpn.activeActive." },
  },
  site: {
    resource: "azure-native:network:LocalNetworkGateway",
    properties: ["tags"],
    retain: true,
    instead: { localNetworkAddressSpace: "Set vpn.device.prefixes.", gatewayIpAddress: "Set vpn.device.publicIp." },
  },
  connection: {
    resource: "azure-native:network:VirtualNetworkGatewayConnection",
    properties: [
      "connectionMode",
      "dpdTimeoutSeconds",
      "tags",
      "trafficSelectorPolicies",
      "useLocalAzureIpAddress",
      "usePolicyBasedTrafficSelectors",
    ],
    retain: true,
    instead: { ipsecPolicies: "Set vpn.ipsecPolicy.", sharedKey: "Set vpn.sharedKey." },
  },
  zone: { resource: "azure-native:privatedns:PrivateZone", properties: ["tags"], retain: true },
  zoneLink: { resource: "azure-native:privatedns:VirtualNetworkLink", properties: ["tags"], retain: true },
  record: {
    resource: "azure-native:privatedns:PrivateRecordSet",
    properties: ["metadata", "ttl"],
    retain: true,
    instead: { aRecords: "Set names." },
  },
};
