import { isObject, type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { type NetworkRecord, objects, parentOf, resourceAt } from "../network/record.ts";

/** How the tiers reach networks. https://learn.microsoft.com/azure/api-management/virtual-network-concepts */
const TIERS: Readonly<Record<string, { readonly types: readonly string[]; readonly delegation?: string }>> = {
  Developer: { types: ["External", "Internal"] },
  Premium: { types: ["External", "Internal"] },
  StandardV2: { types: ["External"], delegation: "Microsoft.Web/serverFarms" },
  PremiumV2: { types: ["External"], delegation: "Microsoft.Web/serverFarms" },
};

/** The service that is placed into a network. */
interface Placed {
  readonly sku: string;
  readonly location: string;
}

/**
 * The subnet of a service.
 *
 * Unverified: the codes and texts of the refusals.
 *
 * @throws VendorError for a network that the tier does not have, and for a subnet that is not fit for it
 */
export function subnetOf(records: Records, service: Placed, inputs: Properties): { readonly subnetId?: string } {
  const type = text(inputs, "virtualNetworkType") ?? "None";
  if (type === "None") return {};
  const { types = [], delegation } = TIERS[service.sku] ?? {};
  if (!types.includes(type)) refuse(`the tier ${service.sku} has no virtual network of the type ${type}`);
  const configuration = inputs.virtualNetworkConfiguration;
  const subnetId = isObject(configuration) ? text(configuration, "subnetResourceId") : undefined;
  if (subnetId === undefined) return refuse("a subnet is required (virtualNetworkConfiguration.subnetResourceId)");
  const subnet = resourceAt(records, subnetId);
  // A subnet that no stack of the sandbox declares is accepted, as on AWS.
  if (subnet !== undefined) checkSubnet(records, service, subnet, delegation);
  return { subnetId };
}

function checkSubnet(
  records: Records,
  { sku, location }: Placed,
  subnet: NetworkRecord,
  delegation: string | undefined,
): void {
  const delegated = objects(subnet.inputs.delegations).map((each) => text(each, "serviceName") ?? "");
  if (delegation === undefined && delegated.length > 0) refuse(`a subnet for the tier ${sku} must not be delegated`);
  if (delegation !== undefined && !delegated.some((name) => name.toLowerCase() === delegation.toLowerCase())) {
    refuse(`a subnet for the tier ${sku} must be delegated to ${delegation}`);
  }
  if (subnet.inputs.networkSecurityGroup === undefined) {
    refuse(`the subnet ${subnet.id} has no network security group, which the service requires`);
  }
  const network = resourceAt(records, parentOf(subnet.id));
  const region = network === undefined ? undefined : text(network.inputs, "location");
  if (region === undefined || plain(region) === plain(location)) return;
  refuse(`the virtual network is in ${region}, and the service is in ${location}`);
}

function plain(location: string): string {
  return location.toLowerCase().replaceAll(" ", "");
}

function refuse(message: string): never {
  throw new VendorError(`Code="InvalidParameters" Message="${message}" (400)`);
}
