export {
  AwsApiGatewayLogging,
  type AwsApiGatewayLoggingArgs,
  type AwsApiGatewayLoggingTransforms,
} from "./api-gateway-logging.ts";
export { awsHttpApi } from "./capabilities.ts";
export type { Consumer, Consumers } from "./consumer.ts";
export type { Firewall } from "./firewall.ts";
export { AwsHttpApi, type AwsHttpApiArgs, type AwsHttpApiOptions, type AwsHttpApiTransforms } from "./http-api.ts";
export type { ManagedRules } from "./managed-rules.ts";
export type { AccessLog, AwsOperations, AwsRestOperations, RetentionDays, Tags } from "./operations.ts";
export { AwsRestApi, type AwsRestApiArgs, type AwsRestApiOptions, type AwsRestApiTransforms } from "./rest-api.ts";
export { awsRestApi } from "./rest-api-capabilities.ts";
