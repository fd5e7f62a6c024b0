import { type Api, type ApiRoute, type Limit, windowSeconds } from "../../api/checked-api.ts";
import { CLAIMS, TOKEN_FILTER } from "./authentication.ts";
import { httpFilter, type Json, type TypedConfig } from "./envoy.ts";

/** How many consumers each limit counts at a time. Beyond that, the one that called least recently starts with a new count. */
export const COUNTED_CONSUMERS = 10_000;

/** What limits mean if the companion has several instances. A sentence, for whoever must accept that. */
export const limitsPerInstance =
  "Each instance of the companion counts by itself: N instances let up to N times the requests of a limit pass, and each new instance and each new configuration starts with a new count.";

/** The metadata of a route that names its limits by API. */
const ROUTE_METADATA = "polygate";

/** What a limit counts, from the narrowest to the widest. */
const counted = ["consumer", "route", "api"] as const;
const windows = ["second", "minute", "hour", "day"] as const satisfies readonly Limit["per"][];

/** What one filter counts. */
interface Count {
  readonly by: (typeof counted)[number];
  readonly per: Limit["per"];
}

/**
 * The order of the filters. A request that one of them refuses does not reach the next, so that a consumer over its own limit uses up
 * neither its longer windows nor what a route or the API lets pass.
 */
const counts: readonly Count[] = counted.flatMap((by) => windows.map((per) => ({ by, per })));

/** A bucket that is never empty. */
const unlimited: Json = { max_tokens: 4_294_967_295, tokens_per_fill: 4_294_967_295, fill_interval: "1s" };

/** Without the two percentages, the filter limits nothing. */
const enforced: Json = {
  stat_prefix: "limits",
  filter_enabled: { default_value: { numerator: 100, denominator: "HUNDRED" } },
  filter_enforced: { default_value: { numerator: 100, denominator: "HUNDRED" } },
};

/** The filters that the limits of an API need, by name and in order. */
export function limitFilters({ routes }: Api): Readonly<Record<string, TypedConfig>> {
  const used = counts.map((count) => [count, routes.flatMap((route) => limitsOf(route, count))] as const);
  return Object.fromEntries(
    used
      .filter(([, limits]) => limits.length > 0)
      .map(([count, limits]) => [filterName(count), count.by === "api" ? overAllRoutes(limits) : byRoute]),
  );
}

/** A route's own configuration of the filters that count by route and by consumer. */
export function routeLimits(route: ApiRoute): Readonly<Record<string, TypedConfig>> {
  return Object.fromEntries(
    counts
      .filter(({ by }) => by !== "api")
      .flatMap((count) => limitsOf(route, count).map((limit) => [filterName(count), ownLimit(limit)])),
  );
}

/** The metadata by which the other filters count a route; undefined if the route has no limit by API. */
export function limitMetadata(route: ApiRoute): Json | undefined {
  const named = counts
    .filter(({ by }) => by === "api")
    .flatMap((count) => limitsOf(route, count).map((limit) => [limit.per, sharedName(limit)]));
  return named.length === 0 ? undefined : { filter_metadata: { [ROUTE_METADATA]: Object.fromEntries(named) } };
}

/** Without a route's own configuration, the filter counts nothing. */
const byRoute: TypedConfig = httpFilter("local_ratelimit.v3.LocalRateLimit", { stat_prefix: "limits" });

/** Routes that name the same limit share its bucket. */
function overAllRoutes(limits: readonly Limit[]): TypedConfig {
  const [{ per } = { per: "second" }] = limits;
  const shared = new Map(limits.map((limit) => [sharedName(limit), limit]));
  const sorted = [...shared].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return httpFilter("local_ratelimit.v3.LocalRateLimit", {
    ...enforced,
    token_bucket: unlimited,
    always_consume_default_token_bucket: false,
    rate_limits: [{ actions: [metadataValue("limit", ROUTE_METADATA, [per], "ROUTE_ENTRY")] }],
    descriptors: sorted.map(([value, limit]) => ({ entries: [{ key: "limit", value }], token_bucket: bucket(limit) })),
  });
}

/** A consumer is a subject, since the tokens of one route have one issuer. An entry without a value has a bucket for each value. */
function ownLimit(limit: Limit): TypedConfig {
  if (limit.by === "route") {
    return httpFilter("local_ratelimit.v3.LocalRateLimit", { ...enforced, token_bucket: bucket(limit) });
  }
  return httpFilter("local_ratelimit.v3.LocalRateLimit", {
    ...enforced,
    token_bucket: unlimited,
    always_consume_default_token_bucket: false,
    max_dynamic_descriptors: COUNTED_CONSUMERS,
    rate_limits: [{ actions: [metadataValue("consumer", TOKEN_FILTER, [CLAIMS, "sub"], "DYNAMIC")] }],
    descriptors: [{ entries: [{ key: "consumer" }], token_bucket: bucket(limit) }],
  });
}

function metadataValue(name: string, filter: string, path: readonly string[], source: string): Json {
  const metadata_key = { key: filter, path: path.map((key) => ({ key })) };
  return { metadata: { descriptor_key: name, metadata_key, source } };
}

/** A bucket is full at first, and fills evenly within the window. */
function bucket({ requests, per, burst = requests }: Limit): Json {
  return { max_tokens: burst, tokens_per_fill: requests, fill_interval: `${windowSeconds[per]}s` };
}

/** At most one: a route has one limit for each combination. */
function limitsOf({ limits }: ApiRoute, { by, per }: Count): readonly Limit[] {
  return limits.filter((limit) => limit.by === by && limit.per === per);
}

function filterName({ by, per }: Count): string {
  return `polygate.limit_by_${by}_per_${per}`;
}

function sharedName({ requests, burst = requests }: Limit): string {
  return `${requests} ${burst}`;
}
