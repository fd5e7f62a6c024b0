import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { PrivateRecordSet } from "@pulumi/azure-native/privatedns/privateRecordSet.js";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import { nameIn, resourceGroupIn } from "../network/network-id.ts";
import { warningHook } from "../preview-warning.ts";
import type { AzureOnPremLinkArgs, AzureOnPremLinkTransforms } from "./args.ts";

/** What the resources of an `AzureOnPremLink` have in common. */
export interface LinkParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ChildTransforms<AzureOnPremLinkTransforms>;
}

/**
 * The id of the virtual network: of an existing one, or of a new one. Subnets are resources of their own: those that a virtual network
 * declares delete the others.
 */
export function virtualNetworkOf(
  { name, parent, transform }: LinkParts,
  { resourceGroupName, location, virtualNetwork }: AzureOnPremLinkArgs,
): pulumi.Output<string> {
  const { addressPrefix, virtualNetworkId, dnsServers } = virtualNetwork;
  if (addressPrefix === undefined) return pulumi.output(virtualNetworkId as pulumi.Input<string>);
  const changed = warningHook(`AzureOnPremLink:${name}:dns`, parent, ({ oldInputs = {}, newInputs = {} }) =>
    JSON.stringify(oldInputs.dhcpOptions) === JSON.stringify(newInputs.dhcpOptions)
      ? undefined
      : 'An API Management service reads the new DNS servers only after its operation "Apply network configuration", which Pulumi cannot call. Call it in the portal or with the REST API after this update.',
  );
  return transform.virtualNetwork.declare(
    VirtualNetwork,
    `${name}-virtual-network`,
    {
      resourceGroupName,
      location,
      addressSpace: { addressPrefixes: [addressPrefix] },
      ...(dnsServers === undefined ? {} : { dhcpOptions: { dnsServers: [...dnsServers] } }),
    },
    { parent, hooks: { beforeUpdate: changed } },
  ).id;
}

/** Declares the subnet of a gateway. Azure requires its name, and refuses a network security group in it. */
export function gatewaySubnet(
  { name, parent, transform }: LinkParts,
  virtualNetworkId: pulumi.Output<string>,
  addressPrefix: string,
): Subnet {
  return transform.gatewaySubnet.declare(
    Subnet,
    `${name}-gateway-subnet`,
    {
      resourceGroupName: virtualNetworkId.apply(resourceGroupIn),
      virtualNetworkName: virtualNetworkId.apply(nameIn),
      subnetName: "GatewaySubnet",
      addressPrefix,
    },
    { parent },
  );
}

/**
 * Declares a private zone for each name: the zone is the name itself, so that it hides no other name.
 *
 * @see https://learn.microsoft.com/azure/dns/private-dns-overview
 */
export function privateNames(
  { name, parent, transform }: LinkParts,
  { resourceGroupName, names = {} }: AzureOnPremLinkArgs,
  virtualNetworkId: pulumi.Output<string>,
): readonly pulumi.Resource[] {
  return Object.entries(names).flatMap(([host, address]) => {
    const zone = transform.zone.declare(
      PrivateZone,
      `${name}-zone-${host}`,
      { resourceGroupName, privateZoneName: host, location: "Global" },
      { parent },
    );
    const record = transform.record.declare(
      PrivateRecordSet,
      `${name}-record-${host}`,
      {
        resourceGroupName,
        privateZoneName: zone.name,
        recordType: "A",
        relativeRecordSetName: "@",
        ttl: 300,
        aRecords: [{ ipv4Address: address }],
      },
      { parent },
    );
    const link = transform.zoneLink.declare(
      VirtualNetworkLink,
      `${name}-zone-link-${host}`,
      {
        resourceGroupName,
        privateZoneName: zone.name,
        location: "Global",
        virtualNetwork: { id: virtualNetworkId },
        registrationEnabled: false,
      },
      // A zone without its record would hide the name.
      { parent, dependsOn: record },
    );
    return [link];
  });
}
