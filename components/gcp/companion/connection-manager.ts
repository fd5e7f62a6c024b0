import { httpFilter, type Json, typed } from "./envoy.ts";

/** The last filter, which forwards requests. It adds no header of Envoy's own. */
export const ROUTER: Json = {
  name: "envoy.filters.http.router",
  typed_config: httpFilter("router.v3.Router", { suppress_envoy_headers: true }),
};

/**
 * A filter chain that serves HTTP and takes paths exactly as they arrive: the gateway has read them once, and a second reading could
 * find another route in them.
 */
export function connectionManager(settings: Json): Json {
  const typed_config = typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
    normalize_path: false,
    merge_slashes: false,
    path_with_escaped_slashes_action: "KEEP_UNCHANGED",
    generate_request_id: false,
    preserve_external_request_id: true,
    skip_xff_append: true,
    server_header_transformation: "PASS_THROUGH",
    ...settings,
  });
  return { filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config }] };
}
