import { compactVerify } from "jose";
import type { IssuerKeys, KeySet } from "./keys.ts";
import { TokenCache } from "./token-cache.ts";

/** A vendor's rules for tokens. */
export interface TokenRules {
  /** The accepted signature algorithms, e.g. `RS256`. Symmetric algorithms are never accepted, even when they are listed. */
  readonly algorithms: readonly string[];
  /** How far the issuer's clock may differ, in milliseconds. */
  readonly clockSkewMs: number;
  /** Whether a token without a key id is rejected. Otherwise every key of the issuer is tried. */
  readonly requireKeyId: boolean;
  /** Whether an empty `kid` counts as none, and `crit` is ignored, as Envoy does. @default false */
  readonly lenientHeader?: boolean;
  /** Reads a payload; undefined if it is not an object. @default JSON */
  readonly readClaims?: (payload: Uint8Array) => Claims | undefined;
  /** Whether a token without `exp` is rejected. A present `exp` is always checked. */
  readonly requireExpiry: boolean;
  /** Whether a token with `iat` in the future is rejected. */
  readonly checkIssuedAt: boolean;
  /**
   * The trusted issuers; "checked elsewhere" if the verifier does not compare them.
   *
   * @param discovered the issuer in the discovery document, if one was read
   */
  readonly issuers: (discovered: string | undefined) => readonly string[] | "checked elsewhere";
  /** Whether the token is meant for this API. */
  readonly audience: (claims: Claims) => boolean;
}

/** The payload of a token with a valid signature. */
export type Claims = Readonly<Record<string, unknown>>;

export type TokenFailure =
  /** The token is not a compact JWS, or a claim has the wrong type. */
  | "malformed"
  /** The token has `alg: none` or no signature. */
  | "unsigned"
  | "algorithm-not-allowed"
  /** No key of the issuer has the token's key id and algorithm. */
  | "unknown-kid"
  | "bad-signature"
  /** The issuer's keys cannot be fetched. */
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
  /** The keys that the signature was checked with. After a change of the keys it is checked again. */
  readonly keys: KeySet;
}

interface Header {
  readonly alg: string;
  readonly kid: string | undefined;
  /** The critical extensions that are ignored. */
  readonly ignored: Readonly<Record<string, boolean>>;
}

/**
 * Verifies the tokens of one issuer for one gateway. The signature of a token is checked once, and its later verdicts are synchronous; its
 * times, issuer and audience are checked at every request.
 */
export class TokenVerifier {
  readonly #keys: IssuerKeys;
  readonly #rules: TokenRules;
  readonly #algorithms: readonly string[];
  readonly #now: () => number;
  readonly #signed = new TokenCache<Signed>();

  constructor(keys: IssuerKeys, rules: TokenRules, now: () => number) {
    this.#keys = keys;
    this.#rules = rules;
    // A symmetric algorithm would use the issuer's public key as a shared secret.
    this.#algorithms = rules.algorithms.filter((name) => !name.startsWith("HS") && name.toLowerCase() !== "none");
    this.#now = now;
  }

  /** The number of cached signatures. */
  get remembered(): number {
    return this.#signed.size;
  }

  /** Never rejects. */
  verify(token: string): TokenVerdict | Promise<TokenVerdict> {
    const signed = this.#signed.get(token);
    if (signed === undefined) return this.#verifyNew(token);
    const keys = this.#keys.current();
    return keys === signed.keys ? this.#checkClaims(signed) : this.#verifyNew(token);
  }

  async #verifyNew(token: string): Promise<TokenVerdict> {
    const { lenientHeader = false, readClaims = readJsonClaims } = this.#rules;
    const header = readHeader(token, lenientHeader);
    if ("failure" in header) return header;
    if (!this.#algorithms.includes(header.alg)) return refused("algorithm-not-allowed", `alg ${header.alg}`);
    if (this.#rules.requireKeyId && header.kid === undefined) return refused("unknown-kid", "no kid");

    let keys = await this.#keys.current();
    if ("failure" in keys) return refused("no-keys", keys.failure);
    // After a change of the keys, a token that was signed by a removed key must not stay cached.
    const remembered = this.#signed.get(token);
    if (remembered !== undefined) {
      if (remembered.keys === keys) return this.#checkClaims(remembered);
      this.#signed.delete(token);
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
        ({ payload } = await compactVerify(token, key, { algorithms: [...this.#algorithms], crit: header.ignored }));
      } catch {
        continue;
      }
      const claims = readClaims(payload);
      if (claims === undefined) return refused("malformed", "the payload is not a JSON object");
      const signed = { claims, keys };
      this.#signed.set(token, signed);
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
    const issuers = this.#rules.issuers(keys.issuer);
    if (issuers !== "checked elsewhere" && !issuers.some((issuer) => issuer === claims.iss)) {
      return refused("issuer", issuerDetail(claims, issuers));
    }
    if (!this.#rules.audience(claims)) return refused("audience", `aud ${JSON.stringify(claims.aud)}`);
    return { valid: true, claims };
  }
}

/** The issuer of a token and the trusted ones. A slash at the end is easily overlooked, so all of them are shown. */
export function issuerDetail({ iss }: Claims, trusted: readonly string[]): string {
  const wanted = trusted.map((issuer) => JSON.stringify(issuer)).join(" or ");
  return `iss ${JSON.stringify(iss)?.slice(0, 200)} is not exactly ${wanted === "" ? "a known issuer" : wanted}`;
}

/** The values of `aud`, a string or a list of strings; empty for anything else. */
export function audiencesOf(claims: Claims): readonly string[] {
  const { aud } = claims;
  if (typeof aud === "string") return [aud];
  return Array.isArray(aud) && aud.every((one) => typeof one === "string") ? aud : [];
}

function refused(failure: TokenFailure, detail: string): TokenVerdict & { readonly valid: false } {
  return { valid: false, failure, detail };
}

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

function readHeader(token: string, lenient: boolean): Header | (TokenVerdict & { readonly valid: false }) {
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
  // RFC 7515, 4.1.11: an unsupported critical extension makes the token invalid; none is supported here.
  if (b64 !== undefined || (crit !== undefined && !lenient)) return refused("malformed", "critical header extension");
  if (alg.toLowerCase() === "none" || token.endsWith(".")) return refused("unsigned", `alg ${alg}`);
  const names = Array.isArray(crit) ? crit : [];
  return {
    alg,
    kid: lenient && kid === "" ? undefined : kid,
    ignored: Object.fromEntries(names.map((name) => [name, false])),
  };
}

function matching(keys: KeySet, { alg, kid }: Header): KeySet["keys"] {
  return keys.keys.filter((key) => (kid === undefined || key.kid === kid) && (key.alg ?? alg) === alg);
}

function readJsonClaims(payload: Uint8Array): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
