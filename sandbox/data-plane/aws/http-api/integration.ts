import { allowOnly, at, integer, object, oneOf, type Plain } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { METHODS } from "../shared/methods.ts";
import type { Backend } from "./backend.ts";
import { LambdaIntegration, type LambdaScope } from "./lambda-integration.ts";
import type { MappingScope } from "./mapping-value.ts";
import { type ParameterMapping, readParameterMapping } from "./parameter-mapping.ts";
import { type PrivateScope, readPrivateBackend } from "./private-backend.ts";
import { readUri } from "./uri.ts";

/** The integration of one route. */
export type Integration = HttpIntegration | LambdaIntegration;

/** An HTTP proxy integration. */
export interface HttpIntegration extends Backend {
  readonly kind: "http";
  /** Undefined: the method of the request. */
  readonly method: string | undefined;
  readonly timeoutMs: number;
  readonly mapping: ParameterMapping;
}

/** The values that an integration may refer to. */
export type IntegrationScope = MappingScope & LambdaScope & PrivateScope;

const MEMBERS = [
  "type",
  "httpMethod",
  "uri",
  "payloadFormatVersion",
  "connectionType",
  "timeoutInMillis",
  "requestParameters",
];
const PRIVATE_MEMBERS = ["connectionId", "tlsConfig"];

/** docs.aws.amazon.com, api-gateway-swagger-extensions-integration and http-api-quotas. */
const MIN_TIMEOUT_MS = 50;
const MAX_TIMEOUT_MS = 30_000;

/**
 * Reads an `x-amazon-apigateway-integration`.
 * @param takesRest whether the route is `$default`, whose integration receives the request's whole path after its own
 * @throws UnsupportedArtefact for what the vendor refuses, for AWS services, and for members of REST APIs
 */
export function readIntegration(value: Plain, place: string, scope: IntegrationScope, takesRest: boolean): Integration {
  const integration = object(value, place);
  const type = oneOf(integration.type, at(place, "type"), ["HTTP_PROXY", "http_proxy", "AWS_PROXY", "aws_proxy"]);
  if (integration.integrationSubtype !== undefined) {
    throw new UnsupportedArtefact(at(place, "integrationSubtype"), "AWS services are not served by the sandbox");
  }
  const connection = oneOf(integration.connectionType ?? "INTERNET", at(place, "connectionType"), [
    "INTERNET",
    "VPC_LINK",
  ]);
  const timeoutMs =
    integration.timeoutInMillis === undefined
      ? MAX_TIMEOUT_MS
      : integer(integration.timeoutInMillis, at(place, "timeoutInMillis"), MIN_TIMEOUT_MS, MAX_TIMEOUT_MS);
  if (type.toUpperCase() === "AWS_PROXY") {
    if (connection !== "INTERNET") {
      throw new UnsupportedArtefact(at(place, "connectionType"), "a VPC link requires an HTTP backend");
    }
    return new LambdaIntegration(integration, place, timeoutMs, scope);
  }
  allowOnly(integration, place, connection === "INTERNET" ? MEMBERS : [...MEMBERS, ...PRIVATE_MEMBERS]);
  if (integration.payloadFormatVersion !== "1.0") {
    throw new UnsupportedArtefact(at(place, "payloadFormatVersion"), 'must be "1.0" for an HTTP integration');
  }
  const method = oneOf(integration.httpMethod, at(place, "httpMethod"), [...METHODS, "ANY"]);
  return {
    kind: "http",
    method: method === "ANY" ? undefined : method,
    ...(connection === "INTERNET"
      ? readUri(integration, at(place, "uri"), scope, takesRest)
      : readPrivateBackend(integration, place, scope)),
    timeoutMs,
    mapping: readParameterMapping(integration.requestParameters, at(place, "requestParameters"), scope),
  };
}
