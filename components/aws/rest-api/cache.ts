import type { Api, ApiRoute } from "../../api/checked-api.ts";
import type { RouteKey } from "../../api/description.ts";
import type { Problem, Vendor } from "../../api/problem.ts";
import type { RestResource } from "./document/resources.ts";

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
const sizes = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] as const;

/** How long answers of one route are kept, and what makes them different. */
export interface CachedRoute {
  /** How long an answer is given again, in whole seconds, 1 to 3,600. */
  readonly ttlSeconds: number;
  /**
   * Parameters of the query that an answer depends on. The answer to one query is given to every other that differs in no
   * named parameter, so each that the backend reads has to be here. Default: none.
   */
  readonly query?: readonly string[];
  /**
   * Headers that an answer depends on, beside those that say who calls (`authorization`, `cookie`, `x-api-key`, and with `cors`
   * `origin`), which are always looked at. Default: none.
   */
  readonly headers?: readonly string[];
}

/**
 * A cache of answers. AWS charges it by the hour, used or not.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export interface Cache {
  /** Its size in gigabytes, as AWS sells it. */
  readonly sizeGb: (typeof sizes)[number];
  /**
   * The routes whose answers are kept: open ones with the method GET that go to a backend, at least one. Answers of others
   * never are.
   */
  readonly routes: Readonly<Record<RouteKey, CachedRoute>>;
}

/** Who calls, as far as a request can say it: an answer to one is none to another. */
const callers = ["authorization", "cookie", "x-api-key"];
const longest = 3_600;
const vendor: Vendor = "aws";
const nameOfParameter = /^[A-Za-z0-9._$-]+$/;

/** Everything wrong with a cache that can be known before anything is made. */
export function checkCache(api: Api, given: unknown): readonly Problem[] {
  if (given === undefined) return [];
  if (!isRecord(given) || !isRecord(given.routes)) {
    const rule = "a cache has a size and routes";
    return [{ code: "bad-cache", place: "cache", rule, remedy: 'Write { sizeGb: "0.5", routes: { "GET /…": … } }.' }];
  }
  const { sizeGb, routes, ...others } = given;
  const problems: Problem[] = Object.keys(others).map((name) => unknownMember(`cache.${name}`, "sizeGb, routes"));
  if (!sizes.some((size) => size === sizeGb)) {
    const rule = `AWS sells no cache of ${JSON.stringify(sizeGb)} gigabytes`;
    problems.push({
      code: "bad-cache",
      place: "cache.sizeGb",
      vendor,
      rule,
      remedy: `Write one of ${sizes.join(", ")}.`,
    });
  }
  if (Object.keys(routes).length === 0) {
    const rule = "no route is cached, and a cache is charged by the hour all the same";
    problems.push({ code: "bad-cache", place: "cache.routes", rule, remedy: "Name a route, or leave the cache out." });
  }
  return [...problems, ...Object.entries(routes).flatMap(([key, cached]) => checkRoute(api, key, cached))];
}

function checkRoute(api: Api, key: string, cached: unknown): readonly Problem[] {
  const place = `cache.routes[${JSON.stringify(key)}]`;
  const refused = (code: string, rule: string, remedy: string): Problem => ({
    code,
    place,
    route: key,
    vendor,
    rule,
    remedy,
  });
  const route = api.routes.find((one) => one.key === key);
  if (route === undefined) {
    return [refused("unknown-route", "the API has no such route", `Write one of ${keysOf(api).join(", ") || "none"}.`)];
  }
  const problems: Problem[] = [];
  if (route.method !== "GET" || route.kind === "reply") {
    const rule = route.kind === "reply" ? "a reply has no backend to spare" : "only answers to GET are kept";
    problems.push(refused("not-cached", rule, "Leave the route out of the cache."));
  }
  if (route.auth.kind !== "open") {
    const rule =
      "it is not open: AWS does not document that a cache looks at a token or key before it answers, and an answer kept for one caller must not reach another";
    problems.push(
      refused("not-cached", rule, "Leave the route out of the cache, and let the backend keep what it can."),
    );
  }
  return [...problems, ...checkCached(place, cached)];
}

function checkCached(place: string, cached: unknown): readonly Problem[] {
  if (!isRecord(cached)) {
    const rule = "a cached route says how long";
    return [{ code: "bad-cache", place, rule, remedy: "Write { ttlSeconds: 60 }." }];
  }
  const { ttlSeconds, query = [], headers = [], ...others } = cached;
  const problems: Problem[] = Object.keys(others).map((name) =>
    unknownMember(`${place}.${name}`, "ttlSeconds, query, headers"),
  );
  if (typeof ttlSeconds !== "number" || !Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > longest) {
    const rule = `a whole number from 1 to ${longest} is wanted, this is ${JSON.stringify(ttlSeconds)}`;
    problems.push({ code: "out-of-range", place: `${place}.ttlSeconds`, vendor, rule, remedy: "Choose one of these." });
  }
  for (const [name, list] of Object.entries({ query, headers })) {
    if (Array.isArray(list) && list.every((one) => typeof one === "string" && nameOfParameter.test(one))) continue;
    const rule = "names have letters, digits and . _ $ - only, and stand in a list";
    problems.push({ code: "parameter-characters", place: `${place}.${name}`, vendor, rule, remedy: "Correct them." });
  }
  return problems;
}

function unknownMember(place: string, known: string): Problem {
  return { code: "unknown-property", place, rule: "there is no such property", remedy: `Known are ${known}.` };
}

function keysOf({ routes }: Api): readonly string[] {
  return routes
    .filter(({ method, auth, kind }) => method === "GET" && auth.kind === "open" && kind === "proxy")
    .map(({ key }) => key);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How long a route's answers are kept, in seconds; 0 for not at all. */
export function secondsOf({ key }: ApiRoute, { routes }: Cache): number {
  return Object.hasOwn(routes, key) ? (routes[key as RouteKey]?.ttlSeconds ?? 0) : 0;
}

/** What an answer depends on: parameters to be declared, and what an integration says of them. */
export interface CacheKey {
  readonly parameters: readonly object[];
  readonly members: object;
}

/**
 * The key of a route's answers: its path, who calls, and what the route's own entry names. All values of what stands several
 * times count, since which of them a backend takes is its own affair.
 *
 * A stage that is made with a cache keeps every answer to GET until its settings are there, so the routes whose answers are not
 * to be kept have the key as well: no answer to one caller is another's, at any moment.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function cacheKey(route: ApiRoute, resource: RestResource, api: Api, cache: Cache, namespace: string): CacheKey {
  const own = Object.hasOwn(cache.routes, route.key) ? cache.routes[route.key as RouteKey] : undefined;
  const { query = [], headers = [] } = own ?? {};
  const named = [...new Set([...callers, ...(api.cors === undefined ? [] : ["origin"]), ...headers.map(lower)])];
  const asked = { query: route.request?.query ?? [], headers: route.request?.headers ?? [] };
  const optional = (name: string, where: string) => ({ name, in: where, required: false, schema: { type: "string" } });
  return {
    parameters: [
      ...query.filter((name) => !asked.query.includes(name)).map((name) => optional(name, "query")),
      ...named.filter((name) => !asked.headers.includes(name)).map((name) => optional(name, "header")),
    ],
    members: {
      cacheNamespace: namespace,
      cacheKeyParameters: [
        ...resource.segments.flatMap((one) => (one.kind === "literal" ? [] : [`method.request.path.${one.name}`])),
        ...query.map((name) => `method.request.multivaluequerystring.${name}`),
        ...named.map((name) => `method.request.multivalueheader.${name}`),
      ],
    },
  };
}

function lower(name: string): string {
  return name.toLowerCase();
}
