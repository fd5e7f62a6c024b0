import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { AccessLogLine, FunctionRuntime, Outcome, Reply } from "../interpreter.ts";
import { type ExchangeContext, GatewayExchange } from "./gateway-exchange.ts";
import type { BackendProxy } from "./proxy.ts";
import type { RequestLog } from "./request-log.ts";
import type { Served } from "./served.ts";
import { secured, type TlsIdentity, untrustedClient } from "./tls-identity.ts";
import { originForm, WireRequest } from "./wire-request.ts";

export interface GatewayServerOptions {
  readonly proxy: BackendProxy;
  readonly functions: FunctionRuntime;
  /** The Cloud Run service of this sandbox at an origin. @default none */
  readonly serviceAt?: (origin: string) => Served | undefined;
  /** Receives a line for each request. */
  readonly log: (line: RequestLog) => void;
  /** Receives each line of the vendor's own access log. @default none */
  readonly accessLog?: ((line: AccessLogLine) => void) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The server's certificate and the clients that it accepts. @default plain HTTP */
  readonly tls?: TlsIdentity | undefined;
}

/** More than any vendor accepts, in bytes: each interpreter applies its vendor's own limit, with the vendor's response. */
const MOST_HEADER_BYTES = 96 * 1024;
/** Longer than clients keep an idle connection, so that the client closes it and no request meets a closing connection. */
const KEEP_ALIVE_MS = 75_000;
/** How often a closing server looks for connections that have become idle, in milliseconds. */
const IDLE_CHECK_MS = 20;

const HTTP_OPTIONS = {
  insecureHTTPParser: false,
  requireHostHeader: true,
  maxHeaderSize: MOST_HEADER_BYTES,
  keepAliveTimeout: KEEP_ALIVE_MS,
  // A large upload may take any time; the time-out of its exchange ends a silent one.
  requestTimeout: 0,
  headersTimeout: 60_000,
};

const NOT_DEPLOYED: Reply = messageReply(404, "Not Found");
const BAD_REQUEST: Reply = messageReply(400, "Bad Request");
const FORBIDDEN: Reply = messageReply(403, "Forbidden");

/** The HTTP server of one gateway. It can serve another gateway between two requests; those under way finish as they began. */
export class GatewayServer {
  readonly #server: Server;
  readonly #context: ExchangeContext;
  readonly #now: () => number;
  readonly #tls: TlsIdentity | undefined;
  #served: Served | undefined;

  constructor({
    proxy,
    functions,
    serviceAt = () => undefined,
    log,
    accessLog = () => {},
    now,
    tls,
  }: GatewayServerOptions) {
    this.#context = {
      proxy,
      functions,
      serviceAt,
      now,
      logs: { request: log, access: accessLog },
      isServing: () => this.#served !== undefined,
    };
    this.#now = now;
    this.#tls = tls;
    this.#server =
      tls === undefined ? createServer(HTTP_OPTIONS) : createSecureServer({ ...HTTP_OPTIONS, ...secured(tls) });
    this.#server.on("request", (request, response) => this.#handle(request, response, false));
    // Without this listener, Node.js requests the body before the gateway has decided whether to accept it.
    this.#server.on("checkContinue", (request, response) => this.#handle(request, response, true));
  }

  get served(): Served | undefined {
    return this.#served;
  }

  /** The gateway for the next request; undefined to refuse all requests before they reach a backend. */
  set served(served: Served | undefined) {
    this.#served = served;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Listens on 127.0.0.1.
   *
   * @param port 0 for any
   * @returns the port
   */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    return this.port;
  }

  /** Stops accepting requests, lets those under way finish, and closes the rest after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#served = undefined;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
      // A connection that carries a response now is kept alive afterwards, and would keep the server open.
      const idle = setInterval(() => this.#server.closeIdleConnections(), IDLE_CHECK_MS);
      this.#server.close(() => {
        clearTimeout(cut);
        clearInterval(idle);
        resolve();
      });
      this.#server.closeIdleConnections();
    });
  }

  #handle(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const served = this.#served;
    const exchange = new GatewayExchange(this.#context, served, request, response, awaitsContinue, this.#now());
    try {
      exchange.complete(this.#decide(served, request, response));
    } catch (error) {
      exchange.fail(error);
    }
  }

  #decide(served: Served | undefined, request: IncomingMessage, response: ServerResponse): Outcome | Promise<Outcome> {
    if (served === undefined) {
      response.shouldKeepAlive = this.#server.listening;
      return { decision: "no route", reason: "no gateway is deployed here", reply: NOT_DEPLOYED };
    }
    const untrusted = this.#tls === undefined ? undefined : untrustedClient(this.#tls, request.socket);
    if (untrusted !== undefined) {
      return { decision: "unauthenticated", reason: untrusted, reply: FORBIDDEN };
    }
    const target = originForm(request.url ?? "");
    if (target === undefined) {
      return { decision: "malformed", reason: "the request target is not a path", reply: BAD_REQUEST };
    }
    return served.interpreter.decide(new WireRequest(request, target));
  }
}

function messageReply(status: number, message: string): Reply {
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify({ message }) };
}
