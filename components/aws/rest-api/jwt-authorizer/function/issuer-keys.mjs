import { fetchDocument } from "./issuer-document.mjs";
import { readKeys } from "./signature.mjs";

/** @typedef {readonly import("./signature.mjs").IssuerKey[]} Keys */

/** So long keys are used without another look. A key that the issuer withdrew is trusted no longer than this. */
const FRESH_MS = 10 * 60_000;
/** So long keys are used while the issuer cannot be reached, counted from when they were fetched. */
const USABLE_MS = 2 * 3_600_000;
/** The issuer is not asked again within this time, however many tokens name keys that it does not have. */
const PAUSE_MS = 30_000;
/** The same as long as there are no keys at all, when every request fails. */
const PAUSE_WITHOUT_KEYS_MS = 1_000;

/** Nobody can be authenticated: neither those with a good token, nor those without. */
export class KeysUnavailable extends Error {}

/**
 * The keys of one issuer. They are fetched by the request that needs them and never in between, since Lambda stops the
 * process between requests; several requests at the same time share one fetch.
 */
export class IssuerKeys {
  #location;
  #fetch;
  #now;
  /** @type {{ readonly keys: Keys, readonly at: number } | undefined} */
  #known;
  #askedAt = Number.NEGATIVE_INFINITY;
  #failure = "";
  /** @type {Promise<void> | undefined} */
  #pending;

  /**
   * @param {{ readonly issuer: string, readonly jwksUri?: string }} location
   * @param {typeof fetch} get
   * @param {() => number} now In milliseconds since the epoch.
   */
  constructor(location, get, now) {
    this.#location = location;
    this.#fetch = get;
    this.#now = now;
  }

  /**
   * @returns {Promise<Keys>}
   * @throws {KeysUnavailable}
   */
  async current() {
    const fresh = this.#keysWithin(FRESH_MS);
    if (fresh !== undefined) return fresh;
    const usable = this.#keysWithin(USABLE_MS) !== undefined;
    if (!this.#within(this.#askedAt, usable ? PAUSE_MS : PAUSE_WITHOUT_KEYS_MS)) await this.#renew();
    const keys = this.#keysWithin(USABLE_MS);
    if (keys === undefined) throw new KeysUnavailable(`The issuer's keys are not to be had: ${this.#failure}`);
    return keys;
  }

  /**
   * The keys after a token that none of `seen` fits, which the issuer may have added since. It is `seen` itself when the
   * issuer was asked a moment ago, or does not answer.
   *
   * @param {Keys} seen
   * @returns {Promise<Keys>}
   */
  async newerThan(seen) {
    if (this.#known?.keys === seen && !this.#within(this.#askedAt, PAUSE_MS)) await this.#renew();
    return this.#known?.keys ?? seen;
  }

  /** @param {number} milliseconds */
  #keysWithin(milliseconds) {
    return this.#known !== undefined && this.#within(this.#known.at, milliseconds) ? this.#known.keys : undefined;
  }

  /**
   * Whether something was less than so long ago. A clock that was set back proves nothing.
   *
   * @param {number} at
   * @param {number} milliseconds
   */
  #within(at, milliseconds) {
    const age = this.#now() - at;
    return age >= 0 && age < milliseconds;
  }

  /** Never rejects. */
  #renew() {
    this.#pending ??= this.#load().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #load() {
    try {
      const keys = await this.#read();
      this.#known = { keys, at: this.#now() };
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
    }
    this.#askedAt = this.#now();
  }

  /** @returns {Promise<Keys>} */
  async #read() {
    const address = this.#location.jwksUri ?? (await this.#discover(this.#location.issuer));
    const { keys } = await fetchDocument(address, this.#fetch);
    if (!Array.isArray(keys)) throw new Error(`${address} has no list of keys`);
    return readKeys(keys);
  }

  /**
   * OpenID Connect Discovery 1.0: where the keys are (4.1), by a document that is of this very issuer (4.3).
   *
   * @param {string} issuer
   */
  async #discover(issuer) {
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const { issuer: named, jwks_uri: jwksUri } = await fetchDocument(address, this.#fetch);
    if (named !== issuer) throw new Error(`${address} is of another issuer, ${JSON.stringify(named)}`);
    if (typeof jwksUri !== "string") throw new Error(`${address} has no jwks_uri`);
    return jwksUri;
  }
}
