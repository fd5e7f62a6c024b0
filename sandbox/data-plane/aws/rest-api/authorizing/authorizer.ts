import { allowOnly, at, integer, object, oneOf, type PlainObject, text } from "../../../document.ts";
import { mayInvoke } from "../../../functions/permission.ts";
import { type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsFunction } from "../../artefacts/function.ts";
import { type ArnMatch, arnMatch } from "../../shared/iam/wildcard.ts";
import { readFunctionArn } from "../../shared/lambda-uri.ts";
import type { Read } from "../context-variables.ts";
import type { Deployment } from "../deployment.ts";
import { type Exchange, identifier, traceOf } from "../exchange.ts";
import { requestEvent } from "../integration/event.ts";
import { type Authorization, failed, refused } from "./authorization.ts";
import { type AuthorizerResponse, readResponse, verdict } from "./authorizer-response.ts";
import { readIdentitySource } from "./identity-source.ts";

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html */
const MEMBERS = ["type", "authorizerUri", "authorizerResultTtlInSeconds", "identitySource"];
/** 0 to 3,600 seconds (docs.aws.amazon.com, limits). */
const DEFAULT_TTL_S = 300;
const MAX_TTL_S = 3_600;
/** Unverified: an authorizer has the same time limit as an integration. */
const TIMEOUT_MS = 29_000;
/** The most cached results. The oldest is evicted first. */
const MAX_CACHED = 10_000;

/**
 * A Lambda authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export class LambdaAuthorizer {
  readonly #kind: "token" | "request";
  readonly #target: AwsFunction | undefined;
  readonly #functionArn: string;
  readonly #sourceArn: string;
  readonly #sources: readonly Read[];
  readonly #ttlMs: number;
  readonly #surroundings: Surroundings;
  readonly #matches: ArnMatch;
  readonly #cache = new Map<string, { readonly response: AuthorizerResponse; readonly until: number }>();

  /**
   * @param scheme the security scheme, with an `x-amazon-apigateway-authorizer`
   * @throws UnsupportedArtefact for other kinds of authorizers, and for what the import refuses
   */
  constructor(
    name: string,
    scheme: PlainObject,
    where: string,
    deployment: Deployment,
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
      throw new UnsupportedArtefact(
        at(inner, "type"),
        "must be token or request; the sandbox serves no other authorizers",
      );
    }
    allowOnly(authorizer, inner, MEMBERS);
    this.#kind = authorizer.type;
    this.#functionArn = readFunctionArn(authorizer.authorizerUri, at(inner, "authorizerUri"), deployment);
    this.#target = Object.hasOwn(functions, this.#functionArn) ? functions[this.#functionArn] : undefined;
    this.#sourceArn = `${deployment.executionArn}/authorizers/${identifier(name, 6)}`;
    this.#ttlMs =
      1_000 *
      (authorizer.authorizerResultTtlInSeconds === undefined
        ? DEFAULT_TTL_S
        : integer(authorizer.authorizerResultTtlInSeconds, at(inner, "authorizerResultTtlInSeconds"), 0, MAX_TTL_S));
    this.#sources = readSources(authorizer, at(inner, "identitySource"), header, this.#ttlMs > 0);
    this.#surroundings = surroundings;
    this.#matches = arnMatch(surroundings);
  }

  /**
   * @param methodArn the ARN of the request's method, with the path as sent
   * @param resource the ARN that the policy must allow
   * @param allowed whether the resource policy allows the request. It is then authorized unless the authorizer's policy denies it
   *   (docs.aws.amazon.com, apigateway-authorization-flow, table A)
   */
  async authorize(exchange: Exchange, methodArn: string, resource: string, allowed: boolean): Promise<Authorization> {
    const identity = this.#sources.map((source) => source(exchange) ?? "");
    if (identity.includes("")) {
      return refused("unauthenticated", "UNAUTHORIZED", "an identity source of the authorizer is missing");
    }
    const key = JSON.stringify(identity);
    const cached = this.#ttlMs > 0 ? this.#cache.get(key) : undefined;
    if (cached !== undefined && exchange.time < cached.until)
      return verdict(cached.response, resource, this.#matches, allowed, "the cached policy");
    if (this.#target === undefined) return failed(`there is no function ${this.#functionArn}`);
    if (!mayInvoke(this.#target, this.#sourceArn)) {
      return failed(`${this.#target.arn} does not allow ${this.#sourceArn} to invoke it`);
    }
    const result = await this.#surroundings.functions.invoke(
      this.#target,
      this.#event(exchange, identity, methodArn),
      TIMEOUT_MS,
    );
    const response = readResponse(result);
    if ("granted" in response) return response;
    if (this.#ttlMs > 0) this.#store(key, response);
    return verdict(response, resource, this.#matches, allowed, "the policy");
  }

  #event(exchange: Exchange, identity: readonly string[], methodArn: string): Readonly<Record<string, unknown>> {
    if (this.#kind === "token") return { type: "TOKEN", methodArn, authorizationToken: identity[0] };
    return {
      type: "REQUEST",
      methodArn,
      ...requestEvent(exchange, traceOf(exchange)),
    };
  }

  #store(key: string, response: AuthorizerResponse): void {
    this.#cache.delete(key);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= MAX_CACHED && oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(key, { response, until: this.#surroundings.now() + this.#ttlMs });
  }
}

/** @param header the header of the security scheme, which holds a token authorizer's token by default */
function readSources(
  { type, identitySource }: PlainObject,
  place: string,
  header: string,
  caches: boolean,
): readonly Read[] {
  if (type === "token") {
    const source = identitySource ?? `method.request.header.${header}`;
    if (!/^method\.request\.header\.[^,\s]+$/.test(text(source, place))) {
      throw new UnsupportedArtefact(place, "must be one method.request.header.NAME for a token authorizer");
    }
    return readIdentitySource(source, place);
  }
  if (identitySource !== undefined) return readIdentitySource(identitySource, place);
  // Caching requires it (docs.aws.amazon.com, configure-api-gateway-lambda-authorization).
  if (caches) throw new UnsupportedArtefact(place, "is required when results are cached");
  return [];
}
