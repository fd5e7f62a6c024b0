import type { Forward, GatewayRequest, Reply } from "../interpreter.ts";
import type { ProxyEnd } from "./backend-exchange.ts";
import { backendFields } from "./backend-headers.ts";
import { fieldPairs } from "./fields.ts";
import { CLIENT_CLOSED } from "./whole-body.ts";

/** How a call ended for the gateway that made it, and for the service. */
export interface CallEnds {
  readonly gateway: ProxyEnd;
  readonly service: ProxyEnd;
}

/**
 * A gateway's request to a Cloud Run service of the same sandbox, as one request to the service's container. At Google, the front end
 * between them is no server of the user's; here it is the interpreter of the service, and a second HTTP server in the same process would
 * only take time.
 */
export class ServiceCall {
  /** The request to the container. */
  readonly forward: Forward;
  readonly #gateway: Forward;
  /** Whose response the client gets when the container's is not passed on. */
  #answeredBy: "gateway" | "service" | undefined;
  #status: number | undefined;

  constructor(gateway: Forward, service: Forward) {
    this.#gateway = gateway;
    const first = gateway.timeoutMs <= service.timeoutMs ? gateway : service;
    const smaller = gateway.maxBodyBytes <= service.maxBodyBytes ? gateway : service;
    // The gateway repeats a request only when its connection to the front end fails, which it does not here.
    this.forward = {
      ...service,
      timeoutMs: first.timeoutMs,
      maxBodyBytes: smaller.maxBodyBytes,
      response: (status, headers) => {
        const head = service.response?.(status, headers) ?? { status, headers };
        return gateway.response?.(head.status, head.headers) ?? head;
      },
      ...(gateway.store === undefined ? {} : { store: gateway.store }),
      tooLarge: () => (smaller === gateway ? this.#ofGateway(gateway.tooLarge()) : this.#ofService(service.tooLarge())),
      down: (cause) =>
        cause === "timeout" && first === gateway
          ? this.#ofGateway(gateway.down("timeout"))
          : this.#ofService(service.down(cause)),
    };
  }

  #ofService(reply: Reply): Reply {
    this.#answeredBy = "service";
    this.#status = reply.status;
    return passedOn(this.#gateway, reply);
  }

  #ofGateway(reply: Reply): Reply {
    this.#answeredBy = "gateway";
    return reply;
  }

  /** @param end that of the request to the container */
  ends(end: ProxyEnd): CallEnds {
    const { status, bytes, backend } = end;
    switch (this.#answeredBy) {
      case undefined:
        return { gateway: { ...end, backend: true }, service: end };
      case "gateway":
        return { gateway: end, service: { decision: "proxied", status: 0, problem: CLIENT_CLOSED, backend, bytes: 0 } };
      case "service": {
        const answered = this.#status === undefined ? {} : { backendStatus: this.#status };
        return {
          gateway: { decision: "proxied", status, backend: true, bytes, ...answered },
          service: { ...end, status: this.#status ?? status },
        };
      }
    }
  }
}

/** A response of a service itself, as the gateway passes it on. */
export function passedOn(gateway: Forward, reply: Reply): Reply {
  const { status, headers } = gateway.response?.(reply.status, reply.headers) ?? reply;
  return { status, headers, body: reply.body };
}

/** The request that the service receives: over TCP, it would arrive with the same fields. */
export function requestToService(
  forward: Forward,
  request: Parameters<typeof backendFields>[1],
  length: number | undefined,
): GatewayRequest {
  const authority = forward.origin.slice(forward.origin.indexOf("://") + 3);
  const headers = fieldPairs(backendFields(forward.headers, request, authority, length));
  const path = forward.path.startsWith("/") ? forward.path : `/${forward.path}`;
  const mark = path.indexOf("?");
  return {
    method: forward.method,
    path: mark === -1 ? path : path.slice(0, mark),
    query: mark === -1 ? "" : path.slice(mark + 1),
    headers,
    header: (name) => headers.find(([each]) => each.toLowerCase() === name)?.[1],
    remoteAddress: "127.0.0.1",
  };
}
