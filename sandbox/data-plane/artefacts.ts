/**
 * What the control plane hands to the data plane: the vendor's own artefacts of one deployed gateway, as the vendor
 * would hold them after the deployment. Nothing here comes from Polygate's description.
 */

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

export interface AwsHttpApiArtefacts {
  readonly kind: "aws-http-api";
  /** The OpenAPI 3.0 document with `x-amazon-*`, as deployed to the stage (JSON or YAML). */
  readonly document: string;
  readonly cors?: AwsCors;
  readonly stage: {
    readonly name: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly defaultRouteSettings?: AwsRouteSettings;
    /** By route key, e.g. `GET /orders/{id}`. */
    readonly routeSettings: Readonly<Record<string, AwsRouteSettings>>;
  };
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

export type GatewayArtefacts = AwsHttpApiArtefacts | ApimArtefacts | GcpApiGatewayArtefacts;

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
