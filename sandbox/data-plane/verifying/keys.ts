import { createPublicKey, type KeyObject } from "node:crypto";
import { request } from "undici";
import { type HostMap, noHostMapEntry } from "../../host-map.ts";

/** Where an issuer's keys are found. */
export type KeyLocation =
  /** By OpenID Connect discovery below the issuer, which must then name itself as `issuer`. */
  | { readonly issuer: string }
  /** By a discovery document at a URL of its own. */
  | { readonly discovery: string }
  /** The key set itself. */
  | { readonly jwksUri: string };

/** How a vendor fetches and keeps keys. */
export interface KeyPolicy {
  /** How long fetched keys are used, in milliseconds. */
  readonly ttlMs: number;
  /** A token with an unknown key id has the keys fetched again, at most once in this many milliseconds. */
  readonly refetchAfterMs: number;
  /** For each of the two documents, in milliseconds. @default 1500 */
  readonly timeoutMs?: number;
  /** The largest document taken, in bytes. @default 150000 */
  readonly maxBytes?: number;
}

/** A public key of an issuer. */
export interface IssuerKey {
  readonly kid: string | undefined;
  /** The algorithm that the issuer binds the key to, when it does. */
  readonly alg: string | undefined;
  readonly key: KeyObject;
}

/** An issuer's keys. A change of the keys gives a new object; the same keys fetched again give the same one. */
export interface KeySet {
  readonly keys: readonly IssuerKey[];
  /** The issuer that the discovery document names; undefined when the keys were not found by discovery. */
  readonly issuer: string | undefined;
}

/** No keys: whatever needs them is refused. */
export interface NoKeys {
  /** What failed, for the log. */
  readonly failure: string;
}

/** The keys at one location. */
export interface IssuerKeys {
  /** At once when they are known and fresh; otherwise they are fetched. Never rejects. */
  current(): KeySet | NoKeys | Promise<KeySet | NoKeys>;
  /**
   * The keys after a token named one that `seen` lacks: fetched again, unless that was done a short while ago, in which case
   * it is `seen`.
   */
  refetched(seen: KeySet): KeySet | NoKeys | Promise<KeySet | NoKeys>;
}

/** Fetches issuers' keys and keeps them for all gateways. */
export interface KeySource {
  of(location: KeyLocation, policy: KeyPolicy): IssuerKeys;
}

const DEFAULT_TIMEOUT_MS = 1_500;
const DEFAULT_MAX_BYTES = 150_000;
/** After a failure nothing is fetched for so long, so that an issuer that is down is not asked at every request. */
const FAILURE_MS = 1_000;
/** Locations kept. Each gateway brings a few; an update brings new ones, and the oldest go. */
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

/** A problem with an issuer's documents, to be logged. */
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
    // OpenID Connect Discovery 1.0, 4.1: a slash at the end of the issuer is taken away before the path is added.
    const url =
      "issuer" in this.#location
        ? `${this.#location.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`
        : this.#location.discovery;
    const found = parseJson(await this.#get(url), url);
    const { issuer, jwks_uri: jwksUri } = found;
    if (typeof issuer !== "string") throw new KeyProblem(`${url} has no issuer`);
    // Discovery 1.0, 4.3: the issuer found must be exactly the one asked for.
    if (expected !== undefined && issuer !== expected) throw new KeyProblem(`${url} is of another issuer, ${issuer}`);
    if (typeof jwksUri !== "string") throw new KeyProblem(`${url} has no jwks_uri`);
    return { issuer, jwksUri };
  }

  async #get(address: string): Promise<string> {
    const url = URL.parse(address);
    if (url === null) throw new KeyProblem(`${address} is not a URL`);
    const target = this.#hosts.resolve(url);
    if (target === undefined) throw new KeyProblem(noHostMapEntry(url));
    const timeoutMs = this.#policy.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const maxBytes = this.#policy.maxBytes ?? DEFAULT_MAX_BYTES;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      // A redirect is not followed: it could lead away from what the host map allows.
      const response = await request(target, {
        signal,
        headers: { accept: "application/json", host: url.host },
        // One connection a document, so that none stays open behind a sandbox that is closed.
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

/** Public keys for signatures only: a symmetric key in a published set is no secret, and would make anyone an issuer. */
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
      // One key of a curve or size that Node does not know must not make the others useless; a token that names it is refused.
      return [];
    }
  });
}
