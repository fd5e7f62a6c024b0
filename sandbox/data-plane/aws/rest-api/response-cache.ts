import { at, type PlainObject, text, texts } from "../../document.ts";
import { type KeptAnswer, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsMethodSettings } from "../artefacts/rest-api.ts";
import { queryPairs, queryValue } from "../shared/query.ts";
import type { Declared } from "./integration/parameter-expression.ts";
import { headerValues, type Turn } from "./turn.ts";

/** docs.aws.amazon.com, api-gateway-caching: a larger answer is not kept. In bytes. */
export const MOST_KEPT_BYTES = 1_048_576;
const LONGEST_SECONDS = 3_600;
const DEFAULT_SECONDS = 300;

const PARAMETER =
  /^method\.request\.(path|querystring|header|multivaluequerystring|multivalueheader)\.([!#$%&'*+\-.^_`|~0-9A-Za-z]+)$/;

/** What tells the answers of a method apart. */
export type CacheKey = (turn: Turn) => string;

/**
 * Reads `cacheNamespace` and `cacheKeyParameters` of an integration. Nothing but the parameters named is looked at: not even those
 * of the path. That the namespace is the resource unless said otherwise is the API reference's word (Integration).
 *
 * Of what stands several times, `multivalue…` looks at all of it, and the others at the last (U, as in a mapping).
 * @throws UnsupportedArtefact for parameters that the operation does not declare
 */
export function readCacheKey(integration: PlainObject, where: string, resource: string, declared: Declared): CacheKey {
  const { cacheNamespace, cacheKeyParameters } = integration;
  const namespace = cacheNamespace === undefined ? resource : text(cacheNamespace, at(where, "cacheNamespace"));
  const place = at(where, "cacheKeyParameters");
  const names = cacheKeyParameters === undefined ? [] : texts(cacheKeyParameters, place);
  const reads = names.map((source, index) => readParameter(source, at(place, index), declared));
  return (turn) => JSON.stringify([namespace, ...reads.map((read) => read(turn))]);
}

function readParameter(source: string, place: string, declared: Declared): (turn: Turn) => readonly string[] {
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
      ? ({ request }: Turn) => headerValues(request, name.toLowerCase())
      : ({ request }: Turn) =>
          queryPairs(request.query)
            .filter((pair) => pair.name === name)
            .map(queryValue);
  return kind === plain ? (turn) => read(turn).slice(-1) : read;
}

/** How a method's answers are kept. */
export interface Caching {
  readonly seconds: number;
  /** Whether a client must be permitted to have an answer dropped. */
  readonly guarded: boolean;
  readonly strategy: string;
}

/**
 * What a stage's settings say of a method's answers; undefined: they are not kept.
 *
 * With a cache, answers to GET are kept unless something says otherwise (docs.aws.amazon.com, api-gateway-caching: "only GET methods
 * have caching enabled by default"); those of other methods only where the method's own entry says so.
 * @param cluster whether the stage has a cache
 */
export function cachingOf(
  cluster: boolean,
  settings: Readonly<Record<string, AwsMethodSettings>>,
  resource: string,
  method: string,
): Caching | undefined {
  if (!cluster) return undefined;
  const own = Object.entries(settings).find(([key]) => isOf(key, resource, method))?.[1];
  const entry = own ?? (method === "GET" ? (settings["*/*"] ?? {}) : { cachingEnabled: false });
  const seconds = entry.cacheTtlInSeconds ?? DEFAULT_SECONDS;
  if (!(entry.cachingEnabled ?? method === "GET") || seconds <= 0) return undefined;
  return {
    seconds: Math.min(seconds, LONGEST_SECONDS),
    guarded: entry.requireAuthorizationForCacheControl ?? true,
    strategy: entry.unauthorizedCacheControlHeaderStrategy ?? "SUCCEED_WITH_RESPONSE_HEADER",
  };
}

function isOf(key: string, resource: string, method: string): boolean {
  const slash = key.lastIndexOf("/");
  const path = key.slice(0, slash).replaceAll("~1", "/").replace(/^\/?/, "/");
  return key !== "*/*" && path === resource && key.slice(slash + 1) === method;
}

/** Whether a client asks for an answer of the backend's own. */
export function asksForFresh({ request }: Turn): boolean {
  return headerValues(request, "cache-control").some((value) => /(?:^|,)\s*max-age\s*=\s*"?0"?\s*(?:,|$)/i.test(value));
}

/** The answers that a stage keeps. They are lost when another deployment is served (U: there they stay until they are flushed). */
export class ResponseCache {
  readonly #answers = new Map<string, { readonly answer: KeptAnswer; readonly until: number }>();

  get(key: string, now: number): KeptAnswer | undefined {
    const found = this.#answers.get(key);
    if (found !== undefined && found.until > now) return found.answer;
    this.#answers.delete(key);
    return undefined;
  }

  /** Keeps an answer, unless it is too large. Whether failures are kept is U: here all are but the gateway's own. */
  put(key: string, answer: KeptAnswer, until: number): void {
    if (Buffer.byteLength(answer.body) <= MOST_KEPT_BYTES) this.#answers.set(key, { answer, until });
  }
}
