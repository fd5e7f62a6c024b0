/** A small companion of API Gateway, as people write one by hand: two routes to one backend, one of which needs a token, and a reply. */

type Json = Readonly<Record<string, unknown>>;

const TYPE = "type.googleapis.com/envoy";
const FILTERS = `${TYPE}.extensions.filters.http`;

/** What the companion differs by. */
export interface CompanionOptions {
  /** The backend's origin. */
  readonly backend: string;
  /** A value that the companion writes into the header `x-companion` of each response. */
  readonly version?: string;
  /** More members of the backend's cluster. */
  readonly cluster?: Json;
}

/** The configuration, as the text of the file. */
export function companion({ backend, version = "1", cluster = {} }: CompanionOptions): string {
  const { protocol, hostname, port } = new URL(backend);
  const secured = protocol === "https:";
  return JSON.stringify({
    bootstrap_extensions: [
      {
        name: "envoy.bootstrap.internal_listener",
        typed_config: { "@type": `${TYPE}.extensions.bootstrap.internal_listener.v3.InternalListener` },
      },
    ],
    static_resources: {
      listeners: [
        {
          name: "companion",
          address: { socket_address: { address: "0.0.0.0", port_value: 8080 } },
          filter_chains: [
            manager(
              [
                { match: { path: "/reply" }, route: { cluster: "replies" } },
                {
                  match: { path: "/slow" },
                  route: { cluster: "backend", timeout: "0s", host_rewrite_literal: hostname },
                },
                { match: { prefix: "/" }, route: { cluster: "backend", host_rewrite_literal: hostname } },
              ],
              version,
            ),
          ],
        },
        {
          name: "replies",
          internal_listener: {},
          filter_chains: [
            manager([{ match: { prefix: "/" }, direct_response: { status: 418, body: { inline_string: "a reply" } } }]),
          ],
        },
      ],
      clusters: [
        {
          name: "backend",
          type: "LOGICAL_DNS",
          load_assignment: assignment("backend", {
            socket_address: { address: hostname, port_value: Number(port === "" ? (secured ? 443 : 80) : port) },
          }),
          ...(secured ? { transport_socket: tls(hostname) } : {}),
          ...cluster,
        },
        {
          name: "replies",
          load_assignment: assignment("replies", { envoy_internal_address: { server_listener_name: "replies" } }),
        },
      ],
    },
  });
}

function manager(routes: readonly Json[], version?: string): Json {
  return {
    filters: [
      {
        name: "envoy.filters.network.http_connection_manager",
        typed_config: {
          "@type": `${TYPE}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
          stat_prefix: "companion",
          server_header_transformation: "PASS_THROUGH",
          route_config: {
            virtual_hosts: [{ name: "all", domains: ["*"], routes }],
            ...(version === undefined
              ? {}
              : { response_headers_to_add: [{ header: { key: "x-companion", value: version } }] }),
          },
          http_filters: [
            { name: "envoy.filters.http.router", typed_config: { "@type": `${FILTERS}.router.v3.Router` } },
          ],
        },
      },
    ],
  };
}

function assignment(cluster: string, address: Json): Json {
  return { cluster_name: cluster, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] };
}

function tls(hostname: string): Json {
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: {
      "@type": `${TYPE}.extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
      sni: hostname,
      common_tls_context: {
        validation_context: {
          trusted_ca: { filename: "/etc/ssl/certs/ca-certificates.crt" },
          match_typed_subject_alt_names: [{ san_type: "DNS", matcher: { exact: hostname } }],
        },
      },
    },
  };
}
