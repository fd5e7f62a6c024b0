import type { AwsCors } from "../../../data-plane/aws/artefacts/http-api.ts";
import { type ApiDocument, member, parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { type ApiPartRecord, apiParts, type HttpApiRecord, type Snapshot } from "./record.ts";

const anyMethod = "x-amazon-apigateway-any-method";
const httpMethods: readonly string[] = ["get", "put", "post", "delete", "options", "head", "patch"];

/** The route keys of a definition, e.g. `GET /orders/{id}`, `ANY /x`, `$default`. */
export function routeKeys(document: ApiDocument): readonly string[] {
  const keys: string[] = [];
  for (const [path, item] of Object.entries(asObject(member(document, "paths")))) {
    if (path === "/$default" || path === "$default") {
      keys.push("$default");
      continue;
    }
    for (const name of Object.keys(asObject(item))) {
      if (name === anyMethod) keys.push(`ANY ${path}`);
      else if (httpMethods.includes(name)) keys.push(`${name.toUpperCase()} ${path}`);
    }
  }
  return keys;
}

/** The CORS settings in a document (`x-amazon-apigateway-cors`). */
export function documentCors(document: ApiDocument): AwsCors | undefined {
  const cors = member(document, "x-amazon-apigateway-cors");
  return typeof cors === "object" && cors !== null ? (cors as AwsCors) : undefined;
}

/** Whether a document disables the default endpoint, in a server of OpenAPI 3; undefined when it does not set it. */
export function documentEndpointDisabled(document: ApiDocument): boolean | undefined {
  const servers = member(document, "servers");
  if (!Array.isArray(servers)) return undefined;
  for (const server of servers) {
    const disabled = member(member(server, "x-amazon-apigateway-endpoint-configuration"), "disableExecuteApiEndpoint");
    if (typeof disabled === "boolean") return disabled;
  }
  return undefined;
}

/**
 * The present definition of an API: the imported document and the parts that are declared as resources of their own, in the form in
 * which API Gateway exports an API.
 */
export function currentDefinition(records: Records, api: HttpApiRecord): Snapshot {
  const parts = apiParts.list(records, api.region, api.id).map(([, part]) => part);
  const cors = api.cors === undefined ? {} : { cors: api.cors };
  if (parts.length === 0 && api.document !== undefined) return { document: api.document, ...cors };
  const base = api.document === undefined ? emptyDefinition(api) : parseApiDocument(api.document);
  return { document: JSON.stringify(withParts(base, parts)), ...cors };
}

function emptyDefinition(api: HttpApiRecord): ApiDocument {
  return { openapi: "3.0.1", info: { title: api.name, version: api.version ?? "1.0" }, paths: {} };
}

function withParts(base: ApiDocument, parts: readonly ApiPartRecord[]): ApiDocument {
  const byId = new Map(parts.map((part) => [part.id, part]));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [path, item] of Object.entries(asObject(member(base, "paths")))) paths[path] = { ...asObject(item) };
  for (const route of parts.filter(({ kind }) => kind === "route")) {
    const key = String(route.properties.routeKey);
    const [method = "", path = ""] = key === "$default" ? ["ANY", "/$default"] : key.split(" ", 2);
    const item = paths[path] ?? {};
    item[method === "ANY" ? anyMethod : method.toLowerCase()] = operation(route, byId, key === "$default");
    paths[path] = item;
  }
  const schemes = parts.filter(({ kind }) => kind === "authorizer").map((part) => [part.id, securityScheme(part)]);
  const components = asObject(member(base, "components"));
  return {
    ...base,
    paths,
    components: {
      ...components,
      securitySchemes: { ...asObject(member(components, "securitySchemes")), ...Object.fromEntries(schemes) },
    },
  };
}

function operation(route: ApiPartRecord, byId: ReadonlyMap<string, ApiPartRecord>, isDefault: boolean): object {
  const { properties } = route;
  const target = typeof properties.target === "string" ? properties.target.replace(/^integrations\//, "") : undefined;
  const integration = target === undefined ? undefined : byId.get(target);
  return {
    ...(isDefault ? { isDefaultRoute: true } : {}),
    ...security(properties),
    ...(integration === undefined ? {} : { "x-amazon-apigateway-integration": integrationObject(integration) }),
  };
}

function security(properties: ApiPartRecord["properties"]): object {
  switch (properties.authorizationType) {
    case "JWT":
    case "CUSTOM":
      return { security: [{ [String(properties.authorizerId)]: properties.authorizationScopes ?? [] }] };
    case "AWS_IAM":
      return { "x-amazon-apigateway-auth": { type: "AWS_IAM" } };
    default:
      return {};
  }
}

function integrationObject({ properties }: ApiPartRecord): object {
  return {
    type: properties.integrationType,
    httpMethod: properties.integrationMethod ?? "ANY",
    uri: integrationUri(properties),
    payloadFormatVersion: properties.payloadFormatVersion ?? "1.0",
    connectionType: properties.connectionType ?? "INTERNET",
    ...(properties.connectionId === undefined ? {} : { connectionId: properties.connectionId }),
    ...(properties.timeoutMilliseconds === undefined ? {} : { timeoutInMillis: properties.timeoutMilliseconds }),
    ...(properties.requestParameters === undefined ? {} : { requestParameters: properties.requestParameters }),
    ...(properties.credentialsArn === undefined ? {} : { credentials: properties.credentialsArn }),
    ...(properties.integrationSubtype === undefined ? {} : { integrationSubtype: properties.integrationSubtype }),
    ...(properties.tlsConfig === undefined ? {} : { tlsConfig: properties.tlsConfig }),
  };
}

/** The ARN of a function: partition and Region. */
export const FUNCTION_ARN = /^arn:([a-z-]+):lambda:([a-z0-9-]+):\d{12}:function:\S+$/;

/**
 * The URI of an integration. CreateIntegration accepts the ARN of a function for its invocation URI (github.com/aws/aws-cli,
 * awscli/examples/apigatewayv2/create-integration.rst).
 */
function integrationUri({ integrationType, integrationUri: uri }: ApiPartRecord["properties"]): unknown {
  const [, partition, region] = (integrationType === "AWS_PROXY" && FUNCTION_ARN.exec(String(uri))) || [];
  if (partition === undefined) return uri;
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${String(uri)}/invocations`;
}

function securityScheme({ properties }: ApiPartRecord): object {
  const sources = Array.isArray(properties.identitySources) ? properties.identitySources.join(",") : undefined;
  const identitySource = sources === undefined ? {} : { identitySource: sources };
  if (properties.authorizerType === "JWT") {
    const { issuer, audiences } = asObject(properties.jwtConfiguration);
    return {
      type: "oauth2",
      "x-amazon-apigateway-authorizer": {
        type: "jwt",
        jwtConfiguration: { issuer, audience: audiences ?? [] },
        ...identitySource,
      },
    };
  }
  return {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    "x-amazon-apigateway-authorizer": {
      type: "request",
      authorizerUri: properties.authorizerUri,
      authorizerPayloadFormatVersion: properties.authorizerPayloadFormatVersion,
      ...identitySource,
    },
  };
}

function asObject(value: unknown): { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as ApiDocument) : {};
}
