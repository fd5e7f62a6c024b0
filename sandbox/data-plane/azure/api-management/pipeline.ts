import { andThen } from "../../and-then.ts";
import type { Forward, GatewayRequest, Outcome, Surroundings } from "../../interpreter.ts";
import { forwardTo, type Upstream } from "../../private-network/upstream.ts";
import { type Readings, readingOf } from "../../readings.ts";
import { backendFailure, backendHeaders, backendUrl } from "./backend-request.ts";
import { type Backend, type Backends, withHeaders, withQuery } from "./backends.ts";
import type { PolicyContext, ResponseState } from "./context.ts";
import { apimReply, errorResponse, toReply } from "./error-reply.ts";
import { Ended, type Exchange, type ForwardSettings, PolicyFailure, runSteps } from "./exchange.ts";
import { HeaderFields } from "./header-fields.ts";
import type { CompiledPolicy } from "./policy-document.ts";
import type { Sku } from "./sku.ts";

/** The largest request body. https://learn.microsoft.com/azure/api-management/api-management-service-limits */
const PAYLOAD_BYTES = 1024 ** 3;
/** The largest request body with `buffer-request-body`. */
const BUFFERED_BYTES = 2 * 1024 ** 2;
/** Unverified: HTTP's status for a large body, with the body of the service's other errors. */
const TOO_LARGE = apimReply(413, "Request Entity Too Large");

/** What the pipelines of all APIs of a service share. */
interface ServiceParts {
  readonly sku: Sku;
  readonly surroundings: Pick<Surroundings, "readings">;
  readonly backends: Backends;
  /** Where the service's requests to an origin go. */
  readonly upstreamOf: (origin: string) => Upstream;
}

/** Runs the policies of an API around the request to the backend. */
export class Pipeline {
  readonly #policy: CompiledPolicy;
  readonly #sku: Sku;
  readonly #oddPaths: Readings["apim-odd-paths"];
  readonly #backends: Backends;
  readonly #upstreamOf: (origin: string) => Upstream;

  constructor(policy: CompiledPolicy, service: ServiceParts) {
    this.#policy = policy;
    this.#sku = service.sku;
    this.#backends = service.backends;
    this.#upstreamOf = service.upstreamOf;
    this.#oddPaths = readingOf(service.surroundings, "apim-odd-paths");
  }

  run(request: GatewayRequest, exchange: Exchange, route: string): Outcome | Promise<Outcome> {
    const { inbound, backend } = this.#policy;
    const ended = (thrown: unknown) => this.#ended(thrown, exchange, route);
    try {
      const passed = andThen(runSteps(inbound, exchange), () => runSteps(backend, exchange));
      const outcome = andThen(passed, () => this.#send(request, exchange, route));
      return outcome instanceof Promise ? outcome.catch(ended) : outcome;
    } catch (thrown) {
      return ended(thrown);
    }
  }

  /** Sends the request to the backend, after the inbound and backend sections. */
  #send(request: GatewayRequest, exchange: Exchange, route: string): Outcome {
    if (exchange.forward === undefined) return this.#notForwarded(exchange, route);
    const { context } = exchange;
    const { origin, path } = backendUrl(context, this.#oddPaths);
    const backend = this.#backends.acting(context.entity, `${origin}${path}`);
    const target = { origin, path: backend === undefined ? path : withQuery(path, backend) };
    const forward = this.#forward(request, exchange, exchange.forward, target, backend);
    const reason = `forwarded to ${context.backend}${described(context, backend)}`;
    return { decision: "proxied", route, reason, forward };
  }

  /** The outcome of a request whose policies threw. */
  #ended(thrown: unknown, exchange: Exchange, route: string): Outcome {
    if (thrown instanceof Ended) {
      const reply = toReply(this.#finish(thrown.response, exchange));
      return { decision: thrown.decision, route, reason: thrown.reason, reply };
    }
    if (thrown instanceof PolicyFailure) return this.fail(thrown, exchange, route);
    throw thrown;
  }

  /** Ends a request with an error, after the `on-error` section. */
  fail(failure: PolicyFailure, exchange: Exchange, route?: string): Outcome {
    const reply = toReply(this.#errorResponse(failure, exchange));
    const { source, reason, message } = failure.error;
    return {
      decision: failure.decision,
      ...(route === undefined ? {} : { route }),
      reason: `${source}: ${reason}: ${message}${failure.detail === undefined ? "" : ` (${failure.detail})`}`,
      reply,
    };
  }

  /** Without `forward-request`, the outbound section runs immediately, on an empty response with status 200. */
  #notForwarded(exchange: Exchange, route: string): Outcome {
    const response = this.#outbound({ status: 200, headers: new HeaderFields(), body: "" }, exchange);
    const reason = "the backend section has no forward-request: the request is not forwarded";
    return { decision: "replied", route, reason, reply: toReply(response) };
  }

  #forward(
    request: GatewayRequest,
    exchange: Exchange,
    settings: ForwardSettings,
    { origin, path }: { readonly origin: string; readonly path: string },
    backend: Backend | undefined,
  ): Forward {
    const { context } = exchange;
    const upstream = this.#upstreamOf(origin);
    const isElsewhere = "origin" in upstream && upstream.origin !== origin;
    const headers = backendHeaders(request, context, isElsewhere ? new URL(origin).host : undefined);
    return {
      method: context.request.method,
      ...forwardTo(upstream, path),
      // Without a header of its own, a request has the host that it is sent to, which may be an address.
      headers: backend === undefined ? headers : withHeaders(headers, backend),
      ...(backend === undefined ? {} : { certificates: backend.certificates }),
      ...(exchange.identity === undefined ? {} : { identity: exchange.identity }),
      timeoutMs: Math.min(settings.timeoutMs, this.#sku.requestMs ?? settings.timeoutMs),
      maxBodyBytes: settings.bufferRequestBody ? BUFFERED_BYTES : PAYLOAD_BYTES,
      response: (status, headers) => {
        const response = this.#outbound({ status, headers: new HeaderFields(headers), body: "" }, exchange);
        return { status: response.status, headers: response.headers.fields };
      },
      tooLarge: () => TOO_LARGE,
      down: (cause) => toReply(this.#errorResponse(backendFailure(cause), exchange)),
    };
  }

  #outbound(response: ResponseState, exchange: Exchange): ResponseState {
    exchange.context.response = response;
    try {
      void runSteps(this.#policy.outbound, exchange);
      return this.#finish(response, exchange);
    } catch (thrown) {
      if (!(thrown instanceof PolicyFailure)) throw thrown;
      return this.#errorResponse(thrown, exchange);
    }
  }

  /** The response of an error, after the `on-error` section. */
  #errorResponse(failure: PolicyFailure, exchange: Exchange): ResponseState {
    const { context } = exchange;
    context.lastError = failure.error;
    context.response = errorResponse(failure.status, failure.shown, failure.headers);
    try {
      void runSteps(this.#policy.onError, exchange);
      return this.#finish(context.response, exchange);
    } catch (thrown) {
      if (thrown instanceof Ended) return this.#finish(thrown.response, exchange);
      if (!(thrown instanceof PolicyFailure)) throw thrown;
      return this.#finish(errorResponse(500, "Internal server error"), exchange);
    }
  }

  /** Adds the headers of the inbound policies to the final response, and counts the request where the count depends on the response. */
  #finish(response: ResponseState, exchange: Exchange): ResponseState {
    exchange.context.response = response;
    for (const count of exchange.onResponse.splice(0)) count(exchange.context);
    for (const [name, value] of exchange.responseHeaders) response.headers.set(name, [value]);
    return response;
  }
}

/** The part of the log's reason about the backend entity. */
function described({ entity }: PolicyContext, backend: Backend | undefined): string {
  if (backend === undefined) return "";
  return entity === undefined
    ? ` (with the settings of the backend ${backend.id}, which has this URL)`
    : ` of the backend ${backend.id}`;
}
