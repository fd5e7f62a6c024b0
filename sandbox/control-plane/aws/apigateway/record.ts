import type { AwsMethodSettings } from "../../../data-plane/aws/artefacts/rest-api.ts";
import { Kind } from "../../records.ts";
import type { AccessLogSettingsRecord } from "../access-log-settings.ts";

/** What an import sets, and what the provider sets again after it. */
export interface RestApiLiterals {
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly binaryMediaTypes: readonly string[];
  readonly disableExecuteApiEndpoint: boolean;
  /** The resource policy, in JSON with whole ARNs. */
  readonly policy?: string;
  /** The VPC endpoints that a private API is associated with; absent: none. */
  readonly vpcEndpointIds?: readonly string[];
}

/** A REST API as API Gateway holds it. */
export interface RestApiRecord extends RestApiLiterals {
  readonly id: string;
  readonly region: string;
  readonly rootResourceId: string;
  /** RFC 3339. */
  readonly createdDate: string;
  readonly endpointType: string;
  readonly ipAddressType: string;
  readonly securityPolicy?: string;
  readonly endpointAccessMode?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The definition that was imported last; none when the API was never imported, or its first import failed. */
  readonly document?: string;
}

/** The definition as it was when the deployment was made. */
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

/** A second deployment of a stage, which a share of the requests goes to. */
export interface StageCanaryRecord {
  readonly deploymentId: string;
  /** 0 to 100. */
  readonly percentTraffic: number;
  readonly stageVariableOverrides: Readonly<Record<string, string>>;
  readonly useStageCache: boolean;
}

/** One entry of a stage's method settings; API Gateway fills what nobody set. */
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
   * As the API had it when the stage was last changed, which is when it takes effect. Absent in a stage from before there was
   * this: as the API has it.
   */
  readonly defaultEndpointDisabled?: boolean;
  /** The size of its cache in gigabytes, as it was written, if it has one. */
  readonly cacheClusterSize?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly canary?: StageCanaryRecord;
  readonly tags: Readonly<Record<string, string>>;
  /** By method path, as it was given. */
  readonly methodSettings: Readonly<Record<string, MethodSettingsRecord>>;
}

export const restApis = new Kind<RestApiRecord>("aws/apigateway/rest-api");
export const restDeployments = new Kind<RestDeploymentRecord>("aws/apigateway/deployment");
export const restStages = new Kind<RestStageRecord>("aws/apigateway/stage");
