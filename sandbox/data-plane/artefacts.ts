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
  /** Whether it is attached to a VPC, whence it reaches private addresses. @default false */
  readonly inVpc?: boolean;
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

/**
 * What VPC links lead to: the part of a VPC that the integrations of one API name, as it is now. A deployment of an API is a
 * snapshot, its network is not. What does not exist is absent; then no request gets through.
 */
export interface AwsNetwork {
  /** VPC links of the second version, by id. */
  readonly vpcLinks: Readonly<Record<string, AwsVpcLink>>;
  /** By ARN. */
  readonly loadBalancers: Readonly<Record<string, AwsLoadBalancer>>;
  /** By ARN. */
  readonly targetGroups: Readonly<Record<string, AwsTargetGroup>>;
  /** Services of AWS Cloud Map, by ARN. */
  readonly services: Readonly<Record<string, AwsCloudMapService>>;
  /** Those of the links and load balancers, by id. One that is not here is not known, and lets everything through. */
  readonly securityGroups?: Readonly<Record<string, AwsSecurityGroup>>;
}

export interface AwsSecurityGroup {
  readonly ingress: readonly AwsSecurityGroupRule[];
  readonly egress: readonly AwsSecurityGroupRule[];
}

/** What a security group lets through. Addresses are not compared. */
export interface AwsSecurityGroupRule {
  /** e.g. `tcp`; `-1` for all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** The security group that the other side must be in. Absent: the other side is said by addresses. */
  readonly group?: string;
}

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks-vpclinkid.html */
export interface AwsVpcLink {
  readonly name: string;
  readonly status: "PENDING" | "AVAILABLE" | "DELETING" | "FAILED" | "INACTIVE";
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

export interface AwsLoadBalancer {
  readonly kind: "application" | "network";
  readonly scheme: "internal" | "internet-facing";
  readonly dnsName: string;
  /** Absent, or empty: none filters. */
  readonly securityGroupIds?: readonly string[];
  readonly listeners: readonly AwsListener[];
}

export interface AwsListener {
  readonly arn: string;
  readonly port: number;
  /** HTTP and HTTPS of an Application Load Balancer, TCP and TLS of a Network Load Balancer. */
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  /** With HTTPS and TLS: the domain names of its certificates; one may begin with `*.`. */
  readonly certificateNames?: readonly string[];
  /** Where its default action leads: a target group's ARN. Absent where the action leads to none. */
  readonly targetGroup?: string;
  /** What it does that the sandbox does not model, e.g. `listener rules`: an API that leads here is refused. */
  readonly unserved?: string;
}

export interface AwsTargetGroup {
  /** The protocol to the targets. */
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  readonly targetType: "ip" | "instance" | "alb" | "lambda";
  readonly targets: readonly AwsTarget[];
  /** How often each target is looked after. Absent: none is, and each gets its share. */
  readonly healthCheckSeconds?: number;
  /** What it does that the sandbox does not model: an API that leads here is refused. */
  readonly unserved?: string;
}

export interface AwsTarget {
  /** An IPv4 address; the id of an instance, or the ARN of an Application Load Balancer, by the group's `targetType`. */
  readonly address: string;
  readonly port: number;
}

export interface AwsCloudMapService {
  readonly name: string;
  readonly instances: readonly AwsCloudMapInstance[];
}

export interface AwsCloudMapInstance {
  readonly id: string;
  /** e.g. `AWS_INSTANCE_IPV4` and `AWS_INSTANCE_PORT`. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Who may sign requests in the account: an access key, whom it stands for, and what that identity may do. */
export interface AwsSigner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials, which are nothing without it. */
  readonly sessionToken?: string;
  /** When temporary credentials end, in milliseconds since the epoch. */
  readonly expires?: number;
  /** Whether the key is switched on. */
  readonly active: boolean;
  readonly principal: {
    /** As requests show it, e.g. `arn:aws:iam::ACCOUNT:user/NAME`, `arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`. */
    readonly arn: string;
    readonly userId: string;
    /** Of a user. */
    readonly name?: string;
  };
  /** Policies of the identity, inline and attached: JSON each. */
  readonly policies: readonly string[];
  /** The most that it may do, whatever its policies say: JSON. */
  readonly boundary?: string;
}

export interface AwsHttpApiArtefacts {
  readonly kind: "aws-http-api";
  /** Whether requests are refused that do not come through a custom domain. Absent: they are not. */
  readonly defaultEndpointDisabled?: boolean;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`, the beginning of what a function's permission names as its source. */
  readonly executionArn?: string;
  /** The functions that its document names, by ARN; those that do not exist are absent. */
  readonly functions?: Readonly<Record<string, AwsFunction>>;
  /** Where the VPC links that its document names lead; absent when it names none. */
  readonly network?: AwsNetwork;
  /** Those of the account, where the document asks for signatures. */
  readonly signers?: readonly AwsSigner[];
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
  readonly cacheTtlInSeconds?: number;
  readonly cacheDataEncrypted?: boolean;
  readonly requireAuthorizationForCacheControl?: boolean;
  readonly unauthorizedCacheControlHeaderStrategy?: string;
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

/** A deployment of a REST API: what it was made of, and what that names as it is now. */
export interface AwsRestApiSnapshot {
  /** The OpenAPI document with `x-amazon-*`, as it was when the deployment was made (JSON or YAML). */
  readonly document: string;
  /** The resource policy, in JSON, as the deployment has it; absent: anybody may ask. */
  readonly policy?: string;
  /** As the deployment has it: where the key of a request is looked for. */
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly binaryMediaTypes: readonly string[];
  /** The functions that the document names, by ARN; those that do not exist are absent. */
  readonly functions: Readonly<Record<string, AwsFunction>>;
  /** Where the VPC links that the document names lead; absent when it names none. */
  readonly network?: AwsNetwork;
  /** Those of the account, where the document asks for signatures. */
  readonly signers?: readonly AwsSigner[];
}

/** A second deployment of a stage, which a share of the requests goes to. */
export interface AwsRestApiCanary extends AwsRestApiSnapshot {
  /** 0 to 100. */
  readonly percentTraffic: number;
  /** The stage's, and those that the canary overrides or adds. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether its answers are kept too, where the stage has a cache. */
  readonly cached: boolean;
  /** Whether it is the stage's own deployment: then both give each other's kept answers. */
  readonly sameDeployment: boolean;
}

export interface AwsRestApiArtefacts extends AwsRestApiSnapshot {
  readonly kind: "aws-rest-api";
  /** Whether requests are refused that do not come through a custom domain. Absent: they are not. */
  readonly defaultEndpointDisabled?: boolean;
  /** Whether requests are refused that do not come through a VPC endpoint. Absent: they are not. */
  readonly private?: boolean;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`. */
  readonly executionArn: string;
  /** Absent: all requests go to the stage's deployment. */
  readonly canary?: AwsRestApiCanary;
  readonly stage: {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    /** By `*` and `*` with a slash between for all methods, or `path/METHOD` with `~1` for the path's slashes, without the first: `orders~1{p2}/GET`. */
    readonly methodSettings: Readonly<Record<string, AwsMethodSettings>>;
    /** Whether the stage has a cache. Default: false. */
    readonly cached?: boolean;
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

/** A custom domain that leads to a gateway. */
export interface MappedDomain {
  /** Stable over restarts and updates. Owns the port. */
  readonly key: string;
  /** e.g. `api.example.com`. */
  readonly name: string;
  /** The beginning of the paths that lead to this gateway, without slashes at either end; empty: all that lead nowhere else. */
  readonly basePath: string;
  /** Certificates (PEM), to one of which a client's must lead; absent: clients need none. */
  readonly truststore?: string;
}

/** A VPC endpoint for `execute-api`, as it leads to a private gateway. */
export interface ReachingEndpoint {
  /** Stable over restarts and updates. Owns the port, at which it leads to other gateways too. */
  readonly key: string;
  /** e.g. `vpce-0a1b2c3d4e5f67890`. */
  readonly id: string;
  /** The VPC that it is in. */
  readonly vpcId: string;
  /** Whom its certificate is for, e.g. `*.execute-api.eu-central-1.amazonaws.com`. */
  readonly certificateName: string;
  /** The hosts by which it leads to this gateway. */
  readonly hosts: readonly string[];
  /** Where clients ask; absent where the gateway is not associated with it. */
  readonly url?: string;
}

/** One gateway that is deployed now. */
export interface DeployedGateway {
  /** Stable over restarts and updates: provider, region or location, and the vendor's id. Owns the port. */
  readonly key: string;
  /** The name a person knows it by: the vendor resource's name. */
  readonly name: string;
  readonly vendor: "aws" | "azure" | "gcp";
  readonly region: string;
  readonly artefacts: GatewayArtefacts;
  /** The scheme of the gateway's own URL. @default "http" */
  readonly scheme?: "https";
  /** Absent: none. */
  readonly domains?: readonly MappedDomain[];
  /** Of a private one. */
  readonly vpcEndpoints?: readonly ReachingEndpoint[];
}
