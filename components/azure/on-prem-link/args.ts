import type {
  LocalNetworkGatewayArgs,
  PublicIPAddressArgs,
  SubnetArgs,
  VirtualNetworkArgs,
  VirtualNetworkGatewayArgs,
  VirtualNetworkGatewayConnectionArgs,
} from "@pulumi/azure-native/network/index.js";
import type {
  PrivateRecordSetArgs,
  PrivateZoneArgs,
  VirtualNetworkLinkArgs,
} from "@pulumi/azure-native/privatedns/index.js";
import type { Input } from "@pulumi/pulumi";
import type { Transform } from "../../gateway/transform.ts";

/** The virtual network from which the site is reached: a new one, or an existing one. Exactly one member of these two is required. */
export interface AzureNetwork {
  /** The addresses of a new virtual network, e.g. `10.10.0.0/16`. They must not overlap with those on premises. */
  readonly addressPrefix?: string;
  /** The id of an existing virtual network. */
  readonly virtualNetworkId?: Input<string>;
  /**
   * The DNS servers of a new virtual network, which must also resolve Azure's own names. An API Management service reads a change only
   * after "Apply network configuration", which Pulumi cannot call.
   *
   * @default Azure's resolver, which knows no names on premises but those in `names`
   */
  readonly dnsServers?: readonly string[];
}

/** The device at the edge of the network on premises. */
export interface AzureOnPremDevice {
  /** Its public IPv4 address. Exactly one of `publicIp` and `fqdn` is required. */
  readonly publicIp?: Input<string>;
  /** Its public name, if the address changes. */
  readonly fqdn?: Input<string>;
  /** The networks on premises, which Azure routes into the tunnel, e.g. `10.20.0.0/16`. Required without BGP. */
  readonly prefixes?: readonly string[];
  /**
   * The number of its autonomous system, if it supports BGP.
   *
   * @default no BGP; `prefixes` are static routes
   */
  readonly asn?: number;
  /** Its BGP peer address, which is no address of `publicIp`. Required with `asn`. */
  readonly bgpPeeringAddress?: string;
}

/** The proposals of both phases. Azure uses exactly these, and the device must offer them. All members are required. */
export interface AzureIpsecPolicy {
  readonly dhGroup: string;
  readonly ikeEncryption: string;
  readonly ikeIntegrity: string;
  readonly ipsecEncryption: string;
  readonly ipsecIntegrity: string;
  readonly pfsGroup: string;
  readonly saDataSizeKilobytes: number;
  readonly saLifeTimeSeconds: number;
}

/** The SKUs of a VPN gateway. Azure no longer creates those without `AZ`, and `Basic` has neither BGP nor a policy. */
export type AzureVpnGatewaySku = "VpnGw1AZ" | "VpnGw2AZ" | "VpnGw3AZ" | "VpnGw4AZ" | "VpnGw5AZ";

/** A site-to-site VPN. Exactly one of `gatewaySubnet` and `virtualNetworkGatewayId` is required. */
export interface AzureVpn {
  readonly device: AzureOnPremDevice;
  /** The key that both ends share: 1 to 128 printable ASCII characters without space, hyphen and tilde. It is kept as a secret. */
  readonly sharedKey: Input<string>;
  /** The addresses of the subnet of a new gateway, at least a /27 of the virtual network. */
  readonly gatewaySubnet?: string;
  /** The id of the virtual network's existing VPN gateway. A virtual network can have only one. */
  readonly virtualNetworkGatewayId?: Input<string>;
  /**
   * The SKU of a new gateway.
   *
   * @default "VpnGw1AZ"
   */
  readonly sku?: AzureVpnGatewaySku;
  /**
   * Whether both instances of a new gateway have a tunnel, each to an address of its own.
   *
   * @default false; the second instance takes over
   */
  readonly activeActive?: boolean;
  /**
   * The number of Azure's autonomous system, for a new gateway and a device with BGP.
   *
   * @default 65515
   */
  readonly asn?: number;
  /**
   * The only proposals.
   *
   * @default Azure's list
   */
  readonly ipsecPolicy?: AzureIpsecPolicy;
}

/** Changes to the arguments and options of `AzureOnPremLink`'s resources, as far as docs/transforms.md lists them. */
export interface AzureOnPremLinkTransforms {
  readonly virtualNetwork?: Transform<VirtualNetworkArgs>;
  readonly gatewaySubnet?: Transform<SubnetArgs>;
  /** Changes each public address of the gateway. */
  readonly publicAddress?: Transform<PublicIPAddressArgs>;
  readonly gateway?: Transform<VirtualNetworkGatewayArgs>;
  readonly site?: Transform<LocalNetworkGatewayArgs>;
  readonly connection?: Transform<VirtualNetworkGatewayConnectionArgs>;
  /** Changes the private zone of each name. */
  readonly zone?: Transform<PrivateZoneArgs>;
  /** Changes the link of each zone to the virtual network. */
  readonly zoneLink?: Transform<VirtualNetworkLinkArgs>;
  /** Changes the record of each name. */
  readonly record?: Transform<PrivateRecordSetArgs>;
}

/** The arguments of `AzureOnPremLink`. */
export interface AzureOnPremLinkArgs {
  /** The resource group of new resources. */
  readonly resourceGroupName: Input<string>;
  /** The region of the virtual network, which must be that of the API Management service. */
  readonly location: Input<string>;
  readonly virtualNetwork: AzureNetwork;
  /**
   * The VPN.
   *
   * @default none; the virtual network can reach the network on premises already, e.g. over ExpressRoute or a peered network
   */
  readonly vpn?: AzureVpn;
  /**
   * The addresses of servers on premises by their full names, such as `{ "erp.example.com": "10.20.0.5" }`. Each name becomes a private zone
   * of the virtual network; names beside and above it stay public. Not allowed with `dnsServers`.
   *
   * @default none; the names are public, or DNS servers of the network know them
   */
  readonly names?: Readonly<Record<string, string>>;
  /**
   * Tags of each resource that accepts tags.
   *
   * @default none
   */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  readonly transform?: AzureOnPremLinkTransforms;
}
