import type { ApiReplyRoute } from "../../api/checked-api.ts";
import { connectionManager, ROUTER } from "./connection-manager.ts";
import { type EnvoyCluster, type EnvoyListener, headerText, httpFilter, type Json, typed } from "./envoy.ts";
import { setHeader } from "./headers.ts";

/** The name of the listener inside Envoy that responds, and of the cluster that leads to it. */
export const REPLIES = "replies";

/** The name of the filter that sets a reply's headers. */
const REPLY_HEADERS = "polygate.reply_headers";

/**
 * Envoy's CORS filter skips a route that responds at once. Therefore replies come from a second listener inside Envoy, to which a
 * route forwards like to a backend, so that every filter acts.
 */
export function repliesListener(routes: readonly ApiReplyRoute[]): EnvoyListener {
  const largest = Math.max(0, ...routes.map(({ body }) => Buffer.byteLength(body)));
  return {
    name: REPLIES,
    internal_listener: {},
    filter_chains: [
      connectionManager({
        stat_prefix: REPLIES,
        route_config: {
          max_direct_response_body_size_bytes: Math.max(4096, largest),
          virtual_hosts: [
            {
              name: REPLIES,
              domains: ["*"],
              routes: routes.map((route, index) => replyRoute(route, index, bodyOf(route, routes))),
            },
          ],
        },
        http_filters: [{ name: REPLY_HEADERS, typed_config: httpFilter("header_mutation.v3.HeaderMutation") }, ROUTER],
      }),
    ],
  };
}

/** The cluster that leads to the listener. */
export const repliesCluster: EnvoyCluster = {
  name: REPLIES,
  type: "STATIC",
  load_assignment: {
    cluster_name: REPLIES,
    endpoints: [
      {
        lb_endpoints: [{ endpoint: { address: { envoy_internal_address: { server_listener_name: REPLIES } } } }],
      },
    ],
  },
};

/** Envoy's extension for listeners of its own. */
export const internalListeners: Json = {
  name: "envoy.bootstrap.internal_listener",
  typed_config: typed("envoy.extensions.bootstrap.internal_listener.v3.InternalListener"),
};

/** The path of a reply at the second listener. No client chooses it. */
export function replyPath(index: number): string {
  return `/${index}`;
}

/** The body. A response to HEAD describes that of the other methods, and Envoy does not send it. */
function bodyOf({ key, method, body }: ApiReplyRoute, routes: readonly ApiReplyRoute[]): string {
  const other = routes.find((route) => route.key === key && route.method !== method);
  return method === "HEAD" && other !== undefined ? other.body : body;
}

/** For 201 and redirections, Envoy adds a location, and from a response without a body it removes the type. */
function replyRoute({ status, headers }: ApiReplyRoute, index: number, body: string): Json {
  const set = Object.entries(headers)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => setHeader(name, headerText(value)));
  const changes = { response_mutations: [{ remove: "location" }, ...set] };
  return {
    match: { path: replyPath(index) },
    direct_response: { status, ...(body === "" ? {} : { body: { inline_string: body } }) },
    typed_per_filter_config: {
      [REPLY_HEADERS]: httpFilter("header_mutation.v3.HeaderMutationPerRoute", { mutations: changes }),
    },
  };
}
