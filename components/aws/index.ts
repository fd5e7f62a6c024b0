export {
  AwsApiGatewayLogging,
  type AwsApiGatewayLoggingArgs,
  type AwsApiGatewayLoggingTransforms,
} from "./api-gateway-logging.ts";
export { awsHttpApi } from "./capabilities.ts";
export type { Consumer, Consumers } from "./consumer.ts";
export { AwsHttpApi, type AwsHttpApiArgs, type AwsHttpApiOptions, type AwsHttpApiTransforms } from "./http-api.ts";
export type { AccessLog, AwsOperations, AwsRestOperations, RetentionDays, Tags } from "./operations.ts";
export { AwsRestApi, type AwsRestApiArgs, type AwsRestApiOptions, type AwsRestApiTransforms } from "./rest-api.ts";
export type { Bodies } from "./rest-api-bodies.ts";
export type { Cache, CachedRoute } from "./rest-api-cache.ts";
export { awsRestApi } from "./rest-api-capabilities.ts";
