import { at, integer, known, object, oneOf, type PlainObject, text } from "../../../document.ts";
import { mayInvoke } from "../../../functions/permission.ts";
import { type FunctionResult, type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsFunction } from "../../artefacts/function.ts";
import { traceId } from "../../shared/trace-id.ts";
import type { Read } from "../context-variables.ts";
import { type GatewayError, gatewayError } from "../gateway-responses.ts";
import { requestEvent } from "../integration/event.ts";
import { readFunctionArn } from "../integration/lambda-uri.ts";
import { type AuthorizerContext, identifier, type Place, type Turn } from "../turn.ts";
import { readIdentitySource } from "./identity-source.ts";
import { evaluate, type Policy, readPolicy, record, UnusablePolicy } from "./policy.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html */
const MEMBERS = ["type", "authorizerUri", "authorizerResultTtlInSeconds", "identitySource"];
/** docs.aws.amazon.com, limits: 0 to 3,600 seconds. */
const DEFAULT_TTL_S = 300;
const MOST_TTL_S = 3_600;
/** An authorizer takes as long as an integration at most (U). */
const WAIT_MS = 29_000;
/** Results kept at the same time; more than any test sends, and the oldest goes first. */
const MOST_CACHED = 10_000;

/** What an authorizer makes of one request. */
export type Authorization =
  | {
      readonly granted: true;
      readonly context: AuthorizerContext;
      /** The API key, where the API takes it from the authorizer. */
      readonly usageIdentifierKey: string | undefined;
    }
  | {
      readonly granted: false;
      readonly decision: "unauthenticated" | "forbidden";
      readonly reason: string;
      readonly error: GatewayError;
    };

interface Answer {
  readonly policy: Policy;
  readonly context: AuthorizerContext;
  readonly usageIdentifierKey: string | undefined;
}

/** A Lambda authorizer: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html */
export class LambdaAuthorizer {
  readonly #kind: "token" | "request";
  readonly #called: AwsFunction | undefined;
  readonly #functionArn: string;
  readonly #sourceArn: string;
  readonly #sources: readonly Read[];
  readonly #ttlMs: number;
  readonly #surroundings: Surroundings;
  readonly #cache = new Map<string, { readonly answer: Answer; readonly until: number }>();

  /**
   * @param scheme the security scheme, with an `x-amazon-apigateway-authorizer`
   * @throws UnsupportedArtefact for other kinds of authorizers, and for what the import refuses
   */
  constructor(
    name: string,
    scheme: PlainObject,
    where: string,
    place: Place,
    functions: Readonly<Record<string, AwsFunction>>,
    surroundings: Surroundings,
  ) {
    oneOf(scheme.type, at(where, "type"), ["apiKey"]);
    oneOf(scheme.in, at(where, "in"), ["header"]);
    const header = text(scheme.name, at(where, "name"));
    if (scheme["x-amazon-apigateway-authtype"] !== undefined) {
      oneOf(scheme["x-amazon-apigateway-authtype"], at(where, "x-amazon-apigateway-authtype"), ["custom"]);
    }
    const inner = at(where, "x-amazon-apigateway-authorizer");
    const authorizer = object(scheme["x-amazon-apigateway-authorizer"], inner);
    if (authorizer.type !== "token" && authorizer.type !== "request") {
      throw new UnsupportedArtefact(at(inner, "type"), "only token and request authorizers are served by the sandbox");
    }
    known(authorizer, inner, MEMBERS);
    this.#kind = authorizer.type;
    this.#functionArn = readFunctionArn(authorizer.authorizerUri, at(inner, "authorizerUri"), place);
    this.#called = Object.hasOwn(functions, this.#functionArn) ? functions[this.#functionArn] : undefined;
    this.#sourceArn = `${place.executionArn}/authorizers/${identifier(name, 6)}`;
    this.#ttlMs =
      1_000 *
      (authorizer.authorizerResultTtlInSeconds === undefined
        ? DEFAULT_TTL_S
        : integer(authorizer.authorizerResultTtlInSeconds, at(inner, "authorizerResultTtlInSeconds"), 0, MOST_TTL_S));
    const sources = at(inner, "identitySource");
    if (authorizer.type === "token") {
      const source = authorizer.identitySource ?? `method.request.header.${header}`;
      if (!/^method\.request\.header\.[^,\s]+$/.test(text(source, sources))) {
        throw new UnsupportedArtefact(sources, "a token authorizer has one, method.request.header.NAME");
      }
      this.#sources = readIdentitySource(source, sources);
    } else if (authorizer.identitySource === undefined) {
      // docs.aws.amazon.com, configure-api-gateway-lambda-authorization: needed for a cache.
      if (this.#ttlMs > 0) throw new UnsupportedArtefact(sources, "is missing, and is needed to cache results");
      this.#sources = [];
    } else this.#sources = readIdentitySource(authorizer.identitySource, sources);
    this.#surroundings = surroundings;
  }

  /**
   * @param methodArns of the request's method: with the path as it was sent, and with it decoded
   * @param allowed whether the API's own policy allows the request: it may, then, unless the answer denies it
   *   (docs.aws.amazon.com, apigateway-authorization-flow, table A)
   */
  async authorize(turn: Turn, methodArns: readonly [string, string], allowed: boolean): Promise<Authorization> {
    const identity = this.#sources.map((source) => source(turn) ?? "");
    if (identity.includes("")) {
      return refused("unauthenticated", "UNAUTHORIZED", "an identity source of the authorizer is missing");
    }
    const key = JSON.stringify(identity);
    const cached = this.#ttlMs > 0 ? this.#cache.get(key) : undefined;
    if (cached !== undefined && turn.time < cached.until)
      return verdict(cached.answer, methodArns, allowed, "the cached answer");
    if (this.#called === undefined) return broken(`there is no function ${this.#functionArn}`);
    if (!mayInvoke(this.#called, this.#sourceArn)) {
      return broken(`${this.#called.arn} does not let ${this.#sourceArn} invoke it`);
    }
    const result = await this.#surroundings.functions.invoke(
      this.#called,
      this.#event(turn, identity, methodArns[0]),
      WAIT_MS,
    );
    const answer = readAnswer(result);
    if ("granted" in answer) return answer;
    if (this.#ttlMs > 0) this.#keep(key, answer);
    return verdict(answer, methodArns, allowed, "the answer");
  }

  #event(turn: Turn, identity: readonly string[], methodArn: string): Readonly<Record<string, unknown>> {
    if (this.#kind === "token") return { type: "TOKEN", methodArn, authorizationToken: identity[0] };
    return { type: "REQUEST", methodArn, ...requestEvent(turn, traceId(turn.extendedRequestId, turn.time)) };
  }

  #keep(key: string, answer: Answer): void {
    this.#cache.delete(key);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= MOST_CACHED && oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(key, { answer, until: this.#surroundings.now() + this.#ttlMs });
  }
}

function refused(
  decision: "unauthenticated" | "forbidden",
  type: "UNAUTHORIZED" | "ACCESS_DENIED",
  reason: string,
  message?: string,
): Authorization {
  return {
    granted: false,
    decision,
    reason,
    error: message === undefined ? gatewayError(type) : gatewayError(type, message),
  };
}

/** Nobody gets in past an authorizer that does not work. */
function broken(reason: string): Authorization {
  return {
    granted: false,
    decision: "unauthenticated",
    reason: `the authorizer failed: ${reason}`,
    error: gatewayError("AUTHORIZER_CONFIGURATION_ERROR"),
  };
}

/** The message of an error that stands for a 401: docs.aws.amazon.com, apigateway-use-lambda-authorizer. */
const UNAUTHORIZED = "Unauthorized";

function readAnswer(result: FunctionResult): Answer | Authorization {
  if ("failed" in result) {
    return result.failed === "error" && result.message === UNAUTHORIZED
      ? refused("unauthenticated", "UNAUTHORIZED", "the authorizer threw Unauthorized")
      : broken(`${result.failed}, ${result.message}`);
  }
  try {
    const answer = record(result.returned, "the answer");
    const { principalId, usageIdentifierKey, context } = answer;
    if (typeof principalId !== "string") throw new UnusablePolicy("principalId is not a text");
    if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== "string") {
      throw new UnusablePolicy("usageIdentifierKey is not a text");
    }
    return {
      policy: readPolicy(answer.policyDocument),
      context: { principalId, values: readContext(context) },
      usageIdentifierKey: usageIdentifierKey ?? undefined,
    };
  } catch (error) {
    if (error instanceof UnusablePolicy) return broken(error.message);
    throw error;
  }
}

/** docs.aws.amazon.com, api-gateway-lambda-authorizer-output: no objects and no lists. */
function readContext(context: unknown): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(
    context === undefined || context === null ? {} : record(context, "context"),
  )) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new UnusablePolicy(`context.${name} is not a text, a number, true or false`);
    }
    values.set(name, String(value));
  }
  return values;
}

/** Whether the path is matched as sent or decoded is U, so the policy must allow both, and neither may be denied. */
function verdict(
  { policy, context, usageIdentifierKey }: Answer,
  methodArns: readonly string[],
  allowed: boolean,
  what: string,
): Authorization {
  const verdicts = methodArns.map((arn) => evaluate(policy, arn));
  const message = "User is not authorized to access this resource";
  if (verdicts.includes("explicit deny")) {
    return refused("forbidden", "ACCESS_DENIED", `${what} denies the method`, `${message} with an explicit deny`);
  }
  if (!allowed && verdicts.includes("implicit deny"))
    return refused("forbidden", "ACCESS_DENIED", `${what} does not allow the method`, message);
  return { granted: true, context, usageIdentifierKey };
}
