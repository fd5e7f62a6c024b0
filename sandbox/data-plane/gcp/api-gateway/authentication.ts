import { andThen } from "../../and-then.ts";
import { headerValues } from "../../header-values.ts";
import type { GatewayRequest, Surroundings } from "../../interpreter.ts";
import { issuerDetail, type TokenVerdict, TokenVerifier } from "../../verifying/token.ts";
import { TokenCache } from "../../verifying/token-cache.ts";
import { jwtStatus, type ParsedJwt, parseJwt } from "./jwt.ts";
import { bareAudience, type JwtProvider } from "./jwt-provider.ts";
import { parseProtobufJson } from "./protobuf-json.ts";

/** The result of an authentication, like that of Envoy's jwt_authn filter. */
export type Authentication =
  /** `userInfo` has the payloads of the verified tokens, in base64url without padding. */
  | { readonly passed: true; readonly userInfo: readonly string[] }
  /** `status` is for the client, `detail` for the log. */
  | { readonly passed: false; readonly status: string; readonly detail: string };

type Failed = Authentication & { readonly passed: false };

/** ESPv2 caches keys for five minutes (options.JwksCacheDurationInS). Envoy does not fetch them again for an unknown key id. */
const KEY_POLICY = {
  ttlMs: 300_000,
  refetchAfterMs: Number.POSITIVE_INFINITY,
  timeoutMs: 5_000,
  maxBytes: 1_000_000,
} as const;

/** Envoy's default, which ESPv2 does not change (jwt_verify_lib kClockSkewInSecond, filtergen/jwt_authn.go). */
const CLOCK_SKEW_S = 60;

/** Checks the tokens of one security definition. */
export class ProviderCheck {
  readonly #provider: JwtProvider;
  readonly #verifier: TokenVerifier;
  readonly #now: () => number;
  readonly #parsed = new TokenCache<ParsedJwt>();

  constructor(provider: JwtProvider, surroundings: Surroundings) {
    this.#provider = provider;
    this.#now = surroundings.now;
    const location =
      provider.jwksUri === undefined
        ? // ESPv2 does this at its start, and does not compare the issuer in the discovery document (util.ResolveJwksUriUsingOpenID).
          { discovery: `${provider.issuer.replace(/\/$/, "")}/.well-known/openid-configuration` }
        : { jwksUri: provider.jwksUri };
    // Checks the signature only. Issuer, times and audience are checked before it, because Envoy's order determines the response.
    this.#verifier = new TokenVerifier(
      surroundings.keys.of(location, KEY_POLICY),
      {
        algorithms: ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"],
        clockSkewMs: Number.POSITIVE_INFINITY,
        requireKeyId: false,
        lenientHeader: true,
        readClaims: parseProtobufJson,
        requireExpiry: false,
        checkIssuedAt: false,
        issuers: () => "checked elsewhere",
        audience: () => true,
      },
      surroundings.now,
    );
  }

  /** All tokens of a request must be valid, because the backend may read any of them (Envoy authenticator.cc). */
  check(request: GatewayRequest): Authentication | Promise<Authentication> {
    const tokens = tokensOf(request, this.#provider);
    if (tokens.length === 0) return { passed: false, status: jwtStatus.missing, detail: this.#provider.name };
    // Envoy begins with the token that it found last.
    return this.#checkEach(tokens.reverse(), []);
  }

  /** @param userInfo the payloads of the tokens that were checked before */
  #checkEach(
    [token, ...others]: readonly string[],
    userInfo: readonly string[],
  ): Authentication | Promise<Authentication> {
    if (token === undefined) return { passed: true, userInfo };
    const known = this.#parsed.get(token);
    const parsed = known ?? parseJwt(token);
    if (typeof parsed === "string") return this.#rejected(parsed, "");
    const claims = this.#checkClaims(parsed);
    if (claims !== undefined) return claims;
    return andThen(this.#verifier.verify(parsed.text), (verdict) => {
      if (!verdict.valid) return this.#rejected(statusOf(verdict), verdict.detail);
      if (known === undefined) this.#parsed.set(token, parsed);
      return this.#checkEach(others, [...userInfo, parsed.payload]);
    });
  }

  #checkClaims(token: ParsedJwt): Authentication | undefined {
    const { issuer, audiences } = this.#provider;
    if (token.issuer !== issuer)
      return this.#rejected(jwtStatus.unknownIssuer, issuerDetail({ iss: token.issuer }, [issuer]));
    const now = Math.floor(this.#now() / 1000);
    if (now + CLOCK_SKEW_S < token.notBefore) return this.#rejected(jwtStatus.notYetValid, `nbf ${token.notBefore}`);
    // A token without `exp` does not expire. Envoy can require `exp`, but ESPv2 does not.
    if (token.expires !== 0 && now > token.expires + CLOCK_SKEW_S) {
      return this.#rejected(jwtStatus.expired, `exp ${token.expires}`);
    }
    if (!token.audiences.some((audience) => audiences.includes(bareAudience(audience)))) {
      return this.#rejected(jwtStatus.audienceNotAllowed, `aud ${JSON.stringify(token.audiences)}`);
    }
    return undefined;
  }

  #rejected(status: string, detail: string): Authentication {
    return { passed: false, status, detail: `${this.#provider.name}${detail === "" ? "" : `, ${detail}`}` };
  }
}

function statusOf(verdict: TokenVerdict & { readonly valid: false }): string {
  switch (verdict.failure) {
    case "no-keys":
      return jwtStatus.fetchFailed;
    case "unknown-kid":
    case "algorithm-not-allowed":
      return jwtStatus.noMatchingKey;
    default:
      return jwtStatus.verificationFails;
  }
}

/** The result without any provider. */
const NONE: Failed = { passed: false, status: jwtStatus.missing, detail: "" };

/**
 * Accepts a token of any of the providers (Envoy verifier.cc, AnyVerifier).
 *
 * @param summary the failures of the providers before
 */
export function authenticate(
  [check, ...others]: readonly ProviderCheck[],
  request: GatewayRequest,
  summary: Failed = NONE,
): Authentication | Promise<Authentication> {
  if (check === undefined) return summary;
  return andThen(check.check(request), (result) => {
    if (result.passed) return result;
    // "Missing" and "unknown issuer" are less specific than the failure of another provider.
    const weak = result.status === jwtStatus.missing || result.status === jwtStatus.unknownIssuer;
    return authenticate(others, request, !weak || summary.status === jwtStatus.missing ? result : summary);
  });
}

/** All tokens in the locations of the provider (Envoy extractor.cc). */
function tokensOf(request: GatewayRequest, provider: JwtProvider): string[] {
  const tokens: string[] = [];
  for (const location of provider.locations) {
    if ("query" in location) {
      const value = firstParameter(request.query, location.query);
      if (value !== undefined) tokens.push(value);
      continue;
    }
    for (const value of tokenTexts(request, location.header)) {
      const token = afterPrefix(value, location.prefix);
      if (token !== undefined) tokens.push(token);
    }
  }
  return tokens;
}

/**
 * The values of a header, each of which may contain a token.
 *
 * Envoy joins the lines of a header that a filter registers as inline (header_map_impl.cc, insertByKey), and ESPv2 registers `Authorization`
 * (backend_auth/filter.cc). Envoy reads each line of all other headers.
 * Unverified: whether Google's gateway joins them. If it does not, `Bearer` with a valid token and a second line of another scheme pass.
 */
function tokenTexts(request: GatewayRequest, name: string): readonly string[] {
  const values = headerValues(request.headers, name);
  return name === "authorization" && values.length > 1 ? [values.join(",")] : values;
}

/** The text after the prefix, which may be anywhere in the value. Characters that cannot begin a token are skipped. */
function afterPrefix(value: string, prefix: string): string | undefined {
  if (prefix === "") return value;
  const found = value.indexOf(prefix);
  if (found < 0) return undefined;
  const start = value.slice(found + prefix.length).search(/[A-Za-z0-9\-_.]/);
  return start < 0 ? value : value.slice(found + prefix.length + start);
}

function firstParameter(query: string, name: string): string | undefined {
  for (const part of query.split("&")) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? part : part.slice(0, equals);
    if (decode(key) === name) return equals < 0 ? "" : decode(part.slice(equals + 1));
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
