import type { Input } from "@pulumi/pulumi";

/**
 * A virtual network from which servers on premises can be reached, over a VPN or ExpressRoute gateway of its own or of a peered network.
 * The API Management service must be injected into, or integrated with, a subnet of this network.
 *
 * @see https://learn.microsoft.com/azure/api-management/virtual-network-concepts
 */
export interface AzureVirtualNetworkLink {
  readonly kind: "azure-virtual-network";
  /** The id of the virtual network. */
  readonly virtualNetworkId: Input<string>;
  /** The region of the virtual network, e.g. `westeurope`. A service reaches virtual networks of its own region only. */
  readonly location: Input<string>;
}

/** How a gateway on Azure reaches a private backend. All values are strings, so that it can be read through a stack reference. */
export type AzureLink = AzureVirtualNetworkLink;
