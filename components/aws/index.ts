export { awsHttpApi } from "./capabilities.ts";
export { AwsHttpApi, type AwsHttpApiArgs, type AwsHttpApiOptions } from "./http-api.ts";
