import type { EnvoyBootstrap } from "../../../../../sandbox/data-plane/envoy/bootstrap.ts";

type Json = Readonly<Record<string, unknown>>;

/** The name of the only listener. */
export const listener = "ingress";

/** A configuration as Cloud Run would run it: one listener on port 8080 of every address, with these routes. */
export function bootstrapOf(routes: readonly Json[], clusters: readonly Json[] = []): EnvoyBootstrap {
  return {
    static_resources: {
      listeners: [
        {
          name: listener,
          address: { socket_address: { address: "0.0.0.0", port_value: 8080 } },
          filter_chains: [
            {
              filters: [
                {
                  name: "envoy.filters.network.http_connection_manager",
                  typed_config: {
                    "@type":
                      "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                    stat_prefix: "ingress",
                    route_config: { virtual_hosts: [{ name: "all", domains: ["*"], routes }] },
                    http_filters: [
                      {
                        name: "envoy.filters.http.router",
                        typed_config: {
                          "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                        },
                      },
                    ],
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters,
    },
  };
}

/** A configuration that responds to every request with a text. */
export function responding(text: string): EnvoyBootstrap {
  return bootstrapOf([{ match: { prefix: "/" }, direct_response: { status: 200, body: { inline_string: text } } }]);
}

/** A configuration that forwards every request to a port of this machine, and names itself in a header of the response. */
export function forwarding(port: number, name: string): EnvoyBootstrap {
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  const endpoints = [{ lb_endpoints: [{ endpoint: { address } }] }];
  return bootstrapOf(
    [
      {
        match: { prefix: "/" },
        route: { cluster: "backend", timeout: "0s" },
        response_headers_to_add: [{ header: { key: "x-served-by", value: name } }],
      },
    ],
    [{ name: "backend", type: "STATIC", load_assignment: { cluster_name: "backend", endpoints } }],
  );
}
