import type { Decided, FunctionReply, FunctionResult, Surroundings, WholeResponse } from "../../../interpreter.ts";
import { describeUpstream } from "../../../private-network/upstream.ts";
import { type Readings, readingOf } from "../../../readings.ts";
import type { AwsRestApiArtefacts } from "../../artefacts/rest-api.ts";
import { UnmappableValue } from "../../shared/header-text.ts";
import { BAD_REQUEST, gatewayError } from "../gateway-error.ts";
import type { Method, MethodExchange } from "../method.ts";
import type { Outcomes } from "../outcomes.ts";
import { type Caching, cachingOf, MAX_CACHED_BYTES, ResponseCache, requestsInvalidation } from "../response-cache.ts";
import { HttpIntegration } from "./http-integration.ts";
import { MockIntegration } from "./mock-integration.ts";

/** The strategy adds a warning (API reference, MethodSetting). Unverified: the text of the warning. */
const WARNING = ["warning", "199 Cache-Control headers were ignored because the caller was unauthorized."] as const;

/** Serves admitted requests from the cache, or sends them to the integrations of their methods. */
export class Dispatcher {
  readonly #caching = new Map<string, Caching>();
  readonly #cache: ResponseCache;
  /** `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE`. */
  readonly #stageArn: string;
  readonly #now: () => number;
  readonly #anyPermission: Readings["aws-any-permission"];
  readonly #outcomes: Outcomes;

  constructor(
    { executionArn, stage }: AwsRestApiArtefacts,
    methods: readonly Method[],
    surroundings: Surroundings,
    outcomes: Outcomes,
    cache = new ResponseCache(),
  ) {
    for (const { key, resource, name } of methods) {
      const caching = cachingOf(stage.cached ?? false, stage.methodSettings, resource, name);
      if (caching !== undefined) this.#caching.set(key, caching);
    }
    this.#cache = cache;
    this.#stageArn = `${executionArn}/${stage.name}`;
    this.#now = surroundings.now;
    this.#anyPermission = readingOf(surroundings, "aws-any-permission");
    this.#outcomes = outcomes;
  }

  dispatch(exchange: MethodExchange): Decided {
    try {
      const caching = this.#caching.get(exchange.method.key);
      const decided = caching === undefined ? this.#integrate(exchange) : this.#serveCached(exchange, caching);
      return this.#outcomes.log(decided, exchange);
    } catch (error) {
      if (!(error instanceof UnmappableValue)) throw error;
      return this.#outcomes.refuse(exchange, "malformed", error.message, BAD_REQUEST);
    }
  }

  #serveCached(exchange: MethodExchange, { seconds, guarded, strategy }: Caching): Decided {
    const { key: route, cacheKey } = exchange.method;
    const key = cacheKey(exchange);
    const invalidates = requestsInvalidation(exchange);
    if (invalidates && guarded && strategy === "FAIL_WITH_403") {
      // No client of the sandbox has the permission execute-api:InvalidateCache. Unverified: the response.
      const reason = "the client may not invalidate the cache";
      return this.#outcomes.unloggedRefusal(exchange, "forbidden", reason, gatewayError("ACCESS_DENIED"));
    }
    const cached = invalidates && !guarded ? undefined : this.#cache.get(key, exchange.time);
    if (cached !== undefined) {
      const warns = invalidates && strategy === "SUCCEED_WITH_RESPONSE_HEADER";
      const headers = warns ? [...cached.headers, WARNING] : cached.headers;
      return { decision: "cached", route, reason: "a cached response", response: { ...cached, headers } };
    }
    return storing(this.#integrate(exchange), (response) =>
      this.#cache.put(key, response, this.#now() + seconds * 1_000),
    );
  }

  #integrate(exchange: MethodExchange): Decided {
    const { key, name, resource, integration } = exchange.method;
    if (integration instanceof HttpIntegration) {
      const upstream = integration.selectUpstream();
      const forward = integration.forward(exchange, upstream);
      return { decision: "proxied", route: key, reason: describeUpstream(upstream), forward };
    }
    if (integration instanceof MockIntegration) return this.#mock(exchange, integration);
    const named = name === "ANY" && this.#anyPermission === "request" ? exchange.request.method : name;
    const invocation = integration.invocation(exchange, `${this.#stageArn}/${named}${resource}`);
    if (typeof invocation === "string") {
      return this.#outcomes.unloggedRefusal(exchange, "malformed", invocation, gatewayError("API_CONFIGURATION_ERROR"));
    }
    return { decision: "invoked", route: key, reason: `of ${integration.functionArn}`, invocation };
  }

  #mock(exchange: MethodExchange, integration: MockIntegration): Decided {
    const { key: route } = exchange.method;
    const reply = integration.reply(exchange);
    if ("reason" in reply) return this.#outcomes.unloggedRefusal(exchange, "malformed", reply.reason, reply.error);
    const preflight = exchange.request.method === "OPTIONS" && integration.allowsOrigins;
    return preflight
      ? { decision: "preflight", route, reason: "CORS preflight by a mock", reply }
      : { decision: "replied", route, reason: "a mock's reply", reply };
  }
}

/** The outcome, which passes the backend's response to `store` once it is complete. */
function storing(outcome: Decided, store: (response: WholeResponse) => void): Decided {
  if (outcome.decision === "proxied") {
    return { ...outcome, forward: { ...outcome.forward, store: { maxBytes: MAX_CACHED_BYTES, receive: store } } };
  }
  if (outcome.decision !== "invoked") return outcome;
  const { invocation } = outcome;
  const reply = (result: FunctionResult): FunctionReply => {
    const response = invocation.reply(result);
    if (response.down === undefined) store(response);
    return response;
  };
  return { ...outcome, invocation: { ...invocation, reply } };
}
