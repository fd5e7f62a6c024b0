export { AwsApiDomain, type AwsApiDomainArgs, type AwsApiDomainTransforms } from "./domain/api-domain.ts";
export type { AwsDomain, AwsDomainName, AwsMutualTls, AwsSharedDomain } from "./domain/domain.ts";
export type { AwsFunctionBinding } from "./function/function-binding.ts";
export type { AwsHttpApiArgs, AwsHttpApiTransforms } from "./http-api/args.ts";
export { awsHttpApi } from "./http-api/capabilities.ts";
export { AwsHttpApi } from "./http-api/http-api.ts";
export type { InvokeArnOptions } from "./invoke-arn.ts";
export type { AwsCloudMapLink, AwsLink, AwsVpcLink } from "./link/link-inputs.ts";
export type {
  AwsExistingBalancer,
  AwsExistingVpcLink,
  AwsOnPremLinkArgs,
  AwsOnPremLinkTransforms,
  AwsTransitGateway,
  AwsVpn,
  AwsVpnGateway,
  OnPremHealthCheck,
  OnPremTarget,
} from "./on-prem-link/args.ts";
export { AwsOnPremLink } from "./on-prem-link/on-prem-link.ts";
export type { AccessLog, RetentionDays } from "./operations/access-log.ts";
export { AwsApiGatewayLogging, type AwsApiGatewayLoggingArgs } from "./operations/api-gateway-logging.ts";
export type { AwsOperations, AwsRestOperations } from "./operations/operations.ts";
export type { Tags } from "./operations/tags.ts";
export type { AwsApiGatewayLoggingTransforms } from "./operations/transform-rules.ts";
export type { AwsRestApiArgs, AwsRestApiTransforms } from "./rest-api/args.ts";
export type { Bodies } from "./rest-api/bodies.ts";
export type { Cache, CachedRoute } from "./rest-api/cache.ts";
export type { Canary } from "./rest-api/canary/canary.ts";
export { awsRestApi } from "./rest-api/capabilities.ts";
export type { AwsClientCertificate, AwsClientCertificateProof } from "./rest-api/client-certificate.ts";
export type { Consumer, Consumers } from "./rest-api/consumer.ts";
export type { AllowFrom } from "./rest-api/exposure/allow-from.ts";
export type { PrivateTo } from "./rest-api/exposure/private-to.ts";
export type { Firewall } from "./rest-api/firewall/firewall.ts";
export type { ManagedRules } from "./rest-api/firewall/managed-rules.ts";
export { AwsRestApi } from "./rest-api/rest-api.ts";
