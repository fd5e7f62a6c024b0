import { type Properties, text } from "../property-value.ts";
import { type Call, VendorError } from "../resource-model.ts";

export interface AzureSettings {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The default location, when the configuration has one. */
  readonly location: string | undefined;
}

/** The API version of the SDK's unversioned types. */
export const apimApiVersion = "2024-05-01";

export function resourceGroupId(settings: AzureSettings, name: string): string {
  return `/subscriptions/${settings.subscriptionId}/resourceGroups/${name}`;
}

export function serviceId(settings: AzureSettings, properties: Properties): string {
  const group = resourceGroupId(settings, text(properties, "resourceGroupName") ?? "");
  return `${group}/providers/Microsoft.ApiManagement/service/${text(properties, "serviceName") ?? ""}`;
}

/** The key of a record by its id. Ids in Azure are case-insensitive. */
export function armKey(id: string): string {
  return id.toLowerCase().replace(/^\//, "");
}

export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** azure-native checks whether the resource exists before it creates it, and does not adopt an existing one. */
export function refuseExisting(existing: unknown, id: string): void {
  if (existing !== undefined) throw new VendorError(`cannot create already existing resource '${id}'`);
}

/** The error for an update of a resource that does not exist. */
export function notFound(call: Pick<Call<AzureSettings>, "name">, id: string): VendorError {
  return new VendorError(`Code="ResourceNotFound" Message="The resource '${id}' (${call.name}) was not found." (404)`);
}
