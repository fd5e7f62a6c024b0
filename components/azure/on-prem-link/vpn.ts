import type { Subnet } from "@pulumi/azure-native/network/index.js";
import { LocalNetworkGateway } from "@pulumi/azure-native/network/localNetworkGateway.js";
import { PublicIPAddress } from "@pulumi/azure-native/network/publicIPAddress.js";
import { VirtualNetworkGateway } from "@pulumi/azure-native/network/virtualNetworkGateway.js";
import { VirtualNetworkGatewayConnection } from "@pulumi/azure-native/network/virtualNetworkGatewayConnection.js";
import * as pulumi from "@pulumi/pulumi";
import { warningHook } from "../preview-warning.ts";
import type { AzureOnPremLinkArgs, AzureVpn } from "./args.ts";
import { azureAsn, isSharedKey } from "./check-vpn.ts";
import type { LinkParts } from "./network.ts";

/** A VPN whose resources are declared. */
export interface Vpn {
  readonly connection: VirtualNetworkGatewayConnection;
  /** The public addresses of a new gateway; empty for an existing one. */
  readonly addresses: pulumi.Output<readonly string[]>;
  /** The addresses of a new gateway's BGP peers; empty without BGP. */
  readonly bgpPeeringAddresses: pulumi.Output<readonly string[]>;
  readonly sharedKey: pulumi.Output<string>;
}

/**
 * Declares a site-to-site VPN to a device on premises.
 *
 * @param subnet of a new gateway; undefined for an existing one
 * @see https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpngateways
 */
export function vpnTo(parts: LinkParts, args: AzureOnPremLinkArgs, vpn: AzureVpn, subnet: Subnet | undefined): Vpn {
  const addresses = subnet === undefined ? [] : publicAddresses(parts, args, vpn);
  const created = subnet === undefined ? undefined : gateway(parts, args, vpn, subnet, addresses);
  const gatewayId = created?.id ?? (vpn.virtualNetworkGatewayId as pulumi.Input<string>);
  const sharedKey = secretKey(vpn.sharedKey);
  return {
    connection: connection(parts, args, vpn, gatewayId, sharedKey),
    addresses: pulumi.all(addresses.map(({ ipAddress }) => ipAddress)).apply((all) => all.map((each) => each ?? "")),
    bgpPeeringAddresses: peersOf(vpn, created),
    sharedKey,
  };
}

/** The key as a secret. A key that is known during the deployment only is checked here. */
function secretKey(sharedKey: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.secret(
    pulumi.output(sharedKey).apply((key) => {
      if (isSharedKey(key)) return key;
      throw new pulumi.RunError(
        "vpn.sharedKey must have 1 to 128 printable ASCII characters without space, hyphen and tilde.",
      );
    }),
  );
}

function peersOf({ device }: AzureVpn, created: VirtualNetworkGateway | undefined): pulumi.Output<readonly string[]> {
  if (device.asn === undefined || created === undefined) return pulumi.output([]);
  return created.bgpSettings.apply((settings) =>
    (settings?.bgpPeeringAddresses ?? []).flatMap(({ defaultBgpIpAddresses }) => defaultBgpIpAddresses),
  );
}

function publicAddresses(
  { name, parent, transform }: LinkParts,
  { resourceGroupName, location }: AzureOnPremLinkArgs,
  { activeActive = false }: AzureVpn,
): readonly PublicIPAddress[] {
  return (activeActive ? ["-gateway-ip", "-gateway-ip-2"] : ["-gateway-ip"]).map((part) =>
    transform.publicAddress.declare(
      PublicIPAddress,
      `${name}${part}`,
      { resourceGroupName, location, sku: { name: "Standard" }, publicIPAllocationMethod: "Static" },
      { parent },
    ),
  );
}

function gateway(
  { name, parent, transform }: LinkParts,
  { resourceGroupName, location }: AzureOnPremLinkArgs,
  vpn: AzureVpn,
  subnet: Subnet,
  addresses: readonly PublicIPAddress[],
): VirtualNetworkGateway {
  const { sku = "VpnGw1AZ", activeActive = false, asn = azureAsn, device } = vpn;
  const slow = warningHook(
    `AzureOnPremLink:${name}:gateway`,
    parent,
    () => "A new VPN gateway is created, which takes up to 45 minutes.",
  );
  return transform.gateway.declare(
    VirtualNetworkGateway,
    `${name}-gateway`,
    {
      resourceGroupName,
      location,
      gatewayType: "Vpn",
      vpnType: "RouteBased",
      sku: { name: sku, tier: sku },
      activeActive,
      enableBgp: device.asn !== undefined,
      ...(device.asn === undefined ? {} : { bgpSettings: { asn } }),
      ipConfigurations: addresses.map(({ id }, index) => ({
        name: index === 0 ? "default" : "second",
        subnet: { id: subnet.id },
        publicIPAddress: { id },
        privateIPAllocationMethod: "Dynamic",
      })),
    },
    // A virtual network can have only one, so the old one must be deleted first.
    { parent, deleteBeforeReplace: true, hooks: { beforeCreate: slow } },
  );
}

function site(
  { name, parent, transform }: LinkParts,
  { resourceGroupName, location }: AzureOnPremLinkArgs,
  { device }: AzureVpn,
): LocalNetworkGateway {
  const { publicIp, fqdn, prefixes = [], asn, bgpPeeringAddress } = device;
  return transform.site.declare(
    LocalNetworkGateway,
    `${name}-site`,
    {
      resourceGroupName,
      location,
      ...(publicIp === undefined ? {} : { gatewayIpAddress: publicIp }),
      ...(fqdn === undefined ? {} : { fqdn }),
      localNetworkAddressSpace: { addressPrefixes: [...prefixes] },
      ...(asn === undefined || bgpPeeringAddress === undefined ? {} : { bgpSettings: { asn, bgpPeeringAddress } }),
    },
    { parent },
  );
}

/** Azure ignores a new shared key in an update of a connection, so that a new key is a new connection. */
function connection(
  parts: LinkParts,
  args: AzureOnPremLinkArgs,
  vpn: AzureVpn,
  gatewayId: pulumi.Input<string>,
  sharedKey: pulumi.Output<string>,
): VirtualNetworkGatewayConnection {
  const { name, parent, transform } = parts;
  const { id } = site(parts, args, vpn);
  return transform.connection.declare(
    VirtualNetworkGatewayConnection,
    `${name}-connection`,
    {
      resourceGroupName: args.resourceGroupName,
      location: args.location,
      connectionType: "IPsec",
      connectionProtocol: "IKEv2",
      connectionMode: "Default",
      virtualNetworkGateway1: { id: gatewayId },
      localNetworkGateway2: { id },
      sharedKey,
      enableBgp: vpn.device.asn !== undefined,
      ...(vpn.ipsecPolicy === undefined ? {} : { ipsecPolicies: [{ ...vpn.ipsecPolicy }] }),
    },
    // A gateway has one connection to a site, so the old one must be deleted first.
    { parent, replaceOnChanges: ["sharedKey"], deleteBeforeReplace: true, additionalSecretOutputs: ["sharedKey"] },
  );
}
