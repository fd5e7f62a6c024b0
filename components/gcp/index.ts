export { GcpApiGateway } from "./api-gateway/api-gateway.ts";
export type { GcpApiGatewayArgs, GcpApiGatewayTransforms, GcpProof } from "./api-gateway/args.ts";
export { gcpApiGateway } from "./api-gateway/capabilities.ts";
export type { Labels } from "./api-gateway/labels.ts";
export type { GcpBackendIdentity, GcpIdentityTokenProof } from "./api-gateway/proof-inputs.ts";
export type { GcpCompanion, GcpCompanionInstances } from "./companion/args.ts";
export type { GcpClientCertificateProof, GcpSecretHeaderProof } from "./companion/proof/proof-inputs.ts";
export type { GcpCompanionTransforms } from "./companion/transforms.ts";
export type { GcpLink } from "./link/link-inputs.ts";
export type {
  GcpDeviceConfiguration,
  GcpDeviceTunnel,
  GcpOnPremLinkArgs,
  GcpOnPremLinkTransforms,
  GcpSiteDns,
  GcpSiteEgress,
  GcpVpn,
} from "./on-prem-link/args.ts";
export { GcpOnPremLink } from "./on-prem-link/on-prem-link.ts";
