import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import { type Api, type ApiProxyRoute, type ApiRoute, type Method, operationKey } from "../../api/checked-api.ts";
import { type Pattern, pathShape, printPattern } from "../../api/path/pattern.ts";
import { noToken, TOKEN_FILTER, tokenRequirement } from "./authentication.ts";
import { ACCESS_FILTER, access, everybody } from "./authorisation.ts";
import { backendClusterName } from "./cluster-names.ts";
import type { EnvoyRoute, Json, TypedConfig } from "./envoy.ts";
import { ROUTE_HEADERS, routeHeaders } from "./headers.ts";
import { limitMetadata, routeLimits } from "./limits.ts";
import { fixedPath, pathExpression, rewriting } from "./path-expression.ts";
import { secretHeaderOf } from "./proof/proof.ts";
import { REPLIES, replyPath } from "./replies.ts";

/** Envoy's own time-out of a stream without any traffic, in seconds. A longer time-out of a route replaces it. */
const IDLE_SECONDS = 300;

/**
 * All routes, of which Envoy takes the first that matches: those of the description in its order of precedence, then preflights, then
 * 405 for every declared path and 404 for the rest.
 */
export function routesOf(api: Api, bindings: Bindings): readonly EnvoyRoute[] {
  const patterns = [...new Map(api.routes.map(({ pattern }) => [pathShape(pattern), pattern])).values()];
  let replies = 0;
  return [
    ...api.routes.map((route) =>
      declaredRoute(api, bindings, route, route.kind === "reply" ? toReply(replies++) : toBackend(route, bindings)),
    ),
    ...(api.cors === undefined ? [] : patterns.map(preflightRoute)),
    ...patterns.map((pattern) =>
      refusal(`405 ${printPattern(pattern)}`, pathMatch(pattern), 405, "Method not allowed"),
    ),
    refusal("404", { prefix: "/" }, 404, "Not found"),
  ];
}

function declaredRoute(api: Api, bindings: Bindings, route: ApiRoute, action: Json): EnvoyRoute {
  const metadata = limitMetadata(route);
  const headers =
    route.kind === "proxy" ? routeHeaders(route, secretHeaderOf(api, bindings, route.backend)) : undefined;
  return {
    name: operationKey(route),
    match: { ...pathMatch(route.pattern), headers: [methodIs(route.method)] },
    ...(metadata === undefined ? {} : { metadata }),
    route: action,
    typed_per_filter_config: {
      [TOKEN_FILTER]: tokenRequirement(route),
      [ACCESS_FILTER]: access(api, bindings, route),
      ...routeLimits(route),
      ...(headers === undefined ? {} : { [ROUTE_HEADERS]: headers }),
    },
  };
}

/** The backend receives the host of its URL. The time-out includes the whole response. Nothing is sent twice. */
function toBackend(route: ApiProxyRoute, bindings: Bindings): Json {
  const url = urlOf(bindings, route.backend);
  const rewrite = rewriting(route, basePath(url));
  return {
    cluster: backendClusterName(route.backend),
    host_rewrite_literal: new URL(url).host,
    ...(rewrite === undefined ? {} : { regex_rewrite: rewrite }),
    timeout: `${route.timeoutSeconds}s`,
    ...(route.timeoutSeconds < IDLE_SECONDS ? {} : { idle_timeout: `${route.timeoutSeconds + 1}s` }),
  };
}

function toReply(index: number): Json {
  return { cluster: REPLIES, regex_rewrite: fixedPath(replyPath(index)) };
}

/** The path of a backend's URL, without a slash at the end. */
function basePath(url: string): string {
  return url.replace(/^https?:\/\/[^/]*/, "").replace(/\/+$/, "");
}

function pathMatch(pattern: Pattern): Json {
  return { safe_regex: { regex: pathExpression(pattern) } };
}

function methodIs(method: Method): Json {
  return { name: ":method", string_match: { exact: method } };
}

/**
 * The route of a path's preflights, which the CORS filter answers before the filters that require something. Anything else of this route
 * would be denied: it has no rules of its own.
 */
function preflightRoute(pattern: Pattern): EnvoyRoute {
  const present = ["origin", "access-control-request-method"].map((name) => ({ name, present_match: true }));
  return {
    name: `preflight ${printPattern(pattern)}`,
    match: { ...pathMatch(pattern), headers: [methodIs("OPTIONS"), ...present] },
    route: { cluster: REPLIES },
    typed_per_filter_config: { [TOKEN_FILTER]: noToken },
  };
}

/** A route that Envoy answers itself. It leads nowhere, so everybody may call it. */
function refusal(name: string, match: Json, status: number, text: string): EnvoyRoute {
  const filters: Readonly<Record<string, TypedConfig>> = { [TOKEN_FILTER]: noToken, [ACCESS_FILTER]: everybody };
  return { name, match, direct_response: { status, body: { inline_string: text } }, typed_per_filter_config: filters };
}
