import type { Surroundings } from "../../../../interpreter.ts";
import {
  audiencesOf,
  type Claims,
  issuerDetail,
  type TokenRules,
  type TokenVerdict,
  TokenVerifier,
} from "../../../../verifying/token.ts";
import type { Jwt, PolicyContext } from "../../context.ts";
import { type Exchange, PolicyFailure, type Step } from "../../exchange.ts";
import { asJwt } from "../../expression/jwt.ts";
import type { PolicyReader } from "../../policy-reader.ts";
import { FAILURE_MESSAGES, type FailureMessage, latestFailure } from "./failure-message.ts";
import { readOptions, type ValidateJwtOptions } from "./options.ts";
import { claimFailure } from "./required-claims.ts";

type Verifying = Pick<Surroundings, "keys" | "now">;

/** The asymmetric algorithms in the documentation of the policy. Others, such as ES256 and RS384, are rejected. */
const ALGORITHMS = ["RS256", "RS512", "PS256"];
/** The keys are fetched every hour, and for an unknown key id at most every five minutes: "These intervals are subject to change". */
const KEYS_POLICY = { ttlMs: 3_600_000, refetchAfterMs: 300_000 };

/**
 * Compiles `validate-jwt` with keys from OpenID configurations.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export function validateJwt(reader: PolicyReader, surroundings: Verifying): Step {
  const validation = new JwtValidation(reader, readOptions(reader), surroundings);
  return (exchange) => validation.run(exchange);
}

class JwtValidation {
  readonly #reader: PolicyReader;
  readonly #options: ValidateJwtOptions;
  readonly #verifiers: readonly TokenVerifier[];
  /** The parsed tokens, for as long as the verifier keeps their claims. */
  readonly #parsed = new WeakMap<Claims, Jwt>();

  constructor(reader: PolicyReader, options: ValidateJwtOptions, { keys, now }: Verifying) {
    this.#reader = reader;
    this.#options = options;
    const rules = tokenRules(options);
    this.#verifiers = options.configurations.map(
      (discovery) => new TokenVerifier(keys.of({ discovery }, KEYS_POLICY), rules, now),
    );
  }

  run(exchange: Exchange): void | Promise<void> {
    const { context } = exchange;
    const token = this.#options.tokenOf(context);
    if (token === undefined) throw this.#failure(context, "unauthenticated", ["TokenNotPresent", "JWT not present."]);
    if (token === null) throw this.#failure(context, "unauthenticated", FAILURE_MESSAGES.malformed);
    const verdicts = this.#verifiers.map((verifier) => verifier.verify(token));
    const ready = verdicts.filter((verdict): verdict is TokenVerdict => !(verdict instanceof Promise));
    if (ready.length === verdicts.length) return this.#decide(context, token, ready);
    return Promise.all(verdicts).then((all) => this.#decide(context, token, all));
  }

  #decide(context: PolicyContext, token: string, verdicts: readonly TokenVerdict[]): void {
    const { audiences, issuers, claims: required, output } = this.#options;
    const claims = verdicts.find((verdict) => verdict.valid)?.claims;
    if (claims === undefined) {
      const refusals = verdicts.filter((verdict) => !verdict.valid);
      const latest = latestFailure(refusals.map(({ failure }) => failure));
      const detail = refusals.find(({ failure }) => failure === latest)?.detail;
      throw this.#failure(context, "unauthenticated", FAILURE_MESSAGES[latest], detail);
    }
    const trusted = issuers?.map((issuer) => issuer.get(context));
    if (trusted !== undefined && !trusted.some((issuer) => issuer === claims.iss)) {
      throw this.#failure(context, "unauthenticated", FAILURE_MESSAGES.issuer, issuerDetail(claims, trusted));
    }
    if (audiences !== undefined && !audiences.some((each) => audiencesOf(claims).includes(each.get(context)))) {
      throw this.#failure(context, "unauthenticated", FAILURE_MESSAGES.audience);
    }
    const jwt = this.#parsed.get(claims) ?? asJwt(token);
    if (jwt === null) throw this.#failure(context, "unauthenticated", FAILURE_MESSAGES.malformed);
    this.#parsed.set(claims, jwt);
    const failure = claimFailure(jwt.claims, required, context);
    if (failure !== undefined) throw this.#failure(context, "forbidden", failure);
    if (output !== undefined) context.variables.set(output, { type: "Jwt", value: jwt });
  }

  #failure(
    context: PolicyContext,
    decision: "unauthenticated" | "forbidden",
    [reason, message]: FailureMessage,
    detail?: string,
  ): PolicyFailure {
    const { status, message: shown } = this.#options;
    const options = { detail, ...(shown === undefined ? {} : { shown: shown.get(context) }) };
    return new PolicyFailure(decision, status?.get(context) ?? 401, this.#reader.lastError(reason, message), options);
  }
}

function tokenRules({ clockSkewMs, requireExpiry, issuers }: ValidateJwtOptions): TokenRules {
  return {
    algorithms: ALGORITHMS,
    clockSkewMs,
    requireKeyId: false,
    requireExpiry,
    checkIssuedAt: false,
    // Unverified: with <issuers> only those issuers are accepted, and not also the issuer of the OpenID configuration.
    issuers: (discovered) =>
      issuers !== undefined ? "checked elsewhere" : discovered === undefined ? [] : [discovered],
    // Audiences and issuers may be expressions over the request. `JwtValidation` checks them for each request.
    audience: () => true,
  };
}
