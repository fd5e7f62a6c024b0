import { type Bindings, urlOf } from "../../api/binding/binding.ts";
import type { ApiProxyRoute, ApiRoute } from "../../api/checked-api.ts";
import { mappingOf } from "../../api/path/mapping.ts";
import { type Pattern, parametersOf } from "../../api/path/pattern.ts";
import { invocationUri } from "../function/invocation-uri.ts";
import { functionArnOf } from "../function/lambda-form.ts";
import { hostMapping, httpApiDestination } from "../link/private-backend.ts";

/** More than the reply function takes in the slowest case, which is a cold start. */
const REPLY_TIMEOUT_SECONDS = 10;

/**
 * The integration of a route.
 *
 * @param pattern the route's path, with the parameters' names on API Gateway
 * @param replies the ARN of the function for the gateway's own replies
 */
export function integrationOf(route: ApiRoute, pattern: Pattern, bindings: Bindings, replies: string): object {
  if (route.kind === "reply") return invocation(replies, REPLY_TIMEOUT_SECONDS);
  return route.backendKind === "fn"
    ? invocation(functionArnOf(bindings, route.backend), route.timeoutSeconds)
    : forwarding(route, pattern, bindings);
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function invocation(functionArn: string, timeoutSeconds: number): object {
  return {
    type: "aws_proxy",
    // The method of the call to Lambda, which accepts POST only. The event contains the client's method.
    httpMethod: "POST",
    uri: invocationUri(functionArn),
    payloadFormatVersion: "2.0",
    timeoutInMillis: timeoutSeconds * 1000,
  };
}

function forwarding(route: ApiProxyRoute, pattern: Pattern, bindings: Bindings): object {
  return {
    type: "http_proxy",
    httpMethod: "ANY",
    ...httpApiDestination(route, bindings),
    payloadFormatVersion: "1.0",
    timeoutInMillis: route.timeoutSeconds * 1000,
    requestParameters: mappingsOf(route, pattern, bindings),
  };
}

/**
 * The changes to a request on the way to its backend.
 *
 * @param pattern the route's path, with the parameters' names on API Gateway
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mappingsOf(
  route: ApiProxyRoute,
  pattern: Pattern,
  bindings: Bindings,
): Readonly<Record<string, string>> {
  const { pathname } = new URL(urlOf(bindings, route.backend));
  return {
    // Always set: without it a private integration would put the stage's name before the path.
    "overwrite:path": backendPath(route, pattern, pathname.replace(/\/+$/, "")),
    ...hostMapping(route, bindings),
    ...Object.fromEntries(Object.entries(route.setHeaders).map(([name, value]) => [`overwrite:header.${name}`, value])),
    ...Object.fromEntries(route.removeHeaders.map((name) => [`remove:header.${name}`, "''"])),
  };
}

/**
 * The whole path at the backend: the base path, then the path that the route maps to. It uses the request's own path where possible, so
 * that routes can share an integration.
 */
function backendPath(route: ApiProxyRoute, pattern: Pattern, base: string): string {
  const written = writtenPath(route);
  const names = new Map(parametersOf(route.pattern).map((name, index) => [name, parametersOf(pattern)[index]]));
  const parts = written.map((segment) =>
    segment.kind === "literal" ? `/${segment.text}` : `/\${request.path.${names.get(segment.name)}}`,
  );
  const path = `${base}${parts.join("")}`;
  if (written.length < route.backendPath.length) return path === "" ? "$request.path" : `${path}\${request.path}`;
  return path === "" ? "/" : path;
}

/**
 * The first segments of the backend's path, which a mapping writes out. The request's own path follows them.
 *
 * The root's own path is a slash, which may not follow other segments, so its mapping writes out the whole path.
 */
export function writtenPath(route: ApiProxyRoute): Pattern {
  if (mappingOf(route) === "rewrite" || route.pattern.length === 0) return route.backendPath;
  return route.backendPath.slice(0, route.backendPath.length - route.pattern.length);
}
