import { at, integer, known, object, oneOf, type Plain, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";
import { METHODS } from "../shared/methods.ts";
import { encodeValue } from "../shared/paths.ts";
import { publicWays } from "../shared/way.ts";
import type { Backend } from "./backend.ts";
import { LambdaIntegration, type LambdaScope } from "./lambda-integration.ts";
import {
  type MappingScope,
  type MappingSource,
  type ParameterMapping,
  readParameterMapping,
} from "./parameter-mapping.ts";
import { type PrivateScope, readPrivateBackend } from "./private-backend.ts";

/** What answers the requests of one route. */
export type Integration = HttpIntegration | LambdaIntegration;

/** An HTTP proxy integration. */
export interface HttpIntegration extends Backend {
  readonly kind: "http";
  /** Undefined: the client's. */
  readonly method: string | undefined;
  readonly timeoutMs: number;
  readonly mapping: ParameterMapping;
}

/** What an integration may refer to. */
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
const LEAST_TIMEOUT_MS = 50;
const MOST_TIMEOUT_MS = 30_000;

/**
 * Reads an `x-amazon-apigateway-integration`.
 * @param takesRest whether the route is `$default`, whose integration gets the request's whole path behind its own
 * @throws UnsupportedArtefact for what the vendor refuses, for AWS services, and for members that only REST APIs have
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
      ? MOST_TIMEOUT_MS
      : integer(integration.timeoutInMillis, at(place, "timeoutInMillis"), LEAST_TIMEOUT_MS, MOST_TIMEOUT_MS);
  if (type.toUpperCase() === "AWS_PROXY") {
    if (connection !== "INTERNET") {
      throw new UnsupportedArtefact(at(place, "connectionType"), "a VPC link leads to HTTP backends only");
    }
    return new LambdaIntegration(integration, place, timeoutMs, scope);
  }
  known(integration, place, connection === "INTERNET" ? MEMBERS : [...MEMBERS, ...PRIVATE_MEMBERS]);
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

function readUri(integration: PlainObject, place: string, scope: MappingScope, takesRest: boolean): Backend {
  const uri = text(integration.uri, place).replace(/\$\{stageVariables\.([^}]*)\}/g, (_whole, name: string) => {
    const value = Object.hasOwn(scope.stageVariables, name) ? scope.stageVariables[name] : undefined;
    if (value === undefined) throw new UnsupportedArtefact(place, `the stage has no variable ${name}`);
    return value;
  });
  const [, origin, path = "", query = ""] = /^(https?:\/\/[^/?#{}$\s]+)([^?#]*)(?:\?([^#]*))?$/.exec(uri) ?? [];
  const url = origin === undefined ? null : URL.parse(origin);
  if (origin === undefined || url === null || url.username !== "" || url.password !== "") {
    throw new UnsupportedArtefact(
      place,
      "must be an http or https URL without credentials, and variables in its path only",
    );
  }
  const pieces = path.split(/(\{[^{}]*\})/);
  const parts = pieces.map((piece): { readonly text: string } | { readonly variable: string } => {
    const [, name] = /^\{([^{}]*)\}$/.exec(piece) ?? [];
    if (name === undefined) {
      if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/.test(piece)) {
        throw new UnsupportedArtefact(place, `${JSON.stringify(piece)} must be percent-encoded`);
      }
      return { text: piece };
    }
    if (!scope.variables.includes(name)) throw new UnsupportedArtefact(place, `the route has no variable ${name}`);
    return { variable: name };
  });
  if (/[{}\s]/.test(query)) throw new UnsupportedArtefact(place, "variables may stand in the path only");
  const mapped = (source: MappingSource) =>
    parts.map((part) => ("text" in part ? part.text : encodeValue(source.variables.get(part.variable) ?? ""))).join("");
  const base = path.replace(/\/$/, "");
  return {
    private: false,
    ways: publicWays(origin),
    query,
    path: takesRest ? (source) => `${base}${encodeValue(source.path)}` : parts.length === 1 ? () => path : mapped,
  };
}
