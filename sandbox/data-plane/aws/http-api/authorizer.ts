import { andThen } from "../../and-then.ts";
import { allowOnly, at, object, oneOf, type Plain, type PlainObject, text, texts } from "../../document.ts";
import { headerValues } from "../../header-values.ts";
import { type GatewayRequest, type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import { isPrivateAddress } from "../../private-network/private-address.ts";
import { type Readings, readingOf } from "../../readings.ts";
import type { KeyPolicy } from "../../verifying/keys.ts";
import {
  audiencesOf,
  type Claims,
  type TokenFailure,
  type TokenVerdict,
  TokenVerifier,
} from "../../verifying/token.ts";

/** RSA only (docs.aws.amazon.com, http-api-jwt-authorizer). */
const ALGORITHMS = ["RS256", "RS384", "RS512"];
const PSS_ALGORITHMS = ["PS256", "PS384", "PS512"];
/**
 * 1,500 ms and 150,000 bytes for each document (docs.aws.amazon.com, http-api-quotas). Unverified: keys are cached for two hours.
 */
const KEYS: KeyPolicy = { ttlMs: 2 * 3_600_000, refetchAfterMs: 60_000, timeoutMs: 1_500, maxBytes: 150_000 };
const MAX_AUDIENCES = 50;

/** The claims of an accepted token, or why the request is refused: `description` is for the client, `reason` for the log. */
export type Authorization =
  | { readonly granted: true; readonly claims: Claims }
  | { readonly granted: false; readonly description: string | undefined; readonly reason: string };

/** A JWT authorizer. */
export interface JwtAuthorizer {
  authorize(request: GatewayRequest): Authorization | Promise<Authorization>;
}

/**
 * The descriptions in the `www-authenticate` header. The first is documented (http-api-troubleshooting-jwt). Unverified: the
 * others.
 */
const DESCRIPTIONS: Readonly<Record<TokenFailure, string>> = {
  audience: "the token does not have a valid audience",
  issuer: "the token does not have a valid issuer",
  expired: "the token has expired",
  "not-yet-valid": "the token is not yet valid",
  "issued-in-future": "the token was issued in the future",
  malformed: "the token is malformed",
  unsigned: "the token is not signed",
  "algorithm-not-allowed": "the signing method is invalid",
  "unknown-kid": "the token's key is not known",
  "bad-signature": "the signature is invalid",
  "no-keys": "the issuer's keys cannot be read",
};

/**
 * Reads a security scheme with an `x-amazon-apigateway-authorizer`.
 * @throws UnsupportedArtefact for Lambda authorizers, missing audiences, and what the vendor refuses
 */
export function readAuthorizer(scheme: PlainObject, place: string, surroundings: Surroundings): JwtAuthorizer {
  const kind = oneOf(scheme.type, at(place, "type"), ["oauth2", "openIdConnect", "apiKey"]);
  const where = at(place, "x-amazon-apigateway-authorizer");
  const authorizer = object(scheme["x-amazon-apigateway-authorizer"], where);
  if (authorizer.type !== "jwt" || kind === "apiKey") {
    throw new UnsupportedArtefact(at(where, "type"), "must be jwt; the sandbox serves no other authorizers");
  }
  allowOnly(authorizer, where, ["type", "jwtConfiguration", "identitySource"]);
  const configuration = object(authorizer.jwtConfiguration, at(where, "jwtConfiguration"));
  allowOnly(configuration, at(where, "jwtConfiguration"), ["issuer", "audience"]);
  const audiences = texts(configuration.audience, at(where, "jwtConfiguration.audience"));
  if (audiences.length === 0 || audiences.includes("") || audiences.length > MAX_AUDIENCES) {
    throw new UnsupportedArtefact(at(where, "jwtConfiguration.audience"), `must be 1 to ${MAX_AUDIENCES} audiences`);
  }
  const { issuer, discovery } = readIssuer(scheme, place, configuration, at(where, "jwtConfiguration"));
  const verifier = new TokenVerifier(
    surroundings.keys.of(discovery === undefined ? { issuer } : { discovery }, KEYS),
    {
      algorithms:
        readingOf(surroundings, "http-api-pss") === "accepted" ? [...ALGORITHMS, ...PSS_ALGORITHMS] : ALGORITHMS,
      // No allowance for clock skew is documented.
      clockSkewMs: 0,
      requireKeyId: true,
      requireExpiry: true,
      checkIssuedAt: true,
      issuers: (discovered) => (discovery === undefined ? [issuer] : discovered === undefined ? [] : [discovered]),
      audience: (claims) => hasAudience(claims, audiences),
    },
    surroundings.now,
  );
  const tokenOf = readIdentitySource(
    authorizer.identitySource,
    at(where, "identitySource"),
    readingOf(surroundings, "http-api-two-tokens"),
  );
  return {
    authorize(request) {
      const token = tokenOf(request);
      if (token === undefined) return { granted: false, description: undefined, reason: "no token" };
      return andThen(verifier.verify(token), outcome);
    },
  };
}

function outcome(verdict: TokenVerdict): Authorization {
  if (verdict.valid) return { granted: true, claims: verdict.claims };
  const reason = `token refused: ${verdict.failure}, ${verdict.detail}`;
  return { granted: false, description: DESCRIPTIONS[verdict.failure], reason };
}

/** `client_id` is compared only when there is no `aud` (docs.aws.amazon.com, http-api-jwt-authorizer). */
function hasAudience(claims: Claims, audiences: readonly string[]): boolean {
  const clientId = claims.aud === undefined ? claims.client_id : undefined;
  if (clientId !== undefined) return typeof clientId === "string" && audiences.includes(clientId);
  return audiencesOf(claims).some((audience) => audiences.includes(audience));
}

function readIssuer(
  scheme: PlainObject,
  place: string,
  configuration: PlainObject,
  where: string,
): { readonly issuer: string; readonly discovery: string | undefined } {
  if (configuration.issuer !== undefined) {
    const issuer = text(configuration.issuer, at(where, "issuer"));
    checkUrl(issuer, at(where, "issuer"));
    return { issuer, discovery: undefined };
  }
  if (scheme.type !== "openIdConnect") throw new UnsupportedArtefact(at(where, "issuer"), "is missing");
  const discovery = text(scheme.openIdConnectUrl, at(place, "openIdConnectUrl"));
  checkUrl(discovery, at(place, "openIdConnectUrl"));
  return { issuer: "", discovery };
}

function checkUrl(address: string, place: string): void {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:") || url.search !== "" || url.hash !== "") {
    throw new UnsupportedArtefact(place, "must be an http or https URL without query and fragment");
  }
  if (isPrivateAddress(url.hostname)) {
    throw new UnsupportedArtefact(place, "is a private address, which API Gateway cannot reach");
  }
}

/** Reads where the token is sent: `$request.header.NAME` or `$request.querystring.NAME`, with or without `Bearer `. */
function readIdentitySource(
  value: Plain | undefined,
  place: string,
  several: Readings["http-api-two-tokens"],
): (request: GatewayRequest) => string | undefined {
  const only = (values: readonly string[]): string | undefined => {
    if (values.length > 1 && several === "none") return undefined;
    return withoutScheme(several === "last" ? values.at(-1) : values[0]);
  };
  const source = text(value, place);
  const [, kind, name] = /^\$request\.(header|querystring)\.([^,\s]+)$/.exec(source) ?? [];
  if (name === undefined) {
    throw new UnsupportedArtefact(place, "must be one of $request.header.NAME and $request.querystring.NAME");
  }
  if (kind === "querystring") {
    return ({ query }) => only(new URLSearchParams(query).getAll(name));
  }
  const wanted = name.toLowerCase();
  return ({ headers }) => only(headerValues(headers, wanted));
}

function withoutScheme(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  return value.startsWith("Bearer ") ? value.slice(7) : value;
}

/** Whether the token has at least one of the scopes, in `scope` or `scp`. */
export function hasScope(claims: Claims, scopes: readonly string[]): boolean {
  return [claims.scope, claims.scp].some((granted) => {
    const names = typeof granted === "string" ? granted.split(" ") : Array.isArray(granted) ? granted : [];
    return names.some((name) => typeof name === "string" && scopes.includes(name));
  });
}
