export {
  type ApiManagementServiceLink,
  AzureApiManagementApi,
  type AzureApiManagementApiArgs,
  type AzureApiManagementOptions,
} from "./api-management/api-management-api.ts";
export { azureApiManagement, capabilitiesOf } from "./api-management/capabilities.ts";
export type { ApiManagementSku } from "./api-management/sku.ts";
