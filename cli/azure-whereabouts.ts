import type { PendingCreate } from "./pending-creates.ts";
import { filled, operand, requiredArgument, type Sought } from "./sought.ts";

/**
 * The resource types that Polygate's components and stacks declare on Azure: the type and name below the resource group, where `{argument}`
 * is replaced by the argument of the resource. azure-native creates no resource that exists, so each one must be imported.
 */
export const azureResources: Readonly<Record<string, string>> = {
  "apimanagement:Api": "Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}",
  "apimanagement:ApiManagementService": "Microsoft.ApiManagement/service/{serviceName}",
  "apimanagement:ApiPolicy": "Microsoft.ApiManagement/service/{serviceName}/apis/{apiId}/policies/{policyId}",
  "apimanagement:Backend": "Microsoft.ApiManagement/service/{serviceName}/backends/{backendId}",
  "network:LocalNetworkGateway": "Microsoft.Network/localNetworkGateways/{localNetworkGatewayName}",
  "network:NetworkSecurityGroup": "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
  "network:PublicIPAddress": "Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
  "network:Subnet": "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
  "network:VirtualNetwork": "Microsoft.Network/virtualNetworks/{virtualNetworkName}",
  "network:VirtualNetworkGateway": "Microsoft.Network/virtualNetworkGateways/{virtualNetworkGatewayName}",
  "network:VirtualNetworkGatewayConnection": "Microsoft.Network/connections/{virtualNetworkGatewayConnectionName}",
  "privatedns:PrivateRecordSet":
    "Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/{relativeRecordSetName}",
  "privatedns:PrivateZone": "Microsoft.Network/privateDnsZones/{privateZoneName}",
  "privatedns:VirtualNetworkLink":
    "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
  "resources:ResourceGroup": "",
};

/** The error codes of a resource, its parent or its group that does not exist. Unverified: that no other code means it. */
const absent = /\b(?:\w*NotFound)\b|could not be found/;

/**
 * The whereabouts of a resource on Azure. Its id contains the subscription, which the command prints.
 *
 * @see https://learn.microsoft.com/cli/azure/resource#az-resource-show
 */
export function azureWhereaboutsOf(create: PendingCreate): Sought | undefined {
  // The version of the API is a part of some types.
  const type = /^azure-native:([^/:]+)(?:\/[^:]+)?:(\w+)$/.exec(create.type)?.slice(1).join(":") ?? "";
  const path = Object.hasOwn(azureResources, type) ? azureResources[type] : undefined;
  if (path === undefined) return undefined;
  const argument = (name: string): string => operand(create, name, String(requiredArgument(create, name)));
  const group = argument("resourceGroupName");
  const select = path === "" ? ["group", "show", "--name", group] : shown(path, group, argument);
  return {
    kind: "numbered",
    program: "az",
    look: [...select, "--query", "id", "--output", "tsv"],
    read: (printed) => printed.split("\n").filter((line) => line.trim() !== ""),
    absent,
    id: (found) => found,
  };
}

function shown(path: string, group: string, argument: (name: string) => string): readonly string[] {
  const [namespace = "", ...segments] = path.split("/").map((segment) => filled(segment, argument));
  const [type = "", name = ""] = segments.slice(-2);
  const parent = segments.slice(0, -2).join("/");
  return [
    ...["resource", "show", "--resource-group", group, "--namespace", namespace],
    ...(parent === "" ? [] : ["--parent", parent]),
    ...["--resource-type", type, "--name", name],
  ];
}
