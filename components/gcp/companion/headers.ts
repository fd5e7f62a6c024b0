import type { ApiProxyRoute } from "../../api/checked-api.ts";
import { USER_INFO } from "./authentication.ts";
import { headerText, httpFilter, type Json, type TypedConfig } from "./envoy.ts";

/** The names of the two filters that change headers: the first one for every request, the second one for a route's requests. */
export const CLIENT_HEADERS = "polygate.client_headers";
export const ROUTE_HEADERS = "polygate.route_headers";

/** The header in which the gateway hands the client's `Authorization` on. The gateway's own identity token is in its place. */
const CLIENT_AUTHORIZATION = "x-forwarded-authorization";

/**
 * Restores the request as the client sent it to the gateway, before any other filter reads it. What remains of several lines of a header
 * is what the other filters check and what a backend receives.
 *
 * - `authorization` contains the gateway's identity token for the companion.
 * - Cloud Run reads `x-serverless-authorization` in place of `authorization`. Unverified: whether the gateway hands a client's one on.
 * - `x-apigateway-api-consumer-*` names the project of an API key, which no route requires. Any client can send it. Unverified: whether
 *   the names begin like this.
 * - `x-apigateway-api-userinfo` is written again for the token that Envoy checks, and for no other request.
 */
export const clientHeaders: TypedConfig = httpFilter("header_mutation.v3.HeaderMutation", {
  mutations: {
    request_mutations: [
      remove("authorization"),
      setHeader("authorization", `%REQ(${CLIENT_AUTHORIZATION})%`),
      remove(CLIENT_AUTHORIZATION),
      remove("x-serverless-authorization"),
      remove(USER_INFO),
      { remove_on_match: { key_matcher: { prefix: "x-apigateway-api-consumer-", ignore_case: true } } },
    ],
  },
});

/** The filter without changes, for a route's own ones. */
export const routeHeadersFilter: TypedConfig = httpFilter("header_mutation.v3.HeaderMutation");

/**
 * The changes that a route declares, and the secret that proves the companion to the backend.
 *
 * @param secret the header, whose value is a variable of Envoy
 */
export function routeHeaders(
  { setHeaders, removeHeaders }: ApiProxyRoute,
  secret: { readonly name: string; readonly value: string } | undefined,
): TypedConfig | undefined {
  const changes = [
    ...removeHeaders.toSorted().map(remove),
    ...Object.entries(setHeaders)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, value]) => setHeader(name, headerText(value))),
    ...(secret === undefined ? [] : [setHeader(secret.name, secret.value)]),
  ];
  if (changes.length === 0) return undefined;
  return httpFilter("header_mutation.v3.HeaderMutationPerRoute", { mutations: { request_mutations: changes } });
}

function remove(name: string): Json {
  return { remove: name };
}

/** A change that replaces all values of a header. Without a value, nothing is set. */
export function setHeader(key: string, value: string): Json {
  return { append: { header: { key, value }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" } };
}
