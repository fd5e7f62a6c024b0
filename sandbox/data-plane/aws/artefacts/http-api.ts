import type { AwsAccessLog } from "./access-log.ts";
import type { AwsFunction } from "./function.ts";
import type { AwsNetwork } from "./network.ts";
import type { AwsSigner } from "./signer.ts";

/** The throttle of an HTTP API stage. The provider sends 0 for an omitted field, and 0 refuses every request. */
export interface AwsRouteSettings {
  readonly throttlingBurstLimit?: number;
  readonly throttlingRateLimit?: number;
}

/** The CORS configuration that API Gateway holds after the provider's create or update. */
export interface AwsCors {
  readonly allowCredentials?: boolean;
  readonly allowHeaders?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowOrigins?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: number;
}

/** A deployed HTTP API with one stage. */
export interface AwsHttpApiArtefacts {
  readonly kind: "aws-http-api";
  /** Whether API Gateway refuses requests that do not use a custom domain. @default false */
  readonly defaultEndpointDisabled?: boolean;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API`, the prefix of the source ARN in a function's permission. */
  readonly executionArn?: string;
  /** The existing functions that the document names, by ARN. */
  readonly functions?: Readonly<Record<string, AwsFunction>>;
  /** The network behind the VPC links that the document names; absent when it names none. */
  readonly network?: AwsNetwork;
  /** The account's signers, when the document requires signatures. */
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
