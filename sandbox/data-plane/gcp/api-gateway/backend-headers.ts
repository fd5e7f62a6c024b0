import type { GatewayRequest } from "../../interpreter.ts";

type Headers = readonly (readonly [string, string])[];

/** ESPv2's header with the claims, with the prefix of API Gateway. */
const USER_INFO = "x-apigateway-api-userinfo";
const FORWARDED_AUTHORIZATION = "x-forwarded-authorization";
/**
 * Headers that the proxy, and Google's front end before it, write themselves. The host of the backend replaces the client's
 * (routegen, HostRewriteLiteral).
 */
const REPLACED = ["host", "x-http-method-override", "x-forwarded-for", "x-forwarded-proto", "x-envoy-original-path"];

export interface BackendHeaderOptions {
  /** The payloads of the verified tokens; undefined for an operation without security. */
  readonly userInfo: readonly string[] | undefined;
  /** The gateway's ID token for the backend, if it sends one. */
  readonly idToken: string | undefined;
  /** The canonical path. */
  readonly path: string;
}

/** The headers of the request to the backend. */
export function backendHeaders(request: GatewayRequest, { userInfo, idToken, path }: BackendHeaderOptions): Headers {
  // The client's own claims are removed only where a token is required: elsewhere the filter does not run.
  const replaced = userInfo === undefined ? REPLACED : [...REPLACED, USER_INFO];
  const headers = [
    ...without(request.headers, replaced),
    ...(userInfo ?? []).map((info) => [USER_INFO, info] as const),
  ];
  return [
    ...(idToken === undefined ? headers : authorized(headers, idToken)),
    ["x-forwarded-for", [...values(request.headers, "x-forwarded-for"), request.remoteAddress].join(", ")],
    ["x-forwarded-proto", "https"],
    ["x-envoy-original-path", request.query === "" ? path : `${path}?${request.query}`],
  ];
}

/**
 * Replaces `Authorization` by the ID token, and forwards the client's value in `X-Forwarded-Authorization`. Without an `Authorization`, the
 * client's own `X-Forwarded-Authorization` is not removed (esp-v2 backend_auth/filter.cc): for an operation without security, it passes
 * for a real one.
 */
function authorized(headers: Headers, idToken: string): Headers {
  const authorization = ["authorization", `Bearer ${idToken}`] as const;
  const original = values(headers, "authorization");
  if (original.length === 0) return [...headers, authorization];
  return [
    ...without(headers, ["authorization", FORWARDED_AUTHORIZATION]),
    [FORWARDED_AUTHORIZATION, original.join(",")],
    authorization,
  ];
}

function without(headers: Headers, names: readonly string[]): Headers {
  return headers.filter(([name]) => !names.includes(name.toLowerCase()));
}

function values(headers: Headers, name: string): readonly string[] {
  return headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => value);
}
