export { AzureApiManagementApi } from "./api-management/api-management-api.ts";
export type {
  ApiManagementServiceLink,
  AzureApiManagementApiArgs,
  AzureApiManagementApiTransforms,
} from "./api-management/args.ts";
export { azureApiManagement, capabilitiesOf } from "./api-management/capabilities.ts";
export type { ApiManagementSku } from "./api-management/sku.ts";
export type { AzureLink, AzureVirtualNetworkLink } from "./link/link-inputs.ts";
