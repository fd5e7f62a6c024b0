export {
  type ApiManagementServiceLink,
  AzureApiManagementApi,
  type AzureApiManagementApiArgs,
  type AzureApiManagementOptions,
} from "./api-management-api.ts";
export { azureApiManagement, capabilitiesOf } from "./capabilities.ts";
export type { ApiManagementSku } from "./sku.ts";
