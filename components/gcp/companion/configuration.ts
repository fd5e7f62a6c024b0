import type { Bindings } from "../../api/binding/binding.ts";
import type { Api } from "../../api/checked-api.ts";
import { TOKEN_FILTER, tokenFilter } from "./authentication.ts";
import { ACCESS_FILTER, accessFilter } from "./authorisation.ts";
import { clustersOf } from "./clusters.ts";
import { connectionManager, ROUTER } from "./connection-manager.ts";
import { CORS_FILTER, corsFilter, corsOfAllRoutes } from "./cors.ts";
import type { EnvoyConfiguration, EnvoyListener, Json } from "./envoy.ts";
import { failureLog } from "./failure-log.ts";
import { CLIENT_HEADERS, clientHeaders, ROUTE_HEADERS, routeHeadersFilter } from "./headers.ts";
import { limitFilters } from "./limits.ts";
import { refusals } from "./refusals.ts";
import { internalListeners, repliesCluster, repliesListener } from "./replies.ts";
import { routesOf } from "./routes.ts";

/** The name of the listener that receives the gateway's requests. */
export const COMPANION_LISTENER = "companion";

/** The port of that listener. */
export const COMPANION_PORT = 8080;

/**
 * Compiles the configuration of the companion: an Envoy between the gateway and the backends, which checks every request by itself and
 * carries what the gateway cannot.
 *
 * It does not depend on the order in which a description lists its members.
 *
 * @throws {RangeError} for what `checkBindings` and {@link checkCompanionBindings} report to users
 */
export function companionConfiguration(api: Api, bindings: Bindings): EnvoyConfiguration {
  const replies = api.routes.filter((route) => route.kind === "reply");
  return {
    bootstrap_extensions: [internalListeners],
    static_resources: {
      listeners: [companionListener(api, bindings), repliesListener(replies)],
      clusters: [...clustersOf(api, bindings), repliesCluster],
    },
    layered_runtime: unlimitedExpressions,
  };
}

/** The configuration as Envoy reads it, on one line: its nesting is so deep that indentation would be most of the text. */
export function companionText(configuration: EnvoyConfiguration): string {
  return `${JSON.stringify(configuration)}\n`;
}

function companionListener(api: Api, bindings: Bindings): EnvoyListener {
  const ofAllRoutes = api.cors === undefined ? {} : corsOfAllRoutes(api.cors);
  const filters = {
    [CLIENT_HEADERS]: clientHeaders,
    [CORS_FILTER]: corsFilter,
    [TOKEN_FILTER]: tokenFilter(api, bindings),
    [ACCESS_FILTER]: accessFilter,
    ...limitFilters(api),
    [ROUTE_HEADERS]: routeHeadersFilter,
  };
  return {
    name: COMPANION_LISTENER,
    address: { socket_address: { address: "0.0.0.0", port_value: COMPANION_PORT } },
    filter_chains: [
      connectionManager({
        stat_prefix: COMPANION_LISTENER,
        // The gateway accepts 60 KB, and adds a token and the claims of the client's.
        max_request_headers_kb: 192,
        common_http_protocol_options: { max_headers_count: 1000 },
        local_reply_config: refusals,
        access_log: [failureLog],
        route_config: {
          virtual_hosts: [
            { name: COMPANION_LISTENER, domains: ["*"], routes: routesOf(api, bindings), ...ofAllRoutes },
          ],
        },
        http_filters: [...Object.entries(filters).map(([name, typed_config]) => ({ name, typed_config })), ROUTER],
      }),
    ],
  };
}

/** The length of a description's path is not limited here, and Envoy's own limit is that of a short one. */
const unlimitedExpressions: Json = {
  layers: [{ name: "companion", static_layer: { "re2.max_program_size.error_level": 100_000 } }],
};
