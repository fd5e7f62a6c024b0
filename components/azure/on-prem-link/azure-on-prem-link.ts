import * as pulumi from "@pulumi/pulumi";
import { checkedArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import type { AzureVirtualNetworkLink } from "../link/link-inputs.ts";
import type { AzureOnPremLinkArgs } from "./args.ts";
import { checkOnPremLink } from "./check.ts";
import { azureAsn } from "./check-vpn.ts";
import { gatewaySubnet, type LinkParts, privateNames, virtualNetworkOf } from "./network.ts";
import { azureOnPremLinkShape } from "./shape.ts";
import { azureOnPremLinkTransformRules } from "./transform-rules.ts";
import { vpnTo } from "./vpn.ts";

/** What the device on premises must be configured with. */
export interface AzureDeviceConfiguration {
  /** The public addresses of a new gateway. Empty for an existing one, whose addresses you know. */
  readonly gatewayAddresses: readonly string[];
  readonly sharedKey: string;
  readonly ikeVersion: "IKEv2";
  /** The addresses of a new virtual network, which the device must route into the tunnel. Empty for an existing one. */
  readonly azurePrefixes: readonly string[];
  /** Azure's autonomous system, if a new gateway speaks BGP. */
  readonly asn?: number;
  /** The addresses of Azure's BGP peers, if a new gateway speaks BGP. */
  readonly bgpPeeringAddresses?: readonly string[];
}

/**
 * The connection from an API Management service to servers on premises: a virtual network, a VPN gateway with a connection to the device at
 * the edge of the network on premises, and the names of servers there. Bind its `link` to a backend of kind `onPrem`, of an
 * `AzureApiManagementApi` in the same stack or, through a stack reference, in another. Existing parts can be passed as arguments. The
 * service must be in a subnet of the virtual network, which an `AzureApiManagementService` declares.
 *
 * The tunnel comes up when the device is configured with `deviceConfiguration`, and the network on premises routes the service's subnet back into
 * the tunnel. Nothing in Azure checks that. A new shared key replaces the connection, which interrupts it for some minutes.
 *
 * Azure takes up to 45 minutes to create a VPN gateway. A route for all addresses that the device announces over BGP cuts an injected
 * service off from Azure, unless its subnet has service endpoints, as that of an `AzureApiManagementService` has.
 *
 * @see https://learn.microsoft.com/azure/vpn-gateway/vpn-gateway-about-vpngateways
 *
 * @example
 * ```ts
 * import { Config } from "@pulumi/pulumi";
 * import { defineApi, jwt, onPrem } from "polygate";
 * import { AzureApiManagementApi, AzureApiManagementService, AzureOnPremLink } from "polygate/azure";
 *
 * const place = { resourceGroupName: "shop", location: "westeurope" };
 * const site = new AzureOnPremLink("erp-link", {
 *   ...place,
 *   virtualNetwork: { addressPrefix: "10.10.0.0/16" },
 *   vpn: {
 *     gatewaySubnet: "10.10.0.0/27",
 *     device: { publicIp: "203.0.113.9", prefixes: ["10.20.0.0/16"] },
 *     sharedKey: new Config().requireSecret("sharedKey"),
 *   },
 *   names: { "erp.example.com": "10.20.0.5" },
 * });
 * const { service } = new AzureApiManagementService("shop", {
 *   ...place,
 *   publisher: { name: "Shop", email: "api@example.com" },
 *   sku: "Developer",
 *   network: { newSubnet: { virtualNetworkId: site.virtualNetworkId, addressPrefix: "10.10.1.0/24" } },
 * });
 *
 * new AzureApiManagementApi("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: onPrem() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   service,
 *   backends: { erp: { url: "https://erp.example.com:8443", link: site.link } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export class AzureOnPremLink extends pulumi.ComponentResource {
  /** The link to bind to a backend. It is known once the virtual network and the names exist. The way over it takes until the gateway is created and the device is configured. */
  readonly link: pulumi.Output<pulumi.Unwrap<AzureVirtualNetworkLink>>;
  /** The id of the virtual network. A subnet that depends on it is created after the gateway's: Azure changes one subnet at a time. */
  readonly virtualNetworkId: pulumi.Output<string>;
  /** The public addresses of a new gateway. Empty without one. */
  readonly gatewayAddresses: pulumi.Output<readonly string[]>;
  /** The configuration of the device. It is a secret because it contains the shared key. Undefined without a VPN. */
  readonly deviceConfiguration: pulumi.Output<AzureDeviceConfiguration | undefined>;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: AzureOnPremLinkArgs, options?: pulumi.ComponentResourceOptions) {
    const subject = `The link "${name}"`;
    const checked = checkedArguments(subject, args, azureOnPremLinkShape, checkOnPremLink);
    super("polygate:index:AzureOnPremLink", name, {}, options);
    const transforms = new ComponentTransforms(subject, azureOnPremLinkTransformRules, checked.transform, checked.tags);
    const parts: LinkParts = { name, parent: this, transform: transforms.children };
    const network = virtualNetworkOf(parts, checked);
    const { vpn } = checked;
    const subnet = vpn?.gatewaySubnet === undefined ? undefined : gatewaySubnet(parts, network, vpn.gatewaySubnet);
    const names = privateNames(parts, checked, network);
    const declared = vpn === undefined ? undefined : vpnTo(parts, checked, vpn, subnet);

    this.virtualNetworkId = pulumi.all([network, subnet?.id]).apply(([id]) => id);
    // Not of the connection: a new shared key replaces it, and the engine would replace what depends on it as well.
    const ready = pulumi.all(names.map(({ urn }) => urn));
    this.link = pulumi.all([network, checked.location, ready]).apply(([virtualNetworkId, location]) => ({
      kind: "azure-virtual-network" as const,
      virtualNetworkId,
      location,
    }));
    this.gatewayAddresses = declared?.addresses ?? pulumi.output([]);
    this.deviceConfiguration = pulumi.secret(deviceConfiguration(checked, declared));
    transforms.check();
    announceNames(checked, this);
    const { link, virtualNetworkId, gatewayAddresses } = this;
    this.registerOutputs({ link, virtualNetworkId, gatewayAddresses, deviceConfiguration: this.deviceConfiguration });
  }
}

/** Names on premises that nobody resolves fail at the first request only. */
function announceNames({ virtualNetwork, names }: AzureOnPremLinkArgs, owner: pulumi.Resource): void {
  const { addressPrefix, dnsServers } = virtualNetwork;
  if (addressPrefix === undefined || dnsServers !== undefined || names !== undefined) return;
  const text =
    "Azure's resolver knows public names only. If a server on premises has no public name, set names or virtualNetwork.dnsServers.";
  void pulumi.log.info(text, owner);
}

function deviceConfiguration(
  { virtualNetwork, vpn }: AzureOnPremLinkArgs,
  declared: ReturnType<typeof vpnTo> | undefined,
): pulumi.Output<AzureDeviceConfiguration | undefined> {
  if (vpn === undefined || declared === undefined) return pulumi.output(undefined);
  const speaksBgp = vpn.device.asn !== undefined && vpn.gatewaySubnet !== undefined;
  const { addressPrefix } = virtualNetwork;
  return pulumi
    .all([declared.addresses, declared.sharedKey, declared.bgpPeeringAddresses])
    .apply(([gatewayAddresses, sharedKey, bgpPeeringAddresses]) => ({
      gatewayAddresses,
      sharedKey,
      ikeVersion: "IKEv2" as const,
      azurePrefixes: addressPrefix === undefined ? [] : [addressPrefix],
      ...(speaksBgp ? { asn: vpn.asn ?? azureAsn, bgpPeeringAddresses } : {}),
    }));
}
