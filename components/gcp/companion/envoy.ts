/** A JSON object of Envoy's configuration, with the field names of its `.proto` files. */
export type Json = { readonly [member: string]: unknown };

/** A message of an extension, which names its own type. */
export interface TypedConfig extends Json {
  readonly "@type": string;
}

/** `envoy.config.route.v3.Route`. */
export interface EnvoyRoute {
  readonly name: string;
  readonly match: Json;
  readonly metadata?: Json;
  /** Forwards the request. Every filter acts before. */
  readonly route?: Json;
  /** Responds at once. Envoy's CORS filter skips such a route. */
  readonly direct_response?: Json;
  readonly response_headers_to_add?: readonly Json[];
  readonly typed_per_filter_config: Readonly<Record<string, TypedConfig>>;
}

/** `envoy.config.cluster.v3.Cluster`. */
export interface EnvoyCluster {
  readonly name: string;
  readonly type: "STATIC" | "LOGICAL_DNS";
  readonly load_assignment: Json;
  readonly [member: string]: unknown;
}

/** `envoy.config.listener.v3.Listener`. */
export interface EnvoyListener {
  readonly name: string;
  readonly filter_chains: readonly Json[];
  readonly [member: string]: unknown;
}

/** `envoy.config.bootstrap.v3.Bootstrap`, in the JSON form of protobuf with the field names of the `.proto` files. */
export interface EnvoyConfiguration {
  readonly bootstrap_extensions: readonly Json[];
  readonly static_resources: {
    readonly listeners: readonly EnvoyListener[];
    readonly clusters: readonly EnvoyCluster[];
  };
  readonly layered_runtime: Json;
}

/** A message of an extension. `type` is its name without the prefix that all have. */
export function typed(type: string, members: Json = {}): TypedConfig {
  return { "@type": `type.googleapis.com/${type}`, ...members };
}

/** A message of one of Envoy's HTTP filters, e.g. `rbac.v3.RBAC`. */
export function httpFilter(type: string, members: Json = {}): TypedConfig {
  return typed(`envoy.extensions.filters.http.${type}`, members);
}

/** A text as the value of a header: Envoy reads a percent sign as the beginning of a variable. */
export function headerText(text: string): string {
  return text.replaceAll("%", "%%");
}
