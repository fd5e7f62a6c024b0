export type { AllowFrom } from "./allow-from.ts";
export { AwsApiDomain, type AwsApiDomainArgs, type AwsApiDomainTransforms } from "./api-domain.ts";
export {
  AwsApiGatewayLogging,
  type AwsApiGatewayLoggingArgs,
  type AwsApiGatewayLoggingTransforms,
} from "./api-gateway-logging.ts";
export { awsHttpApi } from "./capabilities.ts";
export type { Consumer, Consumers } from "./consumer.ts";
export type { AwsDomain, AwsDomainName, AwsMutualTls, AwsSharedDomain } from "./domain.ts";
export type { Firewall } from "./firewall.ts";
export { AwsHttpApi, type AwsHttpApiArgs, type AwsHttpApiOptions, type AwsHttpApiTransforms } from "./http-api.ts";
export type { InvokeArnOptions } from "./invoke-arn.ts";
export type { AwsCloudMapLink, AwsLink, AwsVpcLink } from "./link-inputs.ts";
export type { ManagedRules } from "./managed-rules.ts";
export {
  type AwsExistingBalancer,
  type AwsExistingVpcLink,
  AwsOnPremLink,
  type AwsOnPremLinkArgs,
  type AwsOnPremLinkTransforms,
  type AwsTransitGateway,
  type AwsVpn,
  type AwsVpnGateway,
  type OnPremHealthCheck,
  type OnPremTarget,
} from "./on-prem-link.ts";
export type { AccessLog, AwsOperations, AwsRestOperations, RetentionDays, Tags } from "./operations.ts";
export type { PrivateTo } from "./private-to.ts";
export { AwsRestApi, type AwsRestApiArgs, type AwsRestApiOptions, type AwsRestApiTransforms } from "./rest-api.ts";
export type { Bodies } from "./rest-api-bodies.ts";
export type { Cache, CachedRoute } from "./rest-api-cache.ts";
export type { Canary } from "./rest-api-canary.ts";
export { awsRestApi } from "./rest-api-capabilities.ts";
