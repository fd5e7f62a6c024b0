import type { ApiCors } from "../../api/checked-api.ts";
import { httpFilter, type Json, type TypedConfig } from "./envoy.ts";

/** Envoy's name of the filter that answers preflights and adds CORS headers. */
export const CORS_FILTER = "envoy.filters.http.cors";

/** The filter without a policy, which does nothing. */
export const corsFilter: TypedConfig = httpFilter("cors.v3.Cors");

/** What all routes have in common. The response depends on the origin, which a cache must know. */
export function corsOfAllRoutes(cors: ApiCors): Json {
  return {
    typed_per_filter_config: { [CORS_FILTER]: corsPolicy(cors) },
    response_headers_to_add: [{ header: { key: "vary", value: "origin" } }],
  };
}

/** A preflight of another origin is answered without a permission, and never forwarded. */
function corsPolicy({ origins, methods, headers, expose, maxAgeSeconds, credentials }: ApiCors): TypedConfig {
  return httpFilter("cors.v3.CorsPolicy", {
    allow_origin_string_match: origins.map((origin) =>
      origin === "*" ? { safe_regex: { regex: ".*" } } : { exact: origin },
    ),
    allow_methods: methods.join(","),
    allow_headers: headers.join(","),
    ...(expose.length === 0 ? {} : { expose_headers: expose.join(",") }),
    max_age: String(maxAgeSeconds),
    allow_credentials: credentials,
    forward_not_matching_preflights: false,
  });
}
