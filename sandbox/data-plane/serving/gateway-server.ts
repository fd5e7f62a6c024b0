import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { DeployedGateway } from "../artefacts.ts";
import { type InvocationEnd, invokeFunction } from "../functions/exchange.ts";
import type {
  AccessLogLine,
  Decided,
  Decision,
  FunctionReply,
  FunctionRuntime,
  IntegrationEnd,
  Interpreter,
  Outcome,
  Reply,
  ReplyError,
} from "../interpreter.ts";
import type { BackendProxy, ProxyEnd } from "./proxy.ts";
import { payloadBytes, sendReply } from "./reply.ts";
import type { RequestLog } from "./request-log.ts";
import { secured, type TlsIdentity, untrustedClient } from "./tls-identity.ts";
import { bodyTooLarge, CLIENT_CLOSED, readBody } from "./whole-body.ts";
import { originForm, WireRequest } from "./wire-request.ts";

/** Who is told of each request, in the sandbox's words and in the vendor's. */
interface RequestLogs {
  readonly request: (line: RequestLog) => void;
  readonly access: (line: AccessLogLine) => void;
}

/** A gateway together with what answers for it. */
export interface Served {
  /** Its names, for the log. */
  readonly gateway: Pick<DeployedGateway, "name" | "vendor" | "region"> & Partial<DeployedGateway>;
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
const FORBIDDEN: Reply = json(403, "Forbidden");
const BROKEN: Reply = json(500, "Internal Server Error");

/** The HTTP server of one gateway. What it serves is changed between requests; those under way finish as they began. */
export class GatewayServer {
  readonly #server: Server;
  readonly #proxy: BackendProxy;
  readonly #functions: FunctionRuntime;
  readonly #logs: RequestLogs;
  readonly #now: () => number;
  readonly #tls: TlsIdentity | undefined;
  #served: Served | undefined;

  /**
   * @param access told of each line of the vendor's own access log
   * @param tls who it is, and whom it lets in, where it speaks HTTPS
   */
  constructor(
    proxy: BackendProxy,
    functions: FunctionRuntime,
    log: (line: RequestLog) => void,
    now: () => number,
    access: (line: AccessLogLine) => void = () => {},
    tls?: TlsIdentity,
  ) {
    this.#proxy = proxy;
    this.#functions = functions;
    this.#logs = { request: log, access };
    this.#now = now;
    this.#tls = tls;
    const options = {
      insecureHTTPParser: false,
      requireHostHeader: true,
      maxHeaderSize: MOST_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Large uploads take as long as they take; a silent one is ended by the time-out of its exchange.
      requestTimeout: 0,
      headersTimeout: 60_000,
    };
    this.#server = tls === undefined ? createServer(options) : createSecureServer({ ...options, ...secured(tls) });
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
    const entry = new Entry(request, served, this.#now(), this.#logs);
    const answer = (outcome: Decided, reply: Omit<FunctionReply, "down">) => {
      sendReply(request, response, reply, awaitsContinue);
      entry.write(outcome, {
        status: reply.status,
        backend: false,
        bytes: payloadBytes(request, reply),
        ...(reply.error === undefined ? {} : { error: reply.error }),
      });
    };
    const act = (outcome: Decided, held?: Uint8Array) => {
      // A server that is being closed ends its connections one by one, each after its answer.
      if (this.#served === undefined) response.shouldKeepAlive = false;
      if (request.socket.destroyed) {
        entry.write(outcome, { status: 0, backend: false, bytes: 0, problem: CLIENT_CLOSED });
      } else if (outcome.decision === "proxied") {
        const began = performance.now();
        const done = (end: ProxyEnd) => entry.write(outcome, { ...end, integration: ofBackend(end, began) });
        this.#proxy.pass(outcome.forward, request, response, awaitsContinue && held === undefined, done, held);
      } else if (outcome.decision === "invoked") {
        const began = performance.now();
        const done = (end: InvocationEnd) => entry.write(outcome, { ...end, integration: ofFunction(end, began) });
        const asked = awaitsContinue && held === undefined;
        invokeFunction(this.#functions, outcome.invocation, request, response, asked, done, held).catch(broken);
      } else answer(outcome, outcome.decision === "cached" ? outcome.kept : outcome.reply);
    };
    const inspect = async (outcome: Extract<Outcome, { readonly decision: "undecided" }>): Promise<void> => {
      const { maxBodyBytes, tooLarge, decide } = outcome.inspection;
      const body = await readBody(request, response, maxBodyBytes, awaitsContinue);
      if ("whole" in body) decided(decide(body.whole), body.whole);
      else if ("bytes" in body) {
        const problem = bodyTooLarge(body.bytes, maxBodyBytes);
        const { status } = tooLarge;
        sendReply(request, response, tooLarge, awaitsContinue && !body.begun);
        const bytes = payloadBytes(request, tooLarge);
        entry.write(outcome, { decision: "too large", status, backend: false, bytes, problem });
      } else {
        response.destroy();
        entry.write(outcome, { decision: "malformed", status: 0, backend: false, bytes: 0, problem: body.broken });
      }
    };
    /** What one look at the body leaves to another has the same body before it. */
    const decided = (outcome: Outcome, body: Uint8Array): void => {
      if (outcome.decision === "undecided") decided(outcome.inspection.decide(body), body);
      else act(outcome, body);
    };
    const begin = (outcome: Outcome) => {
      if (outcome.decision === "undecided") inspect(outcome).catch(broken);
      else act(outcome);
    };
    const broken = (error: unknown) => {
      if (response.headersSent) response.destroy();
      else answer({ decision: "malformed", reason: `the interpreter failed: ${String(error)}`, reply: BROKEN }, BROKEN);
    };
    try {
      const outcome = this.#decide(served, request, response);
      if (outcome instanceof Promise) outcome.then(begin).catch(broken);
      else begin(outcome);
    } catch (error) {
      broken(error);
    }
  }

  #decide(served: Served | undefined, request: IncomingMessage, response: ServerResponse): Outcome | Promise<Outcome> {
    if (served === undefined) {
      response.shouldKeepAlive = this.#server.listening;
      return { decision: "no route", reason: "nothing is deployed here", reply: NOT_DEPLOYED };
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

/** How a request ended. */
interface End {
  /** What became of what was decided, where that is not itself. */
  readonly decision?: RequestLog["decision"];
  readonly status: number;
  readonly backend: boolean;
  readonly bytes: number;
  readonly problem?: string;
  readonly error?: ReplyError;
  readonly integration?: IntegrationEnd;
}

function ofBackend({ backendStatus: status, decision, problem }: ProxyEnd, began: number): IntegrationEnd {
  return {
    ms: performance.now() - began,
    ...(status === undefined ? {} : { status, serviceStatus: status }),
    ...(decision === "backend down" && problem !== undefined ? { problem } : {}),
  };
}

function ofFunction({ decision, status, problem, backend }: InvocationEnd, began: number): IntegrationEnd {
  const answered = backend && decision === "proxied" && status !== 0;
  return {
    ms: performance.now() - began,
    ...(answered ? { status } : {}),
    // A function that threw was run: to Lambda that is a success.
    ...(backend ? { serviceStatus: 200 } : {}),
    ...(decision === "backend down" && problem !== undefined ? { problem } : {}),
  };
}

/** The lines of one request. */
class Entry {
  readonly #request: IncomingMessage;
  readonly #served: Served | undefined;
  readonly #time: number;
  readonly #logs: RequestLogs;
  readonly #began = performance.now();

  constructor(request: IncomingMessage, served: Served | undefined, time: number, logs: RequestLogs) {
    this.#request = request;
    this.#served = served;
    this.#time = time;
    this.#logs = logs;
  }

  write(outcome: Outcome, end: End): void {
    const { method = "", url = "" } = this.#request;
    const gateway = this.#served?.gateway;
    const mark = url.indexOf("?");
    const ms = performance.now() - this.#began;
    // Of one that is undecided, how it ended says what it was.
    const { decision } = outcome;
    const seen = { invoked: "proxied", cached: "replied", undecided: "malformed" } as const;
    const decided = decision in seen ? seen[decision as keyof typeof seen] : (decision as Decision);
    this.#logs.request({
      time: this.#time,
      gateway: gateway?.name ?? "",
      vendor: gateway?.vendor ?? "",
      region: gateway?.region ?? "",
      method,
      path: mark === -1 ? url : url.slice(0, mark),
      status: end.status,
      decision: end.decision ?? decided,
      route: outcome.route,
      reason: end.problem ?? outcome.reason,
      ms,
      backend: end.backend,
    });
    if (outcome.logged === undefined) return;
    const { alsoTo, ...line } = outcome.logged({ ...end, ms });
    for (const logGroup of [line.logGroup, ...(alsoTo === undefined ? [] : [alsoTo])]) {
      this.#logs.access({ ...line, logGroup });
    }
  }
}

function json(status: number, message: string): Reply {
  return { status, headers: [["content-type", "application/json"]], body: JSON.stringify({ message }) };
}
