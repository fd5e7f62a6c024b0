import type { Forward, Invocation, Outcome } from "../../interpreter.ts";
import { describeUpstream, forwardTo, type Upstream } from "../../private-network/upstream.ts";
import { UnmappableValue } from "../shared/header-text.ts";
import { backendHeaders } from "./backend-headers.ts";
import type { Cors } from "./cors.ts";
import type { Stage } from "./document.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpIntegration } from "./integration.ts";
import type { LambdaIntegration } from "./lambda-integration.ts";
import { mapHeaders, mapQuery } from "./parameter-mapping.ts";
import { errorReply, MAX_BODY_BYTES, tooLargeReply } from "./replies.ts";

/** Sends admitted requests to the integrations of their routes. */
export class Dispatcher {
  readonly #stage: Stage;
  readonly #cors: Cors | undefined;

  constructor(stage: Stage, cors: Cors | undefined) {
    this.#stage = stage;
    this.#cors = cors;
  }

  dispatch(exchange: Exchange): Outcome {
    const { route, requestId } = exchange;
    const { integration } = route;
    if (integration.kind === "lambda") return this.#invoke(exchange, integration);
    try {
      const upstream = integration.selectUpstream();
      const forward = this.#forward(exchange, integration, upstream);
      return { decision: "proxied", route: route.key, reason: describeUpstream(upstream), forward };
    } catch (error) {
      if (!(error instanceof UnmappableValue)) throw error;
      const reply = errorReply(400, "Bad Request", requestId);
      return { decision: "malformed", route: route.key, reason: error.message, reply };
    }
  }

  #invoke(exchange: Exchange, integration: LambdaIntegration): Outcome {
    const { route, request, requestId } = exchange;
    const { key, method, path, scopes } = route;
    const { name: stage, variables: stageVariables } = this.#stage;
    const source = { ...exchange, stage, stageVariables, resource: path, scopes };
    const invocation = integration.invocation(source, method, path, MAX_BODY_BYTES);
    if (typeof invocation === "string") {
      const reply = errorReply(500, "Internal Server Error", requestId);
      return { decision: "malformed", route: key, reason: invocation, reply };
    }
    const cors = this.#cors;
    const withCors: Invocation["reply"] = (result) => {
      const reply = invocation.reply(result);
      return cors === undefined ? reply : { ...reply, headers: cors.response(request, reply.headers) };
    };
    const reason = `of ${integration.functionArn}`;
    return { decision: "invoked", route: key, reason, invocation: { ...invocation, reply: withCors } };
  }

  #forward(exchange: Exchange, integration: HttpIntegration, upstream: Upstream): Forward {
    const { request, requestId } = exchange;
    const { mapping } = integration;
    const path = mapping.path?.(exchange) ?? integration.path(exchange);
    const mappedQuery = mapQuery(request.query, mapping.query, exchange);
    const query = [integration.query, mappedQuery].filter((part) => part !== "").join("&");
    const cors = this.#cors;
    return {
      method: integration.method ?? request.method,
      ...forwardTo(upstream, `${path}${query === "" ? "" : `?${query}`}`),
      headers: mapHeaders(backendHeaders(exchange, integration.private), mapping.headers, exchange),
      timeoutMs: integration.timeoutMs,
      maxBodyBytes: MAX_BODY_BYTES,
      response: (status, headers) => ({
        status,
        headers: [...(cors === undefined ? headers : cors.response(request, headers)), ["apigw-requestid", requestId]],
      }),
      tooLarge: () => tooLargeReply(requestId),
      // Unverified: AWS's knowledge centre names 503 for a backend that cannot be reached, also through a VPC link, and 504 for one
      // that is too slow.
      down: (cause) => {
        if (cause === "timeout") return errorReply(504, "Gateway Timeout", requestId);
        if ("origin" in upstream) upstream.markUnreachable?.();
        return errorReply(503, "Service Unavailable", requestId);
      },
    };
  }
}
