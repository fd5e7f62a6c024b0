/** Renders API configs into the configuration that ESPv2's generator writes for Envoy (esp-v2 src/go/configgenerator, an own reading). */

import type { EnvoyBootstrap } from "../../../../../../sandbox/data-plane/envoy/bootstrap.ts";
import { type EspOperation, type EspProvider, operationsOf, providersOf } from "./api-config.ts";
import { matchersOf } from "./uri-template.ts";

type Json = Readonly<Record<string, unknown>>;

const HTTP = "type.googleapis.com/envoy.extensions.filters.http";
const NETWORK = "type.googleapis.com/envoy.extensions.filters.network";

export interface RenderedConfig {
  /** The name of the listener. */
  readonly name: string;
  readonly document: Json;
  readonly managedService: string;
}

/**
 * One listener for each document. All backends are at one port of this machine, and all issuers have one key set.
 *
 * Three filters of ESPv2 are not a part of Envoy. `header_sanitizer` and `backend_auth` are scripts here. `path_rewrite` is applied
 * by the test to the path that the backend receives.
 */
export function espBootstrap(configs: readonly RenderedConfig[], upstreamPort: number, keySet: Json): EnvoyBootstrap {
  return {
    static_resources: {
      listeners: configs.map((config) => listener(config, keySet)),
      clusters: [
        {
          name: "backend",
          type: "STATIC",
          connect_timeout: "5s",
          load_assignment: {
            cluster_name: "backend",
            endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress(upstreamPort) } }] }],
          },
        },
      ],
    },
    // ESPv2 is built with Envoy 1.30, which does not read `..;` as a dot segment.
    layered_runtime: {
      layers: [
        {
          name: "as-envoy-1.30",
          static_layer: {
            "envoy.reloadable_features.strip_dotdot_segments_with_parameters": false,
          },
        },
      ],
    },
  };
}

function socketAddress(port: number): Json {
  return { socket_address: { address: "127.0.0.1", port_value: port } };
}

function listener({ name, document, managedService }: RenderedConfig, keySet: Json): Json {
  const operations = operationsOf(document);
  const manager = {
    "@type": `${NETWORK}.http_connection_manager.v3.HttpConnectionManager`,
    stat_prefix: "ingress_http",
    upgrade_configs: [{ upgrade_type: "websocket" }],
    use_remote_address: false,
    xff_num_trusted_hops: 2,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: "KEEP_UNCHANGED",
    common_http_protocol_options: { headers_with_underscores_action: "REJECT_REQUEST" },
    local_reply_config: {
      body_format: { json_format: { code: "%RESPONSE_CODE%", message: "%LOCAL_REPLY_BODY%" } },
    },
    route_config: { virtual_hosts: [{ name: "backend", domains: ["*"], routes: routesOf(operations) }] },
    http_filters: [
      lua("header_sanitizer", HEADER_SANITIZER),
      jwtAuthn(operations, providersOf(document, managedService), keySet),
      lua("backend_auth", BACKEND_AUTH),
      {
        name: "envoy.filters.http.router",
        typed_config: { "@type": `${HTTP}.router.v3.Router`, suppress_envoy_headers: true },
      },
    ],
  };
  const filters = [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }];
  return { name, address: socketAddress(0), filter_chains: [{ filters }] };
}

/** esp-v2 src/envoy/http/header_sanitizer. The first line of the header counts, and an empty one is a method too. */
const HEADER_SANITIZER = `
function envoy_on_request(handle)
  local headers = handle:headers()
  local method = headers:getAtIndex("x-http-method-override", 0)
  if method ~= nil then
    headers:replace(":method", method)
    headers:remove("x-http-method-override")
    handle:clearRouteCache()
  end
end`;

/** esp-v2 src/envoy/http/backend_auth. The token names its audience alone. */
const BACKEND_AUTH = `
function envoy_on_request(handle)
  local audience = handle:metadata():get("audience")
  if audience == nil then return end
  local headers = handle:headers()
  local original = headers:get("authorization")
  if original ~= nil then headers:replace("x-forwarded-authorization", original) end
  headers:replace("authorization", "Bearer ID token for " .. audience)
end`;

function lua(name: string, script: string): Json {
  return {
    name,
    typed_config: { "@type": `${HTTP}.lua.v3.Lua`, default_source_code: { inline_string: script } },
  };
}

/** filtergen/jwt_authn.go. The keys are in the configuration instead of at a URL. */
function jwtAuthn(operations: readonly EspOperation[], providers: readonly EspProvider[], keySet: Json): Json {
  const requirement = ({ security }: EspOperation): Json =>
    security.length === 1
      ? { provider_name: security[0] }
      : { requires_any: { requirements: security.map((name) => ({ provider_name: name })) } };
  return {
    name: "envoy.filters.http.jwt_authn",
    typed_config: {
      "@type": `${HTTP}.jwt_authn.v3.JwtAuthentication`,
      providers: Object.fromEntries(
        providers.map(({ name, issuer, audiences, headers, parameters }) => [
          name,
          {
            issuer,
            audiences,
            forward: true,
            from_headers: headers,
            from_params: parameters,
            forward_payload_header: "X-Apigateway-Api-Userinfo",
            local_jwks: { inline_string: JSON.stringify(keySet) },
          },
        ]),
      ),
      requirement_map: Object.fromEntries(
        operations.filter(({ security }) => security.length > 0).map((each) => [each.id, requirement(each)]),
      ),
    },
  };
}

/** Every operation's route, then 405 for every path, then 404 (routegen: proxy_backend, deny_invalid_method, deny_all). */
function routesOf(operations: readonly EspOperation[]): readonly Json[] {
  const denied = new Map<string, Json>();
  for (const { template } of operations) {
    for (const match of matchersOf(template)) {
      const key = JSON.stringify(match);
      const message = `The current request is matched to the defined url template "${template.origin}" but its http method is not allowed`;
      if (!denied.has(key)) denied.set(key, { match, direct_response: direct(405, message) });
    }
  }
  return [
    ...operations.flatMap((operation) => matchersOf(operation.template).map((match) => route(operation, match))),
    ...denied.values(),
    { match: { prefix: "/" }, direct_response: direct(404, "The current request is not defined by this API.") },
  ];
}

function direct(status: number, message: string): Json {
  return { status, body: { inline_string: message } };
}

function route({ id, method, backend, security }: EspOperation, match: Json): Json {
  return {
    name: id,
    match: { ...match, headers: [{ name: ":method", string_match: { exact: method } }] },
    route: {
      cluster: "backend",
      host_rewrite_literal: new URL(backend.address).hostname,
      timeout: "15s",
      retry_policy: { retry_on: "reset,connect-failure,refused-stream", num_retries: 1 },
    },
    ...(backend.audience === undefined
      ? {}
      : { metadata: { filter_metadata: { backend_auth: { audience: backend.audience } } } }),
    ...(security.length === 0
      ? {}
      : {
          typed_per_filter_config: {
            "envoy.filters.http.jwt_authn": {
              "@type": `${HTTP}.jwt_authn.v3.PerRouteConfig`,
              requirement_name: id,
            },
          },
        }),
    // In a header value of a configuration, `%%` is a percent sign.
    request_headers_to_add: [{ header: { key: "x-route", value: id.replaceAll("%", "%%") } }],
  };
}
