import type { Surroundings } from "../../../interpreter.ts";
import {
  audiencesOf,
  type Claims,
  type TokenFailure,
  type TokenVerdict,
  TokenVerifier,
} from "../../../verifying/token.ts";
import type { Jwt, PolicyContext } from "../context.ts";
import { type Exchange, PolicyFailure, type Step } from "../exchange.ts";
import { asJwt } from "../expression/jwt.ts";
import type { PolicyReader, Value } from "../policy-reader.ts";
import { queryLookup } from "../query-parameters.ts";

/** The asymmetric algorithms of the policy's page; others (ES*, RS384, ...) are refused. */
const ALGORITHMS = ["RS256", "RS512", "PS256"];
/** Fetched every hour, and for an unknown key id at most every five minutes: "These intervals are subject to change". */
const KEYS_TTL_MS = 3_600_000;
const KEYS_REFETCH_MS = 300_000;

/** What `context.LastError` says of each failure; the texts of the token library are not documented, so these are its sense. */
const FAILURES: Readonly<Record<TokenFailure, readonly [reason: string, message: string]>> = {
  malformed: ["JwtInvalid", "The token is not well formed."],
  unsigned: ["TokenSignatureInvalid", "Signature validation failed. The token is not signed. Access denied."],
  "algorithm-not-allowed": [
    "TokenSignatureInvalid",
    "Signature validation failed. The algorithm is not supported. Access denied.",
  ],
  "unknown-kid": ["TokenSignatureKeyNotFound", "Signature validation failed. The key was not found. Access denied."],
  "bad-signature": ["TokenSignatureInvalid", "Signature validation failed. Access denied."],
  "no-keys": ["JwtInvalid", "Unable to obtain the OpenID configuration."],
  expired: ["TokenExpired", "Lifetime validation failed. The token is expired. Access denied."],
  "not-yet-valid": ["JwtInvalid", "Lifetime validation failed. The token is not yet valid."],
  "issued-in-future": ["JwtInvalid", "The token is issued in the future."],
  issuer: ["TokenIssuerNotAllowed", "Issuer validation failed. Access denied."],
  audience: ["TokenAudienceNotAllowed", "Audience validation failed. Access denied."],
};
/** Of several issuers' verdicts the one that got furthest is told. */
const PROGRESS: readonly TokenFailure[] = [
  "no-keys",
  "unknown-kid",
  "algorithm-not-allowed",
  "malformed",
  "unsigned",
  "bad-signature",
  "issuer",
  "audience",
  "not-yet-valid",
  "issued-in-future",
  "expired",
];

interface RequiredClaim {
  readonly name: Value<string>;
  readonly all: boolean;
  readonly separator: string | undefined;
  readonly values: readonly Value<string>[];
}

/** The token of a request, bare; undefined when there is none; null when it does not have the required scheme. */
type TokenOf = (context: PolicyContext) => string | null | undefined;

function readTokenSource(reader: PolicyReader): TokenOf {
  const header = reader.optionalText("header-name");
  const query = reader.optionalText("query-parameter-name");
  const token = reader.optionalText("token-value");
  const scheme = reader.optionalText("require-scheme");
  const given = [header, query, token].filter((each) => each !== undefined);
  if (given.length !== 1) reader.refuse("exactly one of header-name, query-parameter-name and token-value is needed");
  if (token !== undefined) return (context) => token.get(context) || undefined;
  if (query !== undefined) {
    return ({ request, ...context }) =>
      queryLookup(request.originalUrl.query).get(query.get({ request, ...context }))?.[0] || undefined;
  }
  return (context) => {
    const name = header?.get(context) ?? "";
    const value = context.request.headers.get(name)?.join(",").trim();
    if (value === undefined || value === "") return undefined;
    // A required scheme concerns the Authorization header only; any other header holds the bare token.
    if (name.toLowerCase() !== "authorization") return value;
    const [, word = "", rest] = /^(\S+)(?: +(.*))?$/s.exec(value) ?? [];
    if (scheme !== undefined) return word.toLowerCase() === scheme.get(context).toLowerCase() ? (rest ?? "") : null;
    return rest === undefined ? word : rest;
  };
}

function readClaim(reader: PolicyReader): RequiredClaim {
  const name = reader.text("name");
  const all = reader.oneOf("match", ["all", "any"], "all") === "all";
  const separator = reader.optionalLiteral("separator");
  if (separator === "") reader.refuse("a separator is not empty", "separator");
  const values = reader.children(["value"]).map(content);
  reader.done();
  return { name, all, separator, values };
}

function content(reader: PolicyReader): Value<string> {
  const value = reader.content(true);
  if (value.constant === "") reader.refuse(`an empty <${reader.name}>`);
  reader.done();
  return value;
}

function list(reader: PolicyReader | undefined, child: string): readonly Value<string>[] | undefined {
  if (reader === undefined) return undefined;
  const values = reader.children([child]).map(content);
  reader.done();
  return values.length === 0 ? reader.refuse(`at least one <${child}> is needed`) : values;
}

/** Why the claims are not those required: reason and message; undefined when they are. */
function claimProblem(
  claims: Jwt["claims"],
  required: readonly RequiredClaim[],
  context: PolicyContext,
): readonly [reason: string, message: string] | undefined {
  const absent = required.map((each) => each.name.get(context)).filter((name) => !claims.has(name));
  if (absent.length > 0) {
    return ["TokenClaimNotFound", `JWT token is missing the following claims: ${absent.join(", ")}. Access denied.`];
  }
  for (const { name, all, separator, values } of required) {
    if (values.length === 0) continue;
    const held = claims.get(name.get(context)) ?? [];
    const words = separator === undefined ? held : held.flatMap((text) => text.split(separator));
    const wanted = values.map((each) => each.get(context));
    if (all ? wanted.every((each) => words.includes(each)) : wanted.some((each) => words.includes(each))) continue;
    const message = `Claim ${name.get(context)} value of ${held.join(",")} is not allowed. Access denied.`;
    return ["TokenClaimValueNotAllowed", message];
  }
  return undefined;
}

/** https://learn.microsoft.com/azure/api-management/validate-jwt-policy, with keys from OpenID configurations. */
export function validateJwt(reader: PolicyReader, { keys, now }: Surroundings): Step {
  const tokenOf = readTokenSource(reader);
  const status = reader.optionalInteger("failed-validation-httpcode", 400, 599);
  const shown = reader.optionalText("failed-validation-error-message");
  const requireExpiry = constant(reader, "require-expiration-time", reader.boolean("require-expiration-time", true));
  if (!constant(reader, "require-signed-tokens", reader.boolean("require-signed-tokens", true))) {
    reader.refuse("tokens without a signature are not modelled", "require-signed-tokens");
  }
  const skew = reader.optionalInteger("clock-skew", 0, 86_400);
  const clockSkewMs = skew === undefined ? 0 : constant(reader, "clock-skew", skew) * 1000;
  const output = reader.optionalLiteral("output-token-variable-name");
  const children = reader.children([
    "openid-config",
    "issuer-signing-keys",
    "decryption-keys",
    "audiences",
    "issuers",
    "required-claims",
  ]);
  const one = (name: string): PolicyReader | undefined => {
    const [first, second] = children.filter((child) => child.name === name);
    second?.refuse(`<${name}> stands more than once`);
    return first;
  };
  for (const name of ["issuer-signing-keys", "decryption-keys"]) one(name)?.refuse("not modelled; use <openid-config>");
  const audiences = list(one("audiences"), "audience");
  const issuers = list(one("issuers"), "issuer");
  const claimsReader = one("required-claims");
  const required = claimsReader?.children(["claim"]).map(readClaim) ?? [];
  claimsReader?.done();
  if (claimsReader !== undefined && required.length === 0) claimsReader.refuse("at least one <claim> is needed");

  const rules = {
    algorithms: ALGORITHMS,
    clockSkewMs,
    requireKeyId: false,
    requireExpiry,
    checkIssuedAt: false,
    // U: with <issuers> only those are taken, not also the configuration's own.
    issuer: ({ iss }: Claims, discovered: string | undefined) =>
      issuers !== undefined || (discovered !== undefined && iss === discovered),
    // Audiences and issuers may be expressions over the request: checked below.
    audience: () => true,
  };
  const verifiers = children
    .filter((child) => child.name === "openid-config")
    .map((child) => {
      const url = child.literal("url");
      child.done();
      if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) child.refuse("not an http(s) URL", "url");
      const policy = { ttlMs: KEYS_TTL_MS, refetchAfterMs: KEYS_REFETCH_MS };
      return new TokenVerifier(keys.of({ discovery: url }, policy), rules, now);
    });
  if (verifiers.length === 0) reader.refuse("no <openid-config>: without keys no token can be validated");
  reader.done();

  const fail = (context: PolicyContext, decision: "unauthenticated" | "forbidden", reason: string, message: string) => {
    const options = shown === undefined ? {} : { shown: shown.get(context) };
    return new PolicyFailure(decision, status?.get(context) ?? 401, reader.lastError(reason, message), options);
  };
  /** Jwt objects of tokens seen, as long as the verifier remembers their claims. */
  const parsed = new WeakMap<Claims, Jwt>();
  const accept = (exchange: Exchange, token: string, verdicts: readonly TokenVerdict[]): void => {
    const { context } = exchange;
    const good = verdicts.find((each) => each.valid);
    if (good === undefined) {
      const failures = verdicts.flatMap((each) => (each.valid ? [] : [each.failure]));
      const [reason, message] =
        FAILURES[failures.toSorted((a, b) => PROGRESS.indexOf(b) - PROGRESS.indexOf(a))[0] ?? "malformed"];
      throw fail(context, "unauthenticated", reason, message);
    }
    const { claims } = good;
    if (issuers !== undefined && !issuers.some((each) => each.get(context) === claims.iss)) {
      throw fail(context, "unauthenticated", ...FAILURES.issuer);
    }
    if (audiences !== undefined && !audiences.some((each) => audiencesOf(claims).includes(each.get(context)))) {
      throw fail(context, "unauthenticated", ...FAILURES.audience);
    }
    const jwt = parsed.get(claims) ?? asJwt(token);
    if (jwt === null) throw fail(context, "unauthenticated", ...FAILURES.malformed);
    parsed.set(claims, jwt);
    const problem = claimProblem(jwt.claims, required, context);
    if (problem !== undefined) throw fail(context, "forbidden", ...problem);
    if (output !== undefined) context.variables.set(output, { type: "Jwt", value: jwt });
  };

  return (exchange) => {
    const { context } = exchange;
    const token = tokenOf(context);
    if (token === undefined) throw fail(context, "unauthenticated", "TokenNotPresent", "JWT not present.");
    if (token === null) throw fail(context, "unauthenticated", ...FAILURES.malformed);
    const verdicts = verifiers.map((verifier) => verifier.verify(token));
    const ready = verdicts.filter((each): each is TokenVerdict => !(each instanceof Promise));
    if (ready.length === verdicts.length) return accept(exchange, token, ready);
    return Promise.all(verdicts).then((all) => accept(exchange, token, all));
  };
}

/** A value that the service lets be an expression, and the sandbox does not. */
function constant<T>(reader: PolicyReader, attribute: string, value: Value<T>): T {
  return value.constant ?? reader.refuse("an expression is not modelled here", attribute);
}
