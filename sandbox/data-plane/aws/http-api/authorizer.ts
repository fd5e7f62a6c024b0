import { at, known, object, oneOf, type Plain, type PlainObject, text, texts } from "../../document.ts";
import { type GatewayRequest, type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import type { KeyPolicy } from "../../verifying/keys.ts";
import {
  audiencesOf,
  type Claims,
  type TokenFailure,
  type TokenVerdict,
  TokenVerifier,
} from "../../verifying/token.ts";
import { isPrivateAddress } from "../shared/private-address.ts";

/** docs.aws.amazon.com, http-api-jwt-authorizer: RSA only. Whether that takes in PSS is U. */
const ALGORITHMS = ["RS256", "RS384", "RS512"];
/** docs.aws.amazon.com, http-api-quotas: 1,500 ms for each document, 150,000 bytes. That keys are kept for two hours is U. */
const KEYS: KeyPolicy = { ttlMs: 2 * 3_600_000, refetchAfterMs: 60_000, timeoutMs: 1_500, maxBytes: 150_000 };
const MOST_AUDIENCES = 50;

/** The claims of a token that is accepted; or why the request is refused, in words for the client and for the log. */
export type Authorization =
  | { readonly granted: true; readonly claims: Claims }
  | { readonly granted: false; readonly description: string | undefined; readonly reason: string };

/** A JWT authorizer. */
export interface JwtAuthorizer {
  authorize(request: GatewayRequest): Authorization | Promise<Authorization>;
}

/** In the `www-authenticate` header; the first is in the guide (http-api-troubleshooting-jwt), the other texts are U. */
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
    throw new UnsupportedArtefact(at(where, "type"), "only JWT authorizers are served by the sandbox");
  }
  known(authorizer, where, ["type", "jwtConfiguration", "identitySource"]);
  const configuration = object(authorizer.jwtConfiguration, at(where, "jwtConfiguration"));
  known(configuration, at(where, "jwtConfiguration"), ["issuer", "audience"]);
  const audiences = texts(configuration.audience, at(where, "jwtConfiguration.audience"));
  if (audiences.length === 0 || audiences.includes("") || audiences.length > MOST_AUDIENCES) {
    throw new UnsupportedArtefact(at(where, "jwtConfiguration.audience"), `must be 1 to ${MOST_AUDIENCES} audiences`);
  }
  const { issuer, discovery } = readIssuer(scheme, place, configuration, at(where, "jwtConfiguration"));
  const verifier = new TokenVerifier(
    surroundings.keys.of(discovery === undefined ? { issuer } : { discovery }, KEYS),
    {
      algorithms: ALGORITHMS,
      // No allowance is documented.
      clockSkewMs: 0,
      requireKeyId: true,
      requireExpiry: true,
      checkIssuedAt: true,
      issuer: (claims, discovered) => claims.iss === (discovery === undefined ? issuer : discovered),
      audience: (claims) => meantFor(claims, audiences),
    },
    surroundings.now,
  );
  const tokenOf = readIdentitySource(authorizer.identitySource, at(where, "identitySource"));
  return {
    authorize(request) {
      const token = tokenOf(request);
      if (token === undefined) return { granted: false, description: undefined, reason: "no token" };
      const verdict = verifier.verify(token);
      return verdict instanceof Promise ? verdict.then(outcome) : outcome(verdict);
    },
  };
}

function outcome(verdict: TokenVerdict): Authorization {
  if (verdict.valid) return { granted: true, claims: verdict.claims };
  const reason = `token refused: ${verdict.failure}, ${verdict.detail}`;
  return { granted: false, description: DESCRIPTIONS[verdict.failure], reason };
}

/** `client_id` counts only when there is no `aud` (docs.aws.amazon.com, http-api-jwt-authorizer). */
function meantFor(claims: Claims, audiences: readonly string[]): boolean {
  const named = claims.aud === undefined ? claims.client_id : undefined;
  if (named !== undefined) return typeof named === "string" && audiences.includes(named);
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
    throw new UnsupportedArtefact(place, "is a private address, where API Gateway does not get to");
  }
}

/** Where the token is: `$request.header.NAME` or `$request.querystring.NAME`; bare, or after `Bearer `. */
function readIdentitySource(value: Plain | undefined, place: string): (request: GatewayRequest) => string | undefined {
  const source = text(value, place);
  const [, kind, name] = /^\$request\.(header|querystring)\.([^,\s]+)$/.exec(source) ?? [];
  if (name === undefined) {
    throw new UnsupportedArtefact(place, "must be one $request.header.NAME or $request.querystring.NAME");
  }
  if (kind === "querystring") {
    return ({ query }) => {
      const values = new URLSearchParams(query).getAll(name);
      return values.length === 1 ? bare(values[0]) : undefined;
    };
  }
  const wanted = name.toLowerCase();
  return (request) => {
    let found: string | undefined;
    for (const [each, content] of request.headers) {
      if (each.length !== wanted.length || each.toLowerCase() !== wanted) continue;
      // Which of two counts is not documented, so neither does.
      if (found !== undefined) return undefined;
      found = content;
    }
    return bare(found);
  };
}

function bare(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  return value.startsWith("Bearer ") ? value.slice(7) : value;
}

/** Whether the token has one of the scopes (any, in `scope` or `scp`). */
export function hasScope(claims: Claims, scopes: readonly string[]): boolean {
  return [claims.scope, claims.scp].some((granted) => {
    const names = typeof granted === "string" ? granted.split(" ") : Array.isArray(granted) ? granted : [];
    return names.some((name) => typeof name === "string" && scopes.includes(name));
  });
}
