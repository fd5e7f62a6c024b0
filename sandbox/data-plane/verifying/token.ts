import { compactVerify } from "jose";
import type { IssuerKeys, KeySet } from "./keys.ts";

/** What a vendor checks of a token. */
export interface TokenRules {
  /** The signature algorithms it takes, e.g. `RS256`. None of them is symmetric, whatever stands here. */
  readonly algorithms: readonly string[];
  /** How wrong the issuer's clock may be, in milliseconds. */
  readonly clockSkewMs: number;
  /** Without a key id every key of the issuer is tried; with this, such a token is refused. */
  readonly requireKeyId: boolean;
  /** Whether a token without `exp` is refused. One with it is always checked. */
  readonly requireExpiry: boolean;
  /** Whether `iat` in the future is refused. */
  readonly checkIssuedAt: boolean;
  /**
   * Whether the token is of an issuer this check trusts.
   * @param discovered the issuer that the discovery document names, if one was read
   */
  readonly issuer: (claims: Claims, discovered: string | undefined) => boolean;
  /** Whether the token is meant for this API. */
  readonly audience: (claims: Claims) => boolean;
}

/** The payload of a token whose signature is right. */
export type Claims = Readonly<Record<string, unknown>>;

export type TokenFailure =
  /** Not a compact JWS, or claims of the wrong type. */
  | "malformed"
  /** `alg: none`, or no signature. */
  | "unsigned"
  | "algorithm-not-allowed"
  /** No key of the issuer has the token's key id and algorithm. */
  | "unknown-kid"
  | "bad-signature"
  /** The issuer's keys cannot be had. */
  | "no-keys"
  | "expired"
  | "not-yet-valid"
  | "issued-in-future"
  | "issuer"
  | "audience";

export type TokenVerdict =
  | { readonly valid: true; readonly claims: Claims }
  | { readonly valid: false; readonly failure: TokenFailure; readonly detail: string };

interface Signed {
  readonly claims: Claims;
  /** The keys that the signature was checked against: when they change, it has to be checked again. */
  readonly keys: KeySet;
}

interface Header {
  readonly alg: string;
  readonly kid: string | undefined;
}

/** Tokens whose signatures are remembered, at most, and characters of all of them together. */
const MOST_TOKENS = 10_000;
const MOST_CHARACTERS = 16_000_000;

/**
 * Verifies tokens of one issuer for one gateway. A token seen before costs no signature check, and is answered without a
 * wait; its times, issuer and audience are checked at every request.
 */
export class TokenVerifier {
  readonly #keys: IssuerKeys;
  readonly #rules: TokenRules;
  readonly #algorithms: readonly string[];
  readonly #now: () => number;
  /** In order of use, the least recent first. */
  readonly #signed = new Map<string, Signed>();
  #characters = 0;

  constructor(keys: IssuerKeys, rules: TokenRules, now: () => number) {
    this.#keys = keys;
    this.#rules = rules;
    // A symmetric algorithm would take an issuer's public key for a shared secret.
    this.#algorithms = rules.algorithms.filter((name) => !name.startsWith("HS") && name.toLowerCase() !== "none");
    this.#now = now;
  }

  /** How many signatures are remembered. */
  get remembered(): number {
    return this.#signed.size;
  }

  /** Never rejects. */
  verify(token: string): TokenVerdict | Promise<TokenVerdict> {
    const signed = this.#signed.get(token);
    if (signed === undefined) return this.#verifyNew(token);
    const keys = this.#keys.current();
    if (keys !== signed.keys) return this.#verifyNew(token);
    this.#signed.delete(token);
    this.#signed.set(token, signed);
    return this.#checkClaims(signed);
  }

  async #verifyNew(token: string): Promise<TokenVerdict> {
    const header = readHeader(token);
    if ("failure" in header) return header;
    if (!this.#algorithms.includes(header.alg)) return refused("algorithm-not-allowed", `alg ${header.alg}`);
    if (this.#rules.requireKeyId && header.kid === undefined) return refused("unknown-kid", "no kid");

    let keys = await this.#keys.current();
    if ("failure" in keys) return refused("no-keys", keys.failure);
    // The keys changed: what was signed by one that is gone is not remembered any longer.
    const remembered = this.#signed.get(token);
    if (remembered !== undefined) {
      if (remembered.keys === keys) return this.#checkClaims(remembered);
      this.#forget(token);
    }
    let candidates = matching(keys, header);
    if (candidates.length === 0) {
      keys = await this.#keys.refetched(keys);
      if ("failure" in keys) return refused("no-keys", keys.failure);
      candidates = matching(keys, header);
    }
    if (candidates.length === 0)
      return refused("unknown-kid", `no ${header.alg} key with kid ${header.kid ?? "(none)"}`);

    for (const { key } of candidates) {
      let payload: Uint8Array;
      try {
        ({ payload } = await compactVerify(token, key, { algorithms: [...this.#algorithms] }));
      } catch {
        continue;
      }
      const claims = readClaims(payload);
      if (claims === undefined) return refused("malformed", "the payload is not a JSON object");
      const signed = { claims, keys };
      this.#remember(token, signed);
      return this.#checkClaims(signed);
    }
    return refused("bad-signature", `kid ${header.kid ?? "(none)"}`);
  }

  #checkClaims({ claims, keys }: Signed): TokenVerdict {
    const { exp, nbf, iat } = claims;
    const now = this.#now() / 1000;
    const skew = this.#rules.clockSkewMs / 1000;
    for (const [name, time] of [
      ["exp", exp],
      ["nbf", nbf],
      ["iat", iat],
    ] as const) {
      if (time !== undefined && (typeof time !== "number" || !Number.isFinite(time))) {
        return refused("malformed", `${name} is not a number`);
      }
    }
    if (exp === undefined ? this.#rules.requireExpiry : !((exp as number) > now - skew)) {
      return refused("expired", exp === undefined ? "no exp" : `exp ${exp}`);
    }
    if (nbf !== undefined && (nbf as number) > now + skew) return refused("not-yet-valid", `nbf ${nbf}`);
    if (this.#rules.checkIssuedAt && iat !== undefined && (iat as number) > now + skew) {
      return refused("issued-in-future", `iat ${iat}`);
    }
    if (!this.#rules.issuer(claims, keys.issuer)) return refused("issuer", `iss ${JSON.stringify(claims.iss)}`);
    if (!this.#rules.audience(claims)) return refused("audience", `aud ${JSON.stringify(claims.aud)}`);
    return { valid: true, claims };
  }

  #remember(token: string, signed: Signed): void {
    this.#forget(token);
    this.#signed.set(token, signed);
    this.#characters += token.length;
    for (const oldest of this.#signed.keys()) {
      if (this.#signed.size <= MOST_TOKENS && this.#characters <= MOST_CHARACTERS) break;
      this.#forget(oldest);
    }
  }

  #forget(token: string): void {
    if (this.#signed.delete(token)) this.#characters -= token.length;
  }
}

/** The values of `aud`: one text or a list of them; anything else is none. */
export function audiencesOf(claims: Claims): readonly string[] {
  const { aud } = claims;
  if (typeof aud === "string") return [aud];
  return Array.isArray(aud) && aud.every((one) => typeof one === "string") ? aud : [];
}

function refused(failure: TokenFailure, detail: string): TokenVerdict & { readonly valid: false } {
  return { valid: false, failure, detail };
}

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

function readHeader(token: string): Header | (TokenVerdict & { readonly valid: false }) {
  if (!COMPACT.test(token)) return refused("malformed", "not three base64url parts");
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString("utf8"));
  } catch {
    return refused("malformed", "the header is not JSON");
  }
  if (typeof header !== "object" || header === null) return refused("malformed", "the header is not an object");
  const { alg, kid, crit, b64 } = header as Readonly<Record<string, unknown>>;
  if (typeof alg !== "string") return refused("malformed", "the header has no alg");
  if (kid !== undefined && typeof kid !== "string") return refused("malformed", "kid is not a text");
  // RFC 7515, 4.1.11: a critical extension that is not understood makes the token invalid; none is understood here.
  if (crit !== undefined || b64 !== undefined) return refused("malformed", "critical header extension");
  if (alg.toLowerCase() === "none" || token.endsWith(".")) return refused("unsigned", `alg ${alg}`);
  return { alg, kid };
}

function matching(keys: KeySet, { alg, kid }: Header): KeySet["keys"] {
  return keys.keys.filter((key) => (kid === undefined || key.kid === kid) && (key.alg ?? alg) === alg);
}

function readClaims(payload: Uint8Array): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
