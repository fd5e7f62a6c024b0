import type { ClientIdentity } from "../../interpreter.ts";
import type { AwsAccessLog } from "./access-log.ts";
import type { AwsFunction } from "./function.ts";
import type { AwsNetwork } from "./network.ts";
import type { AwsSigner } from "./signer.ts";
import type { AwsWebAcl } from "./web-acl.ts";

/** The settings of a REST API's stage for one method, or for all methods (`MethodSetting` in the API reference). */
export interface AwsMethodSettings {
  /** -1 or absent: the stage sets no limit. */
  readonly throttlingBurstLimit?: number;
  readonly throttlingRateLimit?: number;
  readonly metricsEnabled?: boolean;
  readonly loggingLevel?: string;
  readonly dataTraceEnabled?: boolean;
  readonly cachingEnabled?: boolean;
  readonly cacheTtlInSeconds?: number;
  readonly cacheDataEncrypted?: boolean;
  readonly requireAuthorizationForCacheControl?: boolean;
  readonly unauthorizedCacheControlHeaderStrategy?: string;
}

/** The part of a usage plan that applies to one stage of one API. */
export interface AwsUsagePlan {
  readonly id: string;
  readonly throttle?: { readonly burstLimit: number; readonly rateLimit: number };
  readonly quota?: { readonly limit: number; readonly offset: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  /** Throttles of single methods, by `/path/METHOD`, e.g. `/orders/{p2}/GET`. */
  readonly methodThrottles: Readonly<Record<string, { readonly burstLimit: number; readonly rateLimit: number }>>;
  readonly keys: readonly { readonly id: string; readonly value: string; readonly enabled: boolean }[];
}

/** A deployment of a REST API: the snapshot, and the current state of the resources that it names. */
export interface AwsRestApiSnapshot {
  /** The id of the deployment, which events contain. */
  readonly deploymentId: string;
  /** The OpenAPI document with `x-amazon-*`, as it was when the deployment was created (JSON or YAML). */
  readonly document: string;
  /** The deployment's resource policy, as JSON. Absent: every client may send requests. */
  readonly policy?: string;
  /** Where the deployment reads the API key of a request. */
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly binaryMediaTypes: readonly string[];
  /** The existing functions that the document names, by ARN. */
  readonly functions: Readonly<Record<string, AwsFunction>>;
  /** The network behind the VPC links that the document names; absent when it names none. */
  readonly network?: AwsNetwork;
  /** The account's signers, when the document requires signatures. */
  readonly signers?: readonly AwsSigner[];
}

/** A second deployment of a stage, which receives a share of the requests. */
export interface AwsRestApiCanary extends AwsRestApiSnapshot {
  /** 0 to 100. */
  readonly percentTraffic: number;
  /** The stage's variables, with those that the canary overrides or adds. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether the canary's responses are cached too, when the stage has a cache. */
  readonly cached: boolean;
  /** Whether the canary is the stage's own deployment. Both then share cached responses. */
  readonly sameDeployment: boolean;
}

/** A deployed REST API with one stage. */
export interface AwsRestApiArtefacts extends AwsRestApiSnapshot {
  readonly kind: "aws-rest-api";
  /** Whether API Gateway refuses requests that do not use a custom domain. @default false */
  readonly defaultEndpointDisabled?: boolean;
  /** Whether API Gateway refuses requests that do not use a VPC endpoint. @default false */
  readonly private?: boolean;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
  readonly executionArn: string;
  /** Absent: all requests are sent to the stage's deployment. */
  readonly canary?: AwsRestApiCanary;
  readonly stage: {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    /**
     * By `*` and `*` with a slash between for all methods, or by `path/METHOD`. The path has no leading slash, and its other
     * slashes are written `~1`, e.g. `orders~1{p2}/GET`.
     */
    readonly methodSettings: Readonly<Record<string, AwsMethodSettings>>;
    /** Whether the stage has a cache. @default false */
    readonly cached?: boolean;
    readonly accessLog?: AwsAccessLog;
    /** Whether X-Ray traces requests. The sandbox has no X-Ray and generates the trace ids itself. */
    readonly traced?: boolean;
    /** The certificate that the stage presents to backends. */
    readonly clientCertificate?: ClientIdentity;
    /** The web ACL that is associated with the stage. */
    readonly webAcl?: AwsWebAcl;
  };
  readonly usagePlans: readonly AwsUsagePlan[];
}
