import { type Properties, text } from "../property-value.ts";
import { type Call, VendorError } from "../resource-model.ts";

export interface AzureSettings {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** The default location, when the configuration has one. */
  readonly location: string | undefined;
}

/** The API version of the SDK's plain types. */
export const apimApiVersion = "2024-05-01";

export function resourceGroupId(settings: AzureSettings, name: string): string {
  return `/subscriptions/${settings.subscriptionId}/resourceGroups/${name}`;
}

export function serviceId(settings: AzureSettings, properties: Properties): string {
  const group = resourceGroupId(settings, text(properties, "resourceGroupName") ?? "");
  return `${group}/providers/Microsoft.ApiManagement/service/${text(properties, "serviceName") ?? ""}`;
}

/** Azure does not tell upper from lower case in ids. */
export function armKey(id: string): string {
  return id.toLowerCase().replace(/^\//, "");
}

export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** azure-native asks first, and refuses to take over what is there. */
export function refuseExisting(existing: unknown, id: string): void {
  if (existing !== undefined) throw new VendorError(`cannot create already existing resource '${id}'`);
}

export function gone(call: Pick<Call<AzureSettings>, "name">, id: string): VendorError {
  return new VendorError(`Code="ResourceNotFound" Message="The resource '${id}' (${call.name}) was not found." (404)`);
}
