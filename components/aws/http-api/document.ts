import { type AuthBinding, type Bindings, bound, urlOf } from "../../api/binding/binding.ts";
import type { Api, ApiCors, ApiProxyRoute, ApiRoute } from "../../api/checked-api.ts";
import { mappingOf } from "../../api/path/mapping.ts";
import type { Pattern } from "../../api/path/pattern.ts";
import { vendorName } from "../../gateway/names.ts";
import { invocationUri } from "../function/invocation-uri.ts";
import { functionArnOf } from "../function/lambda-form.ts";
import { hostMapping, httpApiDestination } from "../link/private-backend.ts";

/** More than the function takes at its slowest, which is when it starts. */
const REPLY_TIMEOUT_SECONDS = 10;

const INTEGRATIONS = "x-amazon-apigateway-integrations";

/** CORS in the form that both the document and the API's argument take. */
export interface HttpApiCors {
  readonly allowOrigins: string[];
  readonly allowMethods: string[];
  readonly allowHeaders: string[];
  readonly exposeHeaders: string[];
  /** In seconds. */
  readonly maxAge: number;
  readonly allowCredentials: boolean;
}

/** What an import names the API, and so what its arguments say as well: whatever differs would be changed back. */
export interface HttpApiInfo {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/**
 * An HTTP API's document: OpenAPI 3.0 with Amazon's extensions, in JSON.
 *
 * Security stands at each operation, never at the root, of which AWS says nothing for HTTP APIs; there is no `ANY`, so that
 * a method that is not declared reaches nothing. Integrations that routes share stand once, under `components`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 *
 * @param replies the ARN of the function that gives the gateway's own answers
 */
export function httpApiDocument(api: Api, bindings: Bindings, info: HttpApiInfo, replies: string): string {
  const paths: Record<string, Record<string, object>> = {};
  const integrations = new Map<string, { readonly name: string; readonly integration: object }>();
  const reference = (integration: object): object => {
    const identity = JSON.stringify(integration);
    const known = integrations.get(identity) ?? { name: `integration${integrations.size + 1}`, integration };
    integrations.set(identity, known);
    return { $ref: `#/components/${INTEGRATIONS}/${known.name}` };
  };
  const authorizers = authorizersOf(api, bindings);
  for (const route of api.routes) {
    const template = pathTemplate(route.pattern);
    const item = paths[template] ?? {};
    paths[template] = item;
    item[route.method.toLowerCase()] = operation(
      route,
      authorizers.get(route.authName)?.shared,
      reference(integrationOf(route, bindings, replies)),
    );
  }
  const securitySchemes = Object.fromEntries(
    [...authorizers].flatMap(([name, { shared, authorizer }]) => (name === shared ? [[name, authorizer]] : [])),
  );
  const document = {
    openapi: "3.0.1",
    info: {
      title: info.name,
      version: info.version,
      ...(info.description === "" ? {} : { description: info.description }),
    },
    ...(api.cors === undefined ? {} : { "x-amazon-apigateway-cors": corsOf(api.cors) }),
    paths,
    components: {
      ...(Object.keys(securitySchemes).length === 0 ? {} : { securitySchemes }),
      [INTEGRATIONS]: Object.fromEntries(
        [...integrations.values()].map(({ name, integration }) => [name, integration]),
      ),
    },
  };
  return text(document);
}

function text(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * The document with a mark in it, which changes nothing that it says and makes it another document: in the description of
 * the first answer, a text that every import takes.
 */
export function marked(document: string, mark: string | undefined): string {
  if (mark === undefined) return document;
  const parsed = JSON.parse(document) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, ReturnType<typeof operation>>>>>;
  };
  const [first] = Object.values(parsed.paths).flatMap(Object.values<ReturnType<typeof operation>>);
  if (first === undefined) throw new RangeError("the document has no operation");
  first.responses.default.description += ` (import ${mark})`;
  return text(parsed);
}

/** The same in the document and in the API's argument, which an update applies after each import. */
export function corsOf(cors: ApiCors): HttpApiCors {
  return {
    allowOrigins: [...cors.origins],
    allowMethods: [...cors.methods],
    allowHeaders: [...cors.headers],
    exposeHeaders: [...cors.expose],
    maxAge: cors.maxAgeSeconds,
    allowCredentials: cors.credentials,
  };
}

/** The route's key in the stage's settings, e.g. `GET /orders/{p2}`. */
export function routeKeyOf({ method, pattern }: Pick<ApiRoute, "method" | "pattern">): string {
  return `${method} ${pathTemplate(pattern)}`;
}

/** Parameters are called by their place: routes of one path share it, whatever their parameters are called. */
function pathTemplate(pattern: Pattern): string {
  const parts = pattern.map((segment, index) =>
    segment.kind === "literal" ? segment.text : `{${parameterName(index)}${segment.kind === "greedy" ? "+" : ""}}`,
  );
  return `/${parts.join("/")}`;
}

function parameterName(index: number): string {
  return `p${index + 1}`;
}

/** An auth's authorizer, and the name of the auth that it stands under: the first of those that ask for the same. */
interface Authorizer {
  readonly shared: string;
  readonly authorizer: object;
}

/** By the auth's name, of those that a route has and that ask for a token. */
export function authorizersOf(api: Api, bindings: Bindings): ReadonlyMap<string, Authorizer> {
  const used = new Set(api.routes.map((route) => route.authName));
  const names = new Map<string, string>();
  return new Map(
    Object.entries(api.auth).flatMap(([name, auth]): readonly [string, Authorizer][] => {
      if (auth.kind !== "jwt" || !used.has(name)) return [];
      const binding = bound(bindings.auth, name);
      const identity = JSON.stringify([binding.issuer, auth.audiences.toSorted()]);
      const shared = names.get(identity) ?? name;
      names.set(identity, shared);
      return [[name, { shared, authorizer: scheme(auth.audiences, binding) }]];
    }),
  );
}

/** @throws {RangeError} for a route that would be open: the capabilities let no auth pass that has no authorizer. */
function authorizerOf(route: ApiRoute, authorizer: string | undefined): string {
  if (authorizer === undefined) throw new RangeError(`"${route.key}" has no authorizer`);
  return authorizer;
}

/** What an operation asks for; https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html */
function authorization(route: ApiRoute, authorizer: string | undefined): object {
  if (route.auth.kind === "open") return {};
  if (route.auth.kind === "iam") return { "x-amazon-apigateway-auth": { type: "AWS_IAM" } };
  return { security: [{ [authorizerOf(route, authorizer)]: route.scopes }] };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html */
function scheme(audiences: readonly string[], { issuer }: AuthBinding): object {
  return {
    type: "oauth2",
    "x-amazon-apigateway-authorizer": {
      type: "jwt",
      jwtConfiguration: { issuer, audience: audiences },
      identitySource: "$request.header.Authorization",
    },
  };
}

function operation(route: ApiRoute, authorizer: string | undefined, integration: object) {
  const parameters = route.pattern.flatMap((segment, index) =>
    segment.kind === "literal"
      ? []
      : [
          {
            name: parameterName(index),
            description: segment.name,
            in: "path",
            required: true,
            schema: { type: "string" },
          },
        ],
  );
  return {
    operationId: vendorName(route.key, { longest: 64, separator: "_" }),
    summary: route.key,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...authorization(route, authorizer),
    responses: { default: { description: "The backend's answer" } },
    "x-amazon-apigateway-integration": integration,
  };
}

function integrationOf(route: ApiRoute, bindings: Bindings, replies: string): object {
  if (route.kind === "reply") return invocation(replies, REPLY_TIMEOUT_SECONDS);
  return route.backendKind === "fn"
    ? invocation(functionArnOf(bindings, route.backend), route.timeoutSeconds)
    : forwarding(route, bindings);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function invocation(functionArn: string, timeoutSeconds: number): object {
  return {
    type: "aws_proxy",
    // Of the call to Lambda, which takes no other; the event says what the client's was.
    httpMethod: "POST",
    uri: invocationUri(functionArn),
    payloadFormatVersion: "2.0",
    timeoutInMillis: timeoutSeconds * 1000,
  };
}

function forwarding(route: ApiProxyRoute, bindings: Bindings): object {
  return {
    type: "http_proxy",
    httpMethod: "ANY",
    ...httpApiDestination(route, bindings),
    payloadFormatVersion: "1.0",
    timeoutInMillis: route.timeoutSeconds * 1000,
    requestParameters: mappingsOf(route, bindings),
  };
}

/**
 * What is changed of a request on the way to its backend.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mappingsOf(route: ApiProxyRoute, bindings: Bindings): Readonly<Record<string, string>> {
  const { pathname } = new URL(urlOf(bindings, route.backend));
  return {
    // Always, and not only where it differs: a private integration would else send the stage's name before the path.
    "overwrite:path": backendPath(route, pathname.replace(/\/+$/, "")),
    ...hostMapping(route, bindings),
    ...Object.fromEntries(Object.entries(route.setHeaders).map(([name, value]) => [`overwrite:header.${name}`, value])),
    ...Object.fromEntries(route.removeHeaders.map((name) => [`remove:header.${name}`, "''"])),
  };
}

/**
 * The whole path at the backend, where the base path stands before what the route maps to. As it came in where that will
 * do, so that routes share an integration.
 */
function backendPath(route: ApiProxyRoute, base: string): string {
  const written = writtenPath(route);
  const position = new Map(
    route.pattern.flatMap((segment, index) => (segment.kind === "literal" ? [] : [[segment.name, index] as const])),
  );
  const parts = written.map((segment) =>
    segment.kind === "literal"
      ? `/${segment.text}`
      : `/\${request.path.${parameterName(position.get(segment.name) as number)}}`,
  );
  const before = `${base}${parts.join("")}`;
  if (written.length < route.backendPath.length) return before === "" ? "$request.path" : `${before}\${request.path}`;
  return before === "" ? "/" : before;
}

/**
 * The segments that a mapping writes out; what follows them is the request's own path.
 * The path of the root is a slash, which behind something else would be one too many.
 */
export function writtenPath(route: ApiProxyRoute): Pattern {
  if (mappingOf(route) === "rewrite" || route.pattern.length === 0) return route.backendPath;
  return route.backendPath.slice(0, route.backendPath.length - route.pattern.length);
}
