import type { ApiReplyRoute } from "../../api/checked-api.ts";
import { connectionManager, ROUTER } from "./connection-manager.ts";
import { type EnvoyCluster, type EnvoyListener, headerText, type Json, typed } from "./envoy.ts";

/** The name of the listener inside Envoy that responds, and of the cluster that leads to it. */
export const REPLIES = "replies";

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
          virtual_hosts: [{ name: REPLIES, domains: ["*"], routes: routes.map(replyRoute) }],
        },
        http_filters: [ROUTER],
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

function replyRoute({ status, headers, body }: ApiReplyRoute, index: number): Json {
  const added = Object.entries(headers).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    match: { path: replyPath(index) },
    direct_response: { status, ...(body === "" ? {} : { body: { inline_string: body } }) },
    // For 201 and redirections, Envoy adds the path of this listener.
    response_headers_to_remove: ["location"],
    response_headers_to_add: added.map(([key, value]) => ({
      header: { key, value: headerText(value) },
      append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
    })),
  };
}
