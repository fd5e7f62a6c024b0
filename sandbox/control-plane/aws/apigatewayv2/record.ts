import type { AwsCors, AwsRouteSettings } from "../../../data-plane/aws/artefacts/http-api.ts";
import { Kind } from "../../records.ts";
import type { AccessLogSettingsRecord } from "../access-log-settings.ts";
import type { StoredRecord } from "../stored-resource.ts";

/** An HTTP or WebSocket API as API Gateway stores it. */
export interface HttpApiRecord {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly protocolType: string;
  readonly description?: string;
  readonly version?: string;
  readonly cors?: AwsCors;
  readonly disableExecuteApiEndpoint: boolean;
  readonly ipAddressType: string;
  readonly apiKeySelectionExpression: string;
  readonly routeSelectionExpression: string;
  readonly tags: Readonly<Record<string, string>>;
  /** The definition that was imported last; absent when no import succeeded. */
  readonly document?: string;
}

/** A definition at one point in time. */
export interface Snapshot {
  readonly document: string;
  readonly cors?: AwsCors;
}

export interface DeploymentRecord extends Snapshot {
  readonly id: string;
  readonly apiId: string;
  readonly region: string;
  readonly description?: string;
}

export interface RouteSettingsRecord extends AwsRouteSettings {
  readonly dataTraceEnabled: boolean;
  readonly detailedMetricsEnabled: boolean;
}

export interface StageRecord {
  readonly name: string;
  readonly apiId: string;
  readonly region: string;
  readonly autoDeploy: boolean;
  readonly deploymentId?: string;
  /** The last automatic deployment, stored when `autoDeploy` is turned off. */
  readonly released?: Snapshot;
  readonly description?: string;
  readonly clientCertificateId?: string;
  readonly accessLogSettings?: AccessLogSettingsRecord;
  readonly defaultRouteSettings?: RouteSettingsRecord;
  /**
   * The API's `disableExecuteApiEndpoint` when the stage was last changed, which is when a change takes effect. Absent in records of
   * older versions of the sandbox; the API's present setting applies to them.
   */
  readonly defaultEndpointDisabled?: boolean;
  /** By route key. */
  readonly routeSettings: Readonly<Record<string, RouteSettingsRecord>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A route, integration or authorizer that is declared as a resource of its own. */
export interface ApiPartRecord {
  readonly id: string;
  readonly apiId: string;
  readonly region: string;
  readonly kind: "route" | "integration" | "authorizer";
  readonly properties: { readonly [name: string]: unknown };
}

export const httpApis = new Kind<HttpApiRecord>("aws/apigatewayv2/api");
export const stages = new Kind<StageRecord>("aws/apigatewayv2/stage");
export const deployments = new Kind<DeploymentRecord>("aws/apigatewayv2/deployment");
export const apiParts = new Kind<ApiPartRecord>("aws/apigatewayv2/part");
/** By Region and id. */
export const vpcLinks = new Kind<StoredRecord>("aws/apigatewayv2/vpc-link");

/** The key under which an API's gateway reserves its port. */
export function gatewayKey(region: string, apiId: string): string {
  return `aws/${region}/${apiId}`;
}
