export type { AllowFrom } from "./api-management/allow-from.ts";
export { AzureApiManagementApi } from "./api-management/api-management-api.ts";
export type {
  AzureApiManagementApiArgs,
  AzureApiManagementApiTransforms,
} from "./api-management/args.ts";
export { azureApiManagement, capabilitiesOf } from "./api-management/capabilities.ts";
export type { Consumer, Consumers } from "./api-management/consumer.ts";
export type {
  AzureClientCertificateProof,
  AzureIdentityTokenProof,
  AzureProof,
  AzureSecretHeaderProof,
} from "./api-management/proof-inputs.ts";
export { AzureApiManagementService } from "./api-management-service/api-management-service.ts";
export type {
  AzureApiManagementServiceArgs,
  AzureApiManagementServiceTransforms,
  AzurePublisher,
  AzureServiceNetwork,
  AzureServiceSubnet,
  AzureUserIdentities,
} from "./api-management-service/args.ts";
export type { AzureLink, AzureVirtualNetworkLink } from "./link/link-inputs.ts";
export type {
  AzureIpsecPolicy,
  AzureNetwork,
  AzureOnPremDevice,
  AzureOnPremLinkArgs,
  AzureOnPremLinkTransforms,
  AzureVpn,
  AzureVpnGatewaySku,
} from "./on-prem-link/args.ts";
export { type AzureDeviceConfiguration, AzureOnPremLink } from "./on-prem-link/azure-on-prem-link.ts";
export type { ApiManagementServiceLink } from "./service-link.ts";
export type { ApiManagementSku } from "./sku.ts";
