import { createPublicKey, type KeyObject } from "node:crypto";
import { request } from "undici";
import { type HostMap, noHostMapEntry } from "../../host-map.ts";

/** The location of an issuer's keys. */
export type KeyLocation =
  /** OpenID Connect discovery at the issuer, whose document must contain the same `issuer`. */
  | { readonly issuer: string }
  /** The URL of a discovery document. */
  | { readonly discovery: string }
  /** The URL of the key set. */
  | { readonly jwksUri: string };

/** How a vendor fetches and caches keys. */
export interface KeyPolicy {
  /** How long fetched keys are cached, in milliseconds. */
  readonly ttlMs: number;
  /** A token with an unknown key id fetches the keys again, at most once in this many milliseconds. */
  readonly refetchAfterMs: number;
  /** The time-out of each of the two documents, in milliseconds. @default 1500 */
  readonly timeoutMs?: number;
  /** The largest accepted document, in bytes. @default 150000 */
  readonly maxBytes?: number;
}

/** A public key of an issuer. */
export interface IssuerKey {
  readonly kid: string | undefined;
  /** The only algorithm that the issuer uses the key for, if it declares one. */
  readonly alg: string | undefined;
  readonly key: KeyObject;
}

/** An issuer's keys. Changed keys are a new object; fetching the same keys again returns the same object. */
export interface KeySet {
  readonly keys: readonly IssuerKey[];
  /** The issuer in the discovery document; undefined without discovery. */
  readonly issuer: string | undefined;
}

/** Missing keys. Every token that needs them is rejected. */
export interface NoKeys {
  /** The reason, for the log. */
  readonly failure: string;
}

/** The keys at one location. */
export interface IssuerKeys {
  /** The cached keys, or a promise that fetches them when they are missing or stale. Never rejects. */
  current(): KeySet | NoKeys | Promise<KeySet | NoKeys>;
  /**
   * The keys for a token whose key `seen` lacks: fetched again, or `seen` when the last fetch is recent.
   */
  refetched(seen: KeySet): KeySet | NoKeys | Promise<KeySet | NoKeys>;
}

/** Fetches and caches issuers' keys for all gateways. */
export interface KeySource {
  of(location: KeyLocation, policy: KeyPolicy): IssuerKeys;
}

const DEFAULT_TIMEOUT_MS = 1_500;
const DEFAULT_MAX_BYTES = 150_000;
/** How long a failed fetch is not repeated, in milliseconds, so that not every request tries an issuer that is down. */
const FAILURE_MS = 1_000;
/** The most cached locations. Each gateway has a few; an update may add new ones, and the oldest are dropped. */
const MOST_LOCATIONS = 1_000;

/** Fetches keys over HTTP, through the host map. */
export class HttpKeySource implements KeySource {
  readonly #hosts: HostMap;
  readonly #now: () => number;
  readonly #fetched = new Map<string, FetchedKeys>();

  constructor(hosts: HostMap, now: () => number = Date.now) {
    this.#hosts = hosts;
    this.#now = now;
  }

  of(location: KeyLocation, policy: KeyPolicy): IssuerKeys {
    const name = JSON.stringify([location, policy]);
    let keys = this.#fetched.get(name);
    if (keys === undefined) {
      keys = new FetchedKeys(location, policy, this.#hosts, this.#now);
      this.#fetched.set(name, keys);
      const oldest = this.#fetched.keys().next();
      if (this.#fetched.size > MOST_LOCATIONS && oldest.done !== true) this.#fetched.delete(oldest.value);
    }
    return keys;
  }
}

/** A problem with an issuer's documents, for the log. */
class KeyProblem extends Error {}

class FetchedKeys implements IssuerKeys {
  readonly #location: KeyLocation;
  readonly #policy: KeyPolicy;
  readonly #hosts: HostMap;
  readonly #now: () => number;
  #known: { readonly result: KeySet | NoKeys; readonly fetchedAt: number; readonly source: string } | undefined;
  #pending: Promise<KeySet | NoKeys> | undefined;

  constructor(location: KeyLocation, policy: KeyPolicy, hosts: HostMap, now: () => number) {
    this.#location = location;
    this.#policy = policy;
    this.#hosts = hosts;
    this.#now = now;
  }

  current(): KeySet | NoKeys | Promise<KeySet | NoKeys> {
    const known = this.#known;
    if (known !== undefined) {
      const ttl = "failure" in known.result ? FAILURE_MS : this.#policy.ttlMs;
      const age = this.#now() - known.fetchedAt;
      if (age >= 0 && age < ttl) return known.result;
    }
    return this.#fetch();
  }

  refetched(seen: KeySet): KeySet | NoKeys | Promise<KeySet | NoKeys> {
    const known = this.#known;
    if (known === undefined) return this.#fetch();
    if (known.result !== seen) return known.result;
    const age = this.#now() - known.fetchedAt;
    if (age >= 0 && age < this.#policy.refetchAfterMs) return seen;
    return this.#fetch();
  }

  #fetch(): Promise<KeySet | NoKeys> {
    this.#pending ??= this.#load().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #load(): Promise<KeySet | NoKeys> {
    const before = this.#known;
    let result: KeySet | NoKeys;
    let source = "";
    try {
      const { issuer, jwksUri } = await this.#find();
      const text = await this.#get(jwksUri);
      source = JSON.stringify([issuer, text]);
      result =
        before?.source === source && !("failure" in before.result)
          ? before.result
          : { keys: readKeys(text, jwksUri), issuer };
    } catch (error) {
      result = { failure: error instanceof KeyProblem ? error.message : `no keys: ${(error as Error).message}` };
    }
    this.#known = { result, fetchedAt: this.#now(), source };
    return result;
  }

  async #find(): Promise<{ readonly issuer: string | undefined; readonly jwksUri: string }> {
    if ("jwksUri" in this.#location) return { issuer: undefined, jwksUri: this.#location.jwksUri };
    const expected = "issuer" in this.#location ? this.#location.issuer : undefined;
    // OpenID Connect Discovery 1.0, 4.1: a slash at the end of the issuer is removed before the path is added.
    const url =
      "issuer" in this.#location
        ? `${this.#location.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`
        : this.#location.discovery;
    const found = parseJson(await this.#get(url), url);
    const { issuer, jwks_uri: jwksUri } = found;
    if (typeof issuer !== "string") throw new KeyProblem(`${url} has no issuer`);
    // Discovery 1.0, 4.3: the issuer in the document must be exactly the requested one.
    if (expected !== undefined && issuer !== expected) throw new KeyProblem(`${url} is of another issuer, ${issuer}`);
    if (typeof jwksUri !== "string") throw new KeyProblem(`${url} has no jwks_uri`);
    return { issuer, jwksUri };
  }

  async #get(address: string): Promise<string> {
    const url = URL.parse(address);
    if (url === null) throw new KeyProblem(`${address} is not a URL`);
    const target = this.#hosts.resolve(url);
    if (target === undefined) throw new KeyProblem(noHostMapEntry(url.origin));
    const timeoutMs = this.#policy.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const maxBytes = this.#policy.maxBytes ?? DEFAULT_MAX_BYTES;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      // Redirects are not followed: they could lead to a host that the host map does not allow.
      const response = await request(target, {
        signal,
        headers: { accept: "application/json", host: url.host },
        // A connection for each document, so that none stays open when the sandbox is closed.
        reset: true,
      });
      if (response.statusCode !== 200) {
        response.body.on("error", () => {}).destroy();
        throw new KeyProblem(`${address} answers ${response.statusCode}`);
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of response.body) {
        bytes += (chunk as Buffer).length;
        if (bytes > maxBytes) throw new KeyProblem(`${address} is larger than ${maxBytes} bytes`);
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks).toString("utf8");
    } catch (error) {
      if (error instanceof KeyProblem) throw error;
      const problem = signal.aborted ? `took longer than ${timeoutMs} ms` : (error as Error).message;
      throw new KeyProblem(`${address} cannot be fetched: ${problem}`);
    }
  }
}

function parseJson(text: string, place: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeyProblem(`${place} is not JSON`);
  }
  if (typeof value !== "object" || value === null) throw new KeyProblem(`${place} is not a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

/** Reads the public keys for signatures. A symmetric key in a published set is not secret: accepting it would let anybody issue tokens. */
function readKeys(text: string, place: string): readonly IssuerKey[] {
  const { keys } = parseJson(text, place);
  if (!Array.isArray(keys)) throw new KeyProblem(`${place} has no keys`);
  return keys.flatMap((jwk: unknown): IssuerKey[] => {
    if (typeof jwk !== "object" || jwk === null) return [];
    const { kty, use, kid, alg, key_ops: operations } = jwk as Readonly<Record<string, unknown>>;
    if (kty !== "RSA" && kty !== "EC" && kty !== "OKP") return [];
    if (use !== undefined && use !== "sig") return [];
    if (operations !== undefined && !(Array.isArray(operations) && operations.includes("verify"))) return [];
    if (kid !== undefined && typeof kid !== "string") return [];
    if (alg !== undefined && typeof alg !== "string") return [];
    try {
      return [{ kid, alg, key: createPublicKey({ key: jwk as never, format: "jwk" }) }];
    } catch {
      // A key of a curve or size that Node.js does not support must not invalidate the others. Tokens signed by it are rejected.
      return [];
    }
  });
}
