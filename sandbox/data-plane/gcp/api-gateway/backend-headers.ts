import { headerValues } from "../../header-values.ts";
import type { GatewayRequest } from "../../interpreter.ts";
import { type GcpBackend, rewritesPath } from "./backend.ts";

type Headers = readonly (readonly [string, string])[];

/** ESPv2's header with the claims, with the prefix of API Gateway. */
const USER_INFO = "x-apigateway-api-userinfo";
const FORWARDED_AUTHORIZATION = "x-forwarded-authorization";
const ORIGINAL_PATH = "x-envoy-original-path";
/**
 * Headers by which clients inside a service mesh control an Envoy, which it removes from requests of other clients (conn_manager_utility.cc,
 * cleanInternalHeaders). Other `x-envoy-` headers are passed on.
 */
const ENVOYS_OWN = [
  "expected-rq-timeout-ms",
  "force-trace",
  "hedge-on-per-try-timeout",
  "internal",
  "ip-tags",
  "max-retries",
  "original-url",
  "retriable-header-names",
  "retriable-status-codes",
  "retry-grpc-on",
  "retry-on",
  "upstream-alt-stat-name",
  "upstream-rq-per-try-timeout-ms",
  "upstream-rq-timeout-alt-response",
  "upstream-rq-timeout-ms",
  "upstream-stream-duration-ms",
].map((name) => `x-envoy-${name}`);
/** Headers that the proxy, and Google's front end before it, write themselves, or remove. */
const REPLACED: ReadonlySet<string> = new Set([
  "host",
  "x-http-method-override",
  "x-forwarded-for",
  "x-forwarded-proto",
  ...ENVOYS_OWN,
]);
/** The client's own claims are removed only where a token is required: elsewhere the filter does not run. */
const REPLACED_WITH_TOKEN = REPLACED.union(new Set([USER_INFO]));
const AUTHORIZATIONS: ReadonlySet<string> = new Set(["authorization", FORWARDED_AUTHORIZATION]);

export interface BackendHeaderOptions {
  /** The payloads of the verified tokens; undefined for an operation without security. */
  readonly userInfo: readonly string[] | undefined;
  /** The gateway's ID token for the backend, if it sends one. */
  readonly idToken: string | undefined;
  /** The canonical path. */
  readonly path: string;
  readonly backend: GcpBackend;
}

/** The headers of the request to the backend. */
export function backendHeaders(
  request: GatewayRequest,
  { userInfo, idToken, path, backend }: BackendHeaderOptions,
): Headers {
  const headers = [
    ...without(request.headers, userInfo === undefined ? REPLACED : REPLACED_WITH_TOKEN),
    ...(userInfo ?? []).map((info) => [USER_INFO, info] as const),
  ];
  return [
    ...(idToken === undefined ? headers : authorized(headers, idToken)),
    ["x-forwarded-for", [...headerValues(request.headers, "x-forwarded-for"), request.remoteAddress].join(", ")],
    ["x-forwarded-proto", "https"],
    // The address's host without its port (routegen, HostRewriteLiteral).
    ["host", backend.hostname],
    ...originalPath(request, path, backend),
  ];
}

/** The path before it was rewritten, unless the client sent a value of its own (esp-v2 path_rewrite/filter.cc). */
function originalPath(request: GatewayRequest, path: string, backend: GcpBackend): Headers {
  if (!rewritesPath(backend) || headerValues(request.headers, ORIGINAL_PATH).length > 0) return [];
  return [[ORIGINAL_PATH, request.query === "" ? path : `${path}?${request.query}`]];
}

/**
 * Replaces `Authorization` by the ID token, and forwards the client's value in `X-Forwarded-Authorization`. Without an `Authorization`, the
 * client's own `X-Forwarded-Authorization` is not removed (esp-v2 backend_auth/filter.cc): for an operation without security, it passes
 * for a real one.
 */
function authorized(headers: Headers, idToken: string): Headers {
  const authorization = ["authorization", `Bearer ${idToken}`] as const;
  const original = headerValues(headers, "authorization");
  if (original.length === 0) return [...headers, authorization];
  return [...without(headers, AUTHORIZATIONS), [FORWARDED_AUTHORIZATION, original.join(",")], authorization];
}

function without(headers: Headers, names: ReadonlySet<string>): Headers {
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}
