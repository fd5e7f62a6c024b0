import { at, type PlainObject, text, texts } from "../../document.ts";
import { headerValues } from "../../header-values.ts";
import { UnsupportedArtefact, type WholeResponse } from "../../interpreter.ts";
import type { AwsMethodSettings } from "../artefacts/rest-api.ts";
import { queryPairs, queryValue } from "../shared/query.ts";
import type { Exchange } from "./exchange.ts";
import type { Declared } from "./integration/parameter-expression.ts";

/** Larger responses are not cached (docs.aws.amazon.com, api-gateway-caching). */
export const MAX_CACHED_BYTES = 1_048_576;
const LONGEST_SECONDS = 3_600;
const DEFAULT_SECONDS = 300;

const PARAMETER =
  /^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

/** Creates the key under which a response is cached. */
export type CacheKey = (exchange: Exchange) => string;

/**
 * Reads `cacheNamespace` and `cacheKeyParameters` of an integration. Only the listed parameters are part of the key; path
 * variables are not, unless they are listed. The default namespace is the resource (API reference, Integration).
 *
 * `multivalue…` uses all values of a repeated parameter. Unverified: the others use the last one, as in a mapping.
 * @throws UnsupportedArtefact for parameters that the operation does not declare
 */
export function readCacheKey(integration: PlainObject, where: string, resource: string, declared: Declared): CacheKey {
  const { cacheNamespace, cacheKeyParameters } = integration;
  const namespace = cacheNamespace === undefined ? resource : text(cacheNamespace, at(where, "cacheNamespace"));
  const place = at(where, "cacheKeyParameters");
  const names = cacheKeyParameters === undefined ? [] : texts(cacheKeyParameters, place);
  const reads = names.map((source, index) => readParameter(source, at(place, index), declared));
  return (exchange) => JSON.stringify([namespace, ...reads.map((read) => read(exchange))]);
}

function readParameter(source: string, place: string, declared: Declared): (exchange: Exchange) => readonly string[] {
  const [, kind = "", name = ""] = PARAMETER.exec(source) ?? [];
  const plain = kind.replace("multivalue", "");
  if (kind === "" || !declared.has(`${plain}.${name}`)) {
    throw new UnsupportedArtefact(
      place,
      `Invalid cache key parameter specified: ${source} is not among the operation's parameters`,
    );
  }
  if (kind === "path") return ({ variables }) => [variables.get(name) ?? ""];
  const read =
    plain === "header"
      ? ({ request }: Exchange) => headerValues(request.headers, name.toLowerCase())
      : ({ request }: Exchange) =>
          queryPairs(request.query)
            .filter((pair) => pair.name === name)
            .map(queryValue);
  return kind === plain ? (exchange) => read(exchange).slice(-1) : read;
}

/** How a method's responses are cached. */
export interface Caching {
  readonly seconds: number;
  /** Whether a client needs a permission to invalidate a cached response. */
  readonly guarded: boolean;
  readonly strategy: string;
}

/**
 * The cache settings of a method; undefined when its responses are not cached.
 *
 * A stage's cache applies to GET methods by default (docs.aws.amazon.com, api-gateway-caching: "only GET methods have caching
 * enabled by default"), and to other methods only when their own settings enable it.
 * @param cluster whether the stage has a cache
 */
export function cachingOf(
  cluster: boolean,
  settings: Readonly<Record<string, AwsMethodSettings>>,
  resource: string,
  method: string,
): Caching | undefined {
  if (!cluster) return undefined;
  const methodSettings = Object.entries(settings).find(([key]) => belongsTo(key, resource, method))?.[1];
  const entry = methodSettings ?? (method === "GET" ? (settings["*/*"] ?? {}) : { cachingEnabled: false });
  const seconds = entry.cacheTtlInSeconds ?? DEFAULT_SECONDS;
  if (!(entry.cachingEnabled ?? method === "GET") || seconds <= 0) return undefined;
  return {
    seconds: Math.min(seconds, LONGEST_SECONDS),
    guarded: entry.requireAuthorizationForCacheControl ?? true,
    strategy: entry.unauthorizedCacheControlHeaderStrategy ?? "SUCCEED_WITH_RESPONSE_HEADER",
  };
}

function belongsTo(key: string, resource: string, method: string): boolean {
  const slash = key.lastIndexOf("/");
  const path = key.slice(0, slash).replaceAll("~1", "/").replace(/^\/?/, "/");
  return key !== "*/*" && path === resource && key.slice(slash + 1) === method;
}

/** Whether a request invalidates the cached response. */
export function requestsInvalidation({ request }: Exchange): boolean {
  return headerValues(request.headers, "cache-control").some((value) =>
    /(?:^|,)\s*max-age\s*=\s*"?0"?\s*(?:,|$)/i.test(value),
  );
}

/**
 * The cached responses of a stage. Unverified: a new deployment starts with an empty cache; the service may keep entries until
 * they are flushed.
 */
export class ResponseCache {
  readonly #responses = new Map<string, { readonly response: WholeResponse; readonly until: number }>();

  get(key: string, now: number): WholeResponse | undefined {
    const found = this.#responses.get(key);
    if (found !== undefined && found.until > now) return found.response;
    this.#responses.delete(key);
    return undefined;
  }

  /** Caches a response, unless it is too large. Unverified: error responses are cached too, except the gateway's own. */
  put(key: string, response: WholeResponse, until: number): void {
    if (Buffer.byteLength(response.body) <= MAX_CACHED_BYTES) this.#responses.set(key, { response, until });
  }
}
