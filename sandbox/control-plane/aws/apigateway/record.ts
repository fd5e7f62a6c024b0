import type { AwsMethodSettings } from "../../../data-plane/aws/artefacts/rest-api.ts";
import { Kind } from "../../records.ts";
import type { AccessLogSettingsRecord } from "../access-log-settings.ts";
import { accountId, arn } from "../region.ts";
import type { Tags } from "../tags.ts";

/** The settings of an API that an import sets, and that the provider may patch afterwards. */
export interface ImportedSettings {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly binaryMediaTypes: readonly string[];
  readonly disableExecuteApiEndpoint: boolean;
  /** The resource policy: JSON in which every resource is a whole ARN. */
  readonly policy?: string;
  /** The VPC endpoints that a private API is associated with. */
  readonly vpcEndpointIds?: readonly string[];
}

/** A REST API as API Gateway stores it. */
export interface RestApiRecord extends ImportedSettings {
  readonly id: string;
  readonly region: string;
  readonly rootResourceId: string;
  /** RFC 3339. */
  readonly createdDate: string;
  readonly endpointType: string;
  readonly ipAddressType: string;
  readonly securityPolicy?: string;
  readonly endpointAccessMode?: string;
  readonly tags: Tags;
  /** The definition that was imported last; absent when no import succeeded. */
  readonly document?: string;
}

/** The definition at the time of the deployment. */
export interface RestDeploymentRecord {
  readonly id: string;
  readonly apiId: string;
  readonly region: string;
  readonly createdDate: string;
  readonly description?: string;
  readonly document: string;
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly binaryMediaTypes: readonly string[];
  readonly policy?: string;
}

/** A second deployment of a stage, which serves a share of the requests. */
export interface StageCanaryRecord {
  readonly deploymentId: string;
  /** 0 to 100. */
  readonly percentTraffic: number;
  readonly stageVariableOverrides: Readonly<Record<string, string>>;
  readonly useStageCache: boolean;
}

/** One entry of a stage's method settings. API Gateway fills in the settings that the program omits. */
export type MethodSettingsRecord = Required<AwsMethodSettings>;

export interface RestStageRecord {
  readonly name: string;
  readonly apiId: string;
  readonly region: string;
  readonly deploymentId: string;
  readonly description?: string;
  readonly clientCertificateId?: string;
  readonly documentationVersion?: string;
  readonly accessLogSettings?: AccessLogSettingsRecord;
  readonly xrayTracingEnabled: boolean;
  /**
   * The API's `disableExecuteApiEndpoint` when the stage was last changed, which is when a change takes effect. Absent in records of
   * older versions of the sandbox; the API's present setting applies to them.
   */
  readonly defaultEndpointDisabled?: boolean;
  /** The size of the cache in gigabytes, as the program writes it. Absent without a cache. */
  readonly cacheClusterSize?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly canary?: StageCanaryRecord;
  readonly tags: Tags;
  /** By method path, as the program writes it. */
  readonly methodSettings: Readonly<Record<string, MethodSettingsRecord>>;
}

/** A client certificate that API Gateway generated. Only the owner of the sandbox's store can read its key there, like every record. */
export interface ClientCertificateRecord {
  readonly id: string;
  readonly region: string;
  readonly description?: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  readonly createdDate: string;
  readonly expirationDate: string;
  readonly tags: Tags;
}

export const clientCertificates = new Kind<ClientCertificateRecord>("aws/apigateway/client-certificate");
export const restApis = new Kind<RestApiRecord>("aws/apigateway/rest-api");
export const restDeployments = new Kind<RestDeploymentRecord>("aws/apigateway/deployment");
export const restStages = new Kind<RestStageRecord>("aws/apigateway/stage");

/** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
export function executionArn({ region, id }: Pick<RestApiRecord, "region" | "id">): string {
  return arn("execute-api", region, id, true);
}

/** API Gateway's error for an API that does not exist (AWS-validated in localstack's tests). */
export function noSuchApi(operation: string, id: string): string {
  return `${operation}: NotFoundException: Invalid API identifier specified ${accountId}:${id}`;
}
