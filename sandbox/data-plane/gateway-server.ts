import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { DeployedGateway } from "./artefacts.ts";
import { type InvocationEnd, invokeFunction } from "./functions/exchange.ts";
import type { FunctionRuntime, Interpreter, Outcome, Reply } from "./interpreter.ts";
import type { BackendProxy, ProxyEnd } from "./proxy.ts";
import { sendReply } from "./reply.ts";
import type { RequestLog } from "./request-log.ts";
import { originForm, WireRequest } from "./wire-request.ts";

/** A gateway together with what answers for it. */
export interface Served {
  readonly gateway: DeployedGateway;
  readonly interpreter: Interpreter;
}

/** More than any vendor takes, in bytes: each interpreter refuses above its vendor's own limit, with the vendor's answer. */
const MOST_HEADER_BYTES = 96 * 1024;
/** Longer than a client keeps an idle connection, so that it is the client who closes it, and no request meets a close. */
const KEEP_ALIVE_MS = 75_000;

/** How often a server that is being closed looks for connections that have become idle. */
const IDLE_CHECK_MS = 20;

const NOT_DEPLOYED: Reply = json(404, "Not Found");
const BAD_REQUEST: Reply = json(400, "Bad Request");
const BROKEN: Reply = json(500, "Internal Server Error");

/** The HTTP server of one gateway. What it serves is changed between requests; those under way finish as they began. */
export class GatewayServer {
  readonly #server: Server;
  readonly #proxy: BackendProxy;
  readonly #functions: FunctionRuntime;
  readonly #log: (line: RequestLog) => void;
  readonly #now: () => number;
  #served: Served | undefined;

  constructor(proxy: BackendProxy, functions: FunctionRuntime, log: (line: RequestLog) => void, now: () => number) {
    this.#proxy = proxy;
    this.#functions = functions;
    this.#log = log;
    this.#now = now;
    this.#server = createServer({
      insecureHTTPParser: false,
      requireHostHeader: true,
      maxHeaderSize: MOST_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Large uploads take as long as they take; a silent one is ended by the time-out of its exchange.
      requestTimeout: 0,
      headersTimeout: 60_000,
    });
    this.#server.on("request", (request, response) => this.#handle(request, response, false));
    // Without a listener Node would ask for the body before anyone has decided whether it is wanted.
    this.#server.on("checkContinue", (request, response) => this.#handle(request, response, true));
  }

  get served(): Served | undefined {
    return this.#served;
  }

  /** What answers from the next request on; undefined: nothing does, and no request reaches a backend. */
  set served(served: Served | undefined) {
    this.#served = served;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @returns the port, chosen by the system for 0 */
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

  /** Takes no more requests, lets those under way finish, and cuts what has not after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#served = undefined;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
      // A connection whose last answer was under way is kept alive by then, and would hold the server open.
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
    const entry = new Entry(request, served, this.#now(), this.#log);
    const reply = (outcome: Exclude<Outcome, { readonly decision: "proxied" | "invoked" }>) => {
      sendReply(request, response, outcome.reply, awaitsContinue);
      entry.write(outcome.decision, outcome.reply.status, outcome.route, outcome.reason, false);
    };
    const act = (outcome: Outcome) => {
      // A server that is being closed ends its connections one by one, each after its answer.
      if (this.#served === undefined) response.shouldKeepAlive = false;
      if (request.socket.destroyed) {
        const decision = outcome.decision === "invoked" ? "proxied" : outcome.decision;
        entry.write(decision, 0, outcome.route, "the client went away", false);
      } else if (outcome.decision === "proxied") {
        const { route, reason, forward } = outcome;
        this.#proxy.pass(
          forward,
          request,
          response,
          awaitsContinue,
          ({ decision, status, problem, backend }: ProxyEnd) =>
            entry.write(decision, status, route, problem ?? reason, backend),
        );
      } else if (outcome.decision === "invoked") {
        const { route, reason, invocation } = outcome;
        const done = ({ decision, status, problem, backend }: InvocationEnd) =>
          entry.write(decision, status, route, problem ?? reason, backend);
        invokeFunction(this.#functions, invocation, request, response, awaitsContinue, done).catch(broken);
      } else reply(outcome);
    };
    const broken = (error: unknown) => {
      if (response.headersSent) response.destroy();
      else reply({ decision: "malformed", reason: `the interpreter failed: ${String(error)}`, reply: BROKEN });
    };
    try {
      const outcome = this.#decide(served, request, response);
      if (outcome instanceof Promise) outcome.then(act).catch(broken);
      else act(outcome);
    } catch (error) {
      broken(error);
    }
  }

  #decide(served: Served | undefined, request: IncomingMessage, response: ServerResponse): Outcome | Promise<Outcome> {
    if (served === undefined) {
      response.shouldKeepAlive = this.#server.listening;
      return { decision: "no route", reason: "nothing is deployed here", reply: NOT_DEPLOYED };
    }
    const target = originForm(request.url ?? "");
    if (target === undefined) {
      return { decision: "malformed", reason: "the request target is not a path", reply: BAD_REQUEST };
    }
    return served.interpreter.decide(new WireRequest(request, target));
  }
}

/** The line of one request. */
class Entry {
  readonly #request: IncomingMessage;
  readonly #served: Served | undefined;
  readonly #time: number;
  readonly #log: (line: RequestLog) => void;
  readonly #began = performance.now();

  constructor(request: IncomingMessage, served: Served | undefined, time: number, log: (line: RequestLog) => void) {
    this.#request = request;
    this.#served = served;
    this.#time = time;
    this.#log = log;
  }

  write(
    decision: RequestLog["decision"],
    status: number,
    route: string | undefined,
    reason: string,
    backend: boolean,
  ): void {
    const { method = "", url = "" } = this.#request;
    const gateway = this.#served?.gateway;
    const mark = url.indexOf("?");
    this.#log({
      time: this.#time,
      gateway: gateway?.name ?? "",
      vendor: gateway?.vendor ?? "",
      region: gateway?.region ?? "",
      method,
      path: mark === -1 ? url : url.slice(0, mark),
      status,
      decision,
      route,
      reason,
      ms: performance.now() - this.#began,
      backend,
    });
  }
}

function json(status: number, message: string): Reply {
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify({ message }) };
}
