/**
 * What the control plane hands to the data plane: the vendor's own artefacts of one deployed gateway, as the vendor
 * would hold them after the deployment. Nothing here comes from Polygate's description.
 */

/** Where a stage of API Gateway writes a line for each request, and what. */
export interface AwsAccessLog {
  /** The log group's name. */
  readonly logGroup: string;
  /** With `$context` variables. */
  readonly format: string;
}

/** Throttle of an AWS HTTP API stage. The provider sends 0 for a field left out, and 0 refuses every request. */
export interface AwsRouteSettings {
  readonly throttlingBurstLimit?: number;
  readonly throttlingRateLimit?: number;
}

/** CORS as API Gateway holds it after the provider's create or update. */
export interface AwsCors {
  readonly allowCredentials?: boolean;
  readonly allowHeaders?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowOrigins?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: number;
}

/** A Lambda function as it is now: a deployment of an API is a snapshot, the functions that it invokes are not. */
export interface AwsFunction {
  /** Without a qualifier. */
  readonly arn: string;
  /** e.g. `nodejs22.x`. */
  readonly runtime: string;
  /** `file.export`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The deployment package, unpacked: base64 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Its resource policy: who may invoke it. */
  readonly permissions: readonly AwsFunctionPermission[];
}

/** One statement of a function's policy that allows `lambda:InvokeFunction`. */
export interface AwsFunctionPermission {
  /** e.g. `apigateway.amazonaws.com`. */
  readonly principal: string;
  /** May hold `*` and `?`. Absent: any source. */
  readonly sourceArn?: string;
}

export interface AwsHttpApiArtefacts {
  readonly kind: "aws-http-api";
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`, the beginning of what a function's permission names as its source. */
  readonly executionArn?: string;
  /** The functions that its document names, by ARN; those that do not exist are absent. */
  readonly functions?: Readonly<Record<string, AwsFunction>>;
  /** The OpenAPI 3.0 document with `x-amazon-*`, as deployed to the stage (JSON or YAML). */
  readonly document: string;
  readonly cors?: AwsCors;
  readonly stage: {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly defaultRouteSettings?: AwsRouteSettings;
    /** By route key, e.g. `GET /orders/{id}`. */
    readonly routeSettings: Readonly<Record<string, AwsRouteSettings>>;
    readonly accessLog?: AwsAccessLog;
  };
}

/** What a REST API's stage says of one method, or of all (`MethodSetting` in the API reference). */
export interface AwsMethodSettings {
  /** -1 and absent: no limit of the stage's own. */
  readonly throttlingBurstLimit?: number;
  readonly throttlingRateLimit?: number;
  readonly metricsEnabled?: boolean;
  readonly loggingLevel?: string;
  readonly dataTraceEnabled?: boolean;
  readonly cachingEnabled?: boolean;
}

/** A usage plan, as far as it concerns one stage of one API. */
export interface AwsUsagePlan {
  readonly id: string;
  readonly throttle?: { readonly burstLimit: number; readonly rateLimit: number };
  readonly quota?: { readonly limit: number; readonly offset: number; readonly period: "DAY" | "WEEK" | "MONTH" };
  /** Throttles of single methods, by `/path/METHOD`, e.g. `/orders/{p2}/GET`. */
  readonly methodThrottles: Readonly<Record<string, { readonly burstLimit: number; readonly rateLimit: number }>>;
  readonly keys: readonly { readonly id: string; readonly value: string; readonly enabled: boolean }[];
}

/** A web ACL of AWS WAF, its parts as the provider names them. */
export interface AwsWebAcl {
  readonly id: string;
  readonly defaultAction: unknown;
  readonly rules: readonly unknown[];
  readonly customResponseBodies?: readonly unknown[];
}

export interface AwsRestApiArtefacts {
  readonly kind: "aws-rest-api";
  /** The OpenAPI document with `x-amazon-*`, as it was when the stage's deployment was made (JSON or YAML). */
  readonly document: string;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
  readonly executionArn: string;
  /** As the deployment has it: where the key of a request is looked for. */
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly binaryMediaTypes: readonly string[];
  /** The functions that the document names, by ARN; those that do not exist are absent. */
  readonly functions: Readonly<Record<string, AwsFunction>>;
  readonly stage: {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    /** By `*` and `*` with a slash between for all methods, or `path/METHOD` with `~1` for the path's slashes, without the first: `orders~1{p2}/GET`. */
    readonly methodSettings: Readonly<Record<string, AwsMethodSettings>>;
    readonly accessLog?: AwsAccessLog;
    /** Whether X-Ray traces requests; the sandbox has no X-Ray, and makes up the id of a trace. */
    readonly traced?: boolean;
    /** The web ACL that is associated with the stage. */
    readonly webAcl?: AwsWebAcl;
  };
  readonly usagePlans: readonly AwsUsagePlan[];
}

/** One API of an API Management service. */
export interface ApimApi {
  readonly name: string;
  /** The path suffix of the API below the gateway's host, without slashes at either end; may be empty. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly subscriptionRequired: boolean;
  readonly subscriptionKeyNames: { readonly header: string; readonly query: string };
  readonly serviceUrl?: string;
  /** The imported OpenAPI document (JSON or YAML). */
  readonly document: string;
  /** The API-scope policy XML; absent until the ApiPolicy is deployed. */
  readonly policy?: string;
}

export interface ApimArtefacts {
  readonly kind: "azure-api-management";
  /** e.g. `Developer`, `Consumption`, `StandardV2`: decides limits and which policies exist. */
  readonly sku: string;
  readonly apis: readonly ApimApi[];
  /** Named values by display name. */
  readonly namedValues: Readonly<Record<string, string>>;
}

export interface GcpApiGatewayArtefacts {
  readonly kind: "gcp-api-gateway";
  /** The OpenAPI document of the config (base64 decoded; JSON or YAML). */
  readonly document: string;
  /** The managed service name, the default audience of a JWT. */
  readonly managedService: string;
}

export type GatewayArtefacts = AwsHttpApiArtefacts | AwsRestApiArtefacts | ApimArtefacts | GcpApiGatewayArtefacts;

/** One gateway that is deployed now. */
export interface DeployedGateway {
  /** Stable over restarts and updates: provider, region or location, and the vendor's id. Owns the port. */
  readonly key: string;
  /** The name a person knows it by: the vendor resource's name. */
  readonly name: string;
  readonly vendor: "aws" | "azure" | "gcp";
  readonly region: string;
  readonly artefacts: GatewayArtefacts;
}
