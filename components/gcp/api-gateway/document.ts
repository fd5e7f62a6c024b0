import { type AuthBinding, audiencesOf, type Bindings, bound, urlOf } from "../../api/binding/binding.ts";
import { type Api, type ApiRoute, operationKey } from "../../api/checked-api.ts";
import { mappingOf } from "../../api/path/mapping.ts";
import { type Pattern, printPattern } from "../../api/path/pattern.ts";
import { vendorName } from "../../gateway/names.ts";
import { audienceFor } from "./proof.ts";

/**
 * Compiles the document of an API config: OpenAPI 2.0 with Google's extensions, in JSON. It decides every request.
 *
 * Backends and security are declared in each operation and never at the top, so that no operation inherits them. The gateway rejects
 * what the document does not list, since `x-google-allow` has its default, `configured`.
 *
 * @param companion the URL of the companion that every operation leads to. Without it, an operation leads to its backend.
 * @see https://cloud.google.com/api-gateway/docs/oasv2-extensions
 */
export function apiGatewayDocument(api: Api, bindings: Bindings, title: string, companion?: string): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of api.routes) {
    const template = urlTemplate(route.pattern);
    const item = paths[template] ?? {};
    paths[template] = item;
    item[route.method.toLowerCase()] = operation(
      route,
      companion === undefined ? direct(api, route, bindings) : through(route, companion),
    );
    // The companion answers preflights. A description with cors has no OPTIONS routes.
    if (companion !== undefined && api.cors !== undefined) item.options = preflight(route, companion);
  }
  // The proxy fetches the keys of every definition, so auths without a route get none.
  const used = new Set(api.routes.map((route) => route.authName));
  const securityDefinitions = Object.fromEntries(
    Object.entries(api.auth).flatMap(([name, auth]) =>
      auth.kind === "jwt" && used.has(name)
        ? [[name, definition(audiencesOf(api, bindings, name), bound(bindings.auth, name))]]
        : [],
    ),
  );
  const document = {
    swagger: "2.0",
    info: { title, version: "1" },
    schemes: ["https"],
    ...(Object.keys(securityDefinitions).length === 0 ? {} : { securityDefinitions }),
    paths,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * A pattern as a URI template of the gateway. A parameter is named after its position, so that routes with the same path share a
 * template and a template accepts every name.
 *
 * `**` also matches an empty rest, while a greedy parameter matches one segment or more. `checkEmptyRests` rejects the descriptions
 * in which that matters.
 */
function urlTemplate(pattern: Pattern): string {
  const parts = pattern.map((segment, index) =>
    segment.kind === "literal" ? segment.text : `{${parameterName(index)}${segment.kind === "greedy" ? "=**" : ""}}`,
  );
  return `/${parts.join("/")}`;
}

function parameterName(index: number): string {
  return `p${index + 1}`;
}

/**
 * Without `x-google-jwks_uri`, the gateway reads the keys that the issuer's discovery document names.
 *
 * @see https://cloud.google.com/service-infrastructure/docs/service-management/reference/rest/v1/services.configs
 *   (google.api.AuthProvider, `jwks_uri`)
 */
function definition(audiences: readonly string[], { issuer, jwksUri }: AuthBinding): object {
  return {
    // OpenAPI requires these three members of an oauth2 definition; the gateway ignores them.
    type: "oauth2",
    flow: "implicit",
    authorizationUrl: "",
    "x-google-issuer": issuer,
    ...(jwksUri === undefined ? {} : { "x-google-jwks_uri": jwksUri }),
    "x-google-audiences": audiences.join(","),
    // By default, the proxy also takes a token from `X-Goog-Iap-Jwt-Assertion` or the query's `access_token`, while the backend reads
    // an `Authorization` of another scheme, such as `bearer`, that nobody checked. Unverified: Google documents this extension for
    // Cloud Endpoints and for service configurations (google.api.AuthProvider, `jwt_locations`), not for API Gateway.
    "x-google-jwt-locations": [{ header: "Authorization", value_prefix: "Bearer " }],
  };
}

function operation(route: Operation, backend: object): object {
  const parameters = route.pattern.flatMap((segment, index) =>
    segment.kind === "literal"
      ? []
      : [{ name: parameterName(index), description: segment.name, in: "path", required: true, type: "string" }],
  );
  return {
    // Google names the method after the id and finds the method's authentication by that name. An id must consist of letters, digits
    // and underscores, and ids must differ in more than their case.
    operationId: vendorName(operationKey(route), { longest: 64, separator: "_" }),
    summary: operationKey(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.auth.kind === "open" ? {} : { security: [{ [route.authName]: [] }] }),
    "x-google-backend": backend,
    responses: { default: { description: "The backend's answer" } },
  };
}

/** What an operation is made from. */
type Operation = Pick<ApiRoute, "method" | "path" | "pattern" | "auth" | "authName">;

/** An operation without authentication, because browsers send none with a preflight. */
function preflight({ path, pattern }: ApiRoute, companion: string): object {
  const auth = { kind: "open", reason: "a preflight" } as const;
  const route = { method: "OPTIONS", path, pattern, auth, authName: "" } as const;
  return operation(route, address(companion, DEFAULT_DEADLINE_S));
}

/** The gateway's default, in seconds. */
const DEFAULT_DEADLINE_S = 15;
/** How much longer the gateway waits than the companion, so that the companion answers for a backend that takes too long. In seconds. */
const PATIENCE_S = 5;

/** The companion receives the path as the client sent it, and the gateway's ID token, without which Cloud Run refuses the request. */
function through(route: ApiRoute, companion: string): object {
  return address(companion, route.kind === "proxy" ? route.timeoutSeconds + PATIENCE_S : DEFAULT_DEADLINE_S);
}

function address(companion: string, deadline: number): object {
  return { address: companion, path_translation: "APPEND_PATH_TO_ADDRESS", jwt_audience: companion, deadline };
}

/**
 * With a proof, the gateway sends an ID token for the backend's audience in Authorization. Otherwise, `disable_auth` keeps the client's Authorization header. Without it, the gateway replaces the header by an ID token of its own and
 * moves the client's value to X-Forwarded-Authorization, which any client can send if there is nothing to move.
 */
function direct(api: Api, route: ApiRoute, bindings: Bindings): object {
  if (route.kind !== "proxy") throw new RangeError(`The route "${route.key}" has no backend.`);
  const url = urlOf(bindings, route.backend).replace(/\/+$/, "");
  const audience = audienceFor(api, bindings, route.backend);
  return {
    ...destination(route, url),
    deadline: route.timeoutSeconds,
    ...(audience === undefined ? { disable_auth: true } : { jwt_audience: audience }),
  };
}

/**
 * A constant address keeps the query. It would also append path parameters to the query, so only routes without parameters use it.
 */
function destination(route: ApiRoute & { readonly kind: "proxy" }, url: string): object {
  const { pattern, backendPath } = route;
  const mapping = mappingOf(route);
  // After a prefix, the root's path would be one slash too many.
  if (mapping === "rewrite" || (mapping === "prefix" && pattern.length === 0)) {
    const path = backendPath.length === 0 ? "" : printPattern(backendPath);
    return { address: `${url}${path}`, path_translation: "CONSTANT_ADDRESS" };
  }
  const prefix = backendPath.slice(0, backendPath.length - pattern.length);
  return {
    address: prefix.length === 0 ? url : `${url}${printPattern(prefix)}`,
    path_translation: "APPEND_PATH_TO_ADDRESS",
  };
}
