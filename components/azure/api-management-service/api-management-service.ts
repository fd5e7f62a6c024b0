import { ApiManagementService } from "@pulumi/azure-native/apimanagement/apiManagementService.js";
import * as pulumi from "@pulumi/pulumi";
import { checkedArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import { networkAccessOf } from "../sku.ts";
import type { AzureApiManagementServiceArgs, AzureServiceNetwork } from "./args.ts";
import { checkApiManagementService } from "./check.ts";
import { authorities, identityOf, protocols } from "./settings.ts";
import { apiManagementServiceShape } from "./shape.ts";
import { slowChangeHooks } from "./slow-changes.ts";
import { type ServiceParts, serviceSubnet } from "./subnet.ts";
import { apiManagementServiceTransformRules } from "./transform-rules.ts";

/**
 * An Azure API Management service. Pass its `service` to an `AzureApiManagementApi`, in the same stack or, through a stack reference, in
 * another: a service takes long to create, and usually belongs to a stack of its own.
 *
 * Declares one resource, and with a new subnet three. TLS 1.0 and 1.1, SSL 3.0 and Triple DES are off, toward clients and toward
 * backends. A service with a network reaches private backends over it.
 *
 * Azure takes 30 to 45 minutes to create a service of a classic tier, and 15 to 45 minutes to change its network, certificates, protocols or
 * tier. Each preview tells when that happens. A service of the tier Developer serves no requests in that time.
 *
 * Azure deletes a service softly: its name stays taken for 48 hours. Let Pulumi choose the name if you destroy and create services.
 *
 * @see https://learn.microsoft.com/azure/api-management/virtual-network-concepts
 * @see https://learn.microsoft.com/azure/api-management/soft-delete
 *
 * @example
 * ```ts
 * import { resources } from "@pulumi/azure-native";
 * import { Config } from "@pulumi/pulumi";
 * import { AzureApiManagementService, AzureOnPremLink } from "polygate/azure";
 *
 * const group = new resources.ResourceGroup("shop");
 * const site = new AzureOnPremLink("erp-link", {
 *   resourceGroupName: group.name,
 *   location: group.location,
 *   virtualNetwork: { addressPrefix: "10.10.0.0/16" },
 *   vpn: {
 *     gatewaySubnet: "10.10.0.0/27",
 *     device: { publicIp: "203.0.113.9", prefixes: ["10.20.0.0/16"] },
 *     sharedKey: new Config().requireSecret("sharedKey"),
 *   },
 * });
 * export const { service } = new AzureApiManagementService("shop", {
 *   resourceGroupName: group.name,
 *   location: group.location,
 *   publisher: { name: "Shop", email: "api@example.com" },
 *   sku: "Developer",
 *   network: { newSubnet: { virtualNetworkId: site.virtualNetworkId, addressPrefix: "10.10.1.0/24" } },
 * });
 * ```
 */
export class AzureApiManagementService extends pulumi.ComponentResource {
  /** What an `AzureApiManagementApi` needs to know of the service. */
  readonly service: ApiManagementServiceLink & { readonly sku: AzureApiManagementServiceArgs["sku"] };
  /** The id of the service. */
  readonly id: pulumi.Output<string>;
  /** The id of the service's own identity; undefined without one. */
  readonly principalId: pulumi.Output<string | undefined>;
  /**
   * The addresses from which requests leave the service. A backend on premises sees an address of the subnet, which changes: allow the
   * whole subnet there.
   */
  readonly outboundAddresses: pulumi.Output<readonly string[]>;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: AzureApiManagementServiceArgs, options?: pulumi.ComponentResourceOptions) {
    const subject = `The service "${name}"`;
    const checked = checkedArguments(subject, args, apiManagementServiceShape, (given) =>
      checkApiManagementService(name, given),
    );
    super("polygate:index:AzureApiManagementService", name, {}, options);
    const rules = apiManagementServiceTransformRules;
    const transforms = new ComponentTransforms(subject, rules, checked.transform, checked.tags);
    const parts: ServiceParts = { name, parent: this, transform: transforms.children };
    const subnetId = checked.network === undefined ? undefined : subnetOf(parts, checked, checked.network);
    const declared = service(parts, checked, subnetId);

    this.service = {
      resourceGroupName: pulumi.output(checked.resourceGroupName),
      serviceName: declared.name,
      gatewayUrl: declared.gatewayUrl,
      location: declared.location,
      sku: checked.sku,
      ...(subnetId === undefined ? {} : { subnetId }),
    };
    this.id = declared.id;
    this.principalId = declared.identity.apply((identity) => identity?.principalId);
    this.outboundAddresses = declared.outboundPublicIPAddresses;
    transforms.check();
    const { id, principalId, outboundAddresses } = this;
    this.registerOutputs({ service: this.service, id, principalId, outboundAddresses });
  }
}

function subnetOf(
  parts: ServiceParts,
  args: AzureApiManagementServiceArgs,
  network: AzureServiceNetwork,
): pulumi.Output<string> {
  const access = networkAccessOf(args.sku);
  if (network.newSubnet === undefined || access === undefined)
    return pulumi.output(network.subnetId as pulumi.Input<string>);
  return serviceSubnet(parts, args, network, network.newSubnet, access);
}

function service(
  { name, parent, transform }: ServiceParts,
  args: AzureApiManagementServiceArgs,
  subnetId: pulumi.Output<string> | undefined,
): ApiManagementService {
  const { sku, network, zones, certificateAuthorities, serviceName, restore } = args;
  const identity = identityOf(args.identity);
  const isInternal = network?.mode === "internal";
  return transform.service.declare(
    ApiManagementService,
    `${name}-service`,
    {
      resourceGroupName: args.resourceGroupName,
      location: args.location,
      publisherName: args.publisher.name,
      publisherEmail: args.publisher.email,
      sku: { name: sku, capacity: args.units ?? (sku === "Consumption" ? 0 : 1) },
      customProperties: { ...protocols(args) },
      // A private endpoint, which would close the public access, exists only after the service.
      publicNetworkAccess: "Enabled",
      virtualNetworkType: subnetId === undefined ? "None" : isInternal ? "Internal" : "External",
      ...(subnetId === undefined ? {} : { virtualNetworkConfiguration: { subnetResourceId: subnetId } }),
      ...(network?.publicIpAddressId === undefined ? {} : { publicIpAddressId: network.publicIpAddressId }),
      ...(identity === undefined ? {} : { identity }),
      ...(certificateAuthorities === undefined ? {} : { certificates: authorities(certificateAuthorities) }),
      ...(zones === undefined ? {} : { zones: [...zones] }),
      ...(serviceName === undefined ? {} : { serviceName }),
      ...(restore === true ? { restore } : {}),
    },
    { parent, hooks: slowChangeHooks(name, sku, parent) },
  );
}
