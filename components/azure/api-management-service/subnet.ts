import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { Subnet } from "@pulumi/azure-native/network/subnet.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import { nameIn, resourceGroupIn } from "../network/network-id.ts";
import type {
  AzureApiManagementServiceArgs,
  AzureApiManagementServiceTransforms,
  AzureServiceNetwork,
  AzureServiceSubnet,
} from "./args.ts";
import { injectionRules } from "./security-rules.ts";

/** What the resources of an `AzureApiManagementService` have in common. */
export interface ServiceParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ChildTransforms<AzureApiManagementServiceTransforms>;
}

/** The services that an injected service depends on. Their endpoints keep it alive when all routes lead on premises. */
const endpoints = ["Microsoft.Sql", "Microsoft.Storage", "Microsoft.EventHub", "Microsoft.KeyVault"];

/**
 * Declares the subnet of a service, with a network security group.
 *
 * @param access how the tier reaches the network
 * @see https://learn.microsoft.com/azure/api-management/virtual-network-injection-resources
 * @see https://learn.microsoft.com/azure/api-management/integrate-vnet-outbound
 */
export function serviceSubnet(
  parts: ServiceParts,
  args: AzureApiManagementServiceArgs,
  { mode = "external" }: AzureServiceNetwork,
  { virtualNetworkId, addressPrefix }: AzureServiceSubnet,
  access: "injection" | "integration",
): pulumi.Output<string> {
  const { name, parent, transform } = parts;
  const isInjected = access === "injection";
  const group = transform.securityGroup.declare(
    NetworkSecurityGroup,
    `${name}-security-group`,
    {
      resourceGroupName: args.resourceGroupName,
      location: args.location,
      securityRules: isInjected ? injectionRules(mode === "external") : [],
    },
    { parent },
  );
  const network = pulumi.output(virtualNetworkId);
  return transform.subnet.declare(
    Subnet,
    `${name}-subnet`,
    {
      resourceGroupName: network.apply(resourceGroupIn),
      virtualNetworkName: network.apply(nameIn),
      addressPrefix,
      networkSecurityGroup: { id: group.id },
      ...(isInjected
        ? { serviceEndpoints: endpoints.map((service) => ({ service })) }
        : { delegations: [{ name: "api-management", serviceName: "Microsoft.Web/serverFarms" }] }),
    },
    { parent },
  ).id;
}
