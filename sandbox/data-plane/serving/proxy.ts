import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { Agent, type Dispatcher } from "undici";
import { type HostMap, noHostMapEntry } from "../../host-map.ts";
import type { Forward, Reply, ReplyError } from "../interpreter.ts";
import { isHopByHop } from "./hop-by-hop.ts";
import { payloadBytes, sendReply } from "./reply.ts";
import { bodyTooLarge, CLIENT_CLOSED } from "./whole-body.ts";

/** How a proxied request ended. */
export interface ProxyEnd {
  readonly decision: "proxied" | "backend down" | "too large";
  /** Zero when the client went away before there was one. */
  readonly status: number;
  /** What went wrong, when something did. */
  readonly problem?: string;
  /** Whether the backend saw the request, or a part of it. */
  readonly backend: boolean;
  /** Of the answer's body, as far as it was sent. */
  readonly bytes: number;
  /** The backend's own status; absent when it gave none. */
  readonly backendStatus?: number;
  /** Of the gateway's answer, where it is not the backend's. */
  readonly error?: ReplyError;
}

/** How long a connection to a backend is tried. The vendors' time for it is part of the request's; a loopback needs none. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * The largest body that is read whole before it is passed on, in bytes: it goes in one piece with the headers then, which is
 * most of the time that a small request takes. Larger ones, and those of undeclared length, stream.
 */
const SMALL_BODY_BYTES = 16 * 1024;

/** Passes requests on to backends and their answers back, without holding either. */
export class BackendProxy {
  readonly #hosts: HostMap;
  readonly #agent = new Agent({
    pipelining: 1,
    connections: null,
    // The exchange has a timer of its own: undici's is exact to half a second only.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    allowH2: false,
  });
  readonly #origins = new Map<string, URL>();

  constructor(hosts: HostMap) {
    this.#hosts = hosts;
  }

  /**
   * Passes one request on, and calls `done` once, when its answer is sent or cannot be.
   *
   * The backend sees `forward.headers` without those of one connection, and `Host`: the one among them, otherwise the
   * backend's own authority.
   *
   * @param held the body, where it has been read already
   */
  pass(
    forward: Forward,
    request: IncomingMessage,
    response: ServerResponse,
    awaitsContinue: boolean,
    done: (end: ProxyEnd) => void,
    held?: Uint8Array,
  ): void {
    const exchange = new Exchange(forward, request, response, awaitsContinue, done);
    if (forward.unreachable !== undefined) {
      exchange.fail("refused", forward.unreachable);
      return;
    }
    const { origin, path } = splitUrl(forward.url);
    const target = this.#target(origin);
    if (typeof target === "string") {
      exchange.fail("refused", target);
      return;
    }
    const length = held?.length ?? declaredLength(request);
    if (length !== undefined && length > forward.maxBodyBytes) exchange.refuse(length);
    else exchange.start(this.#agent, target.resolved, target.authority, path, length, held);
  }

  /** Ends all connections to backends. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** The origin to connect to and the authority to name, or why there is none. Asked each time: the map may change. */
  #target(origin: string): { readonly resolved: string; readonly authority: string } | string {
    let url = this.#origins.get(origin);
    if (url === undefined) {
      const parsed = URL.parse(origin);
      if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
        return `the backend's address ${origin} is not an http or https URL`;
      }
      // Clients may choose a part of it (a stage variable, an expression), so what is kept is bounded.
      if (this.#origins.size >= 1_000) this.#origins.clear();
      url = parsed;
      this.#origins.set(origin, url);
    }
    const resolved = this.#hosts.resolve(url);
    return resolved === undefined ? noHostMapEntry(url) : { resolved: resolved.origin, authority: url.host };
  }
}

/** Not with `URL`, which would change the path: dots resolved, characters encoded. */
function splitUrl(url: string): { readonly origin: string; readonly path: string } {
  const scheme = url.indexOf("://");
  let end = scheme === -1 ? url.length : scheme + 3;
  for (; end < url.length; end++) {
    const character = url.charCodeAt(end);
    if (character === 47 || character === 63 || character === 35) break;
  }
  const path = url.slice(end);
  return { origin: url.slice(0, end), path: path.startsWith("/") ? path : `/${path}` };
}

/** The length a request declares; undefined without a declaration, 0 without a body. */
function declaredLength(request: IncomingMessage): number | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding !== undefined) return undefined;
  return length === undefined ? 0 : Number(length);
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly #forward: Forward;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #awaitsContinue: boolean;
  readonly #done: (end: ProxyEnd) => void;
  readonly #drained = () => {
    if (this.#ended) return;
    this.#startTimer();
    this.#controller?.resume();
  };
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #body: RequestBody | undefined;
  #ended = false;
  #touched = false;
  #bytes = 0;
  #backendStatus: number | undefined;
  /** What is kept of the answer so far; undefined once it is too much, or where nothing is. */
  #kept: { readonly status: number; readonly headers: Fields; readonly chunks: Buffer[] } | undefined;

  constructor(
    forward: Forward,
    request: IncomingMessage,
    response: ServerResponse,
    awaitsContinue: boolean,
    done: (end: ProxyEnd) => void,
  ) {
    this.#forward = forward;
    this.#request = request;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
    this.#done = done;
  }

  start(
    agent: Agent,
    origin: string,
    authority: string,
    path: string,
    length: number | undefined,
    held: Uint8Array | undefined,
  ): void {
    const { maxBodyBytes } = this.#forward;
    const small = length !== undefined && length <= SMALL_BODY_BYTES && !this.#awaitsContinue;
    this.#startTimer();
    this.#response.once("close", () => this.#abandon());
    const dispatch = (body: Dispatcher.DispatchOptions["body"]): void => {
      const { method, headers } = this.#forward;
      const fields = backendFields(headers, this.#request, authority, length);
      try {
        agent.dispatch({ origin, path, method, headers: fields, body: body ?? null }, this);
      } catch (error) {
        this.fail("refused", (error as Error).message);
      }
    };
    if (length === 0) dispatch(null);
    else if (held !== undefined) dispatch(held);
    else if (small) this.#whole(dispatch);
    else {
      this.#body = new RequestBody(this.#request, maxBodyBytes, {
        wanted: () => {
          if (this.#awaitsContinue) this.#response.writeContinue();
        },
        tooLarge: (bytes) => this.refuse(bytes),
      });
      dispatch(this.#body);
    }
  }

  /** Waits for a small body. A client that goes away before has not touched the backend. */
  #whole(then: (body: Buffer) => void): void {
    const chunks: Buffer[] = [];
    this.#request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      this.#timer?.refresh();
    });
    this.#request.on("end", () => {
      if (!this.#ended) then(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
  }

  /** Answers that the body is too large. */
  refuse(bytes: number): void {
    const problem = bodyTooLarge(bytes, this.#forward.maxBodyBytes);
    this.#answer("too large", this.#forward.tooLarge, problem);
  }

  /** Answers that the backend is down; when its answer is on its way already, breaks that off. */
  fail(cause: "refused" | "timeout", problem: string): void {
    if (this.#ended) return;
    let reply: Reply;
    try {
      reply = this.#forward.down(cause);
    } catch (error) {
      this.#breakOff(`${problem}; ${(error as Error).message}`);
      return;
    }
    this.#answer("backend down", reply, problem);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) controller.abort(new Error("ended before it began"));
    this.#controller = controller;
    this.#touched = !this.#ended;
  }

  onBodySent(): void {
    this.#timer?.refresh();
  }

  onRequestSent(): void {
    this.#timer?.refresh();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // Interim answers concern the gateway; the client gets the final one.
    if (this.#ended || status < 200) return;
    this.#timer?.refresh();
    this.#backendStatus = status;
    const raw = controller.rawHeaders as readonly (Buffer | string)[];
    try {
      let answer = { status, headers: clientFields(raw) };
      if (this.#forward.response !== undefined) answer = changed(this.#forward.response(status, answer.headers));
      this.#response.writeHead(answer.status, answer.headers.flat());
      if (this.#forward.keep !== undefined) this.#kept = { ...answer, chunks: [] };
    } catch (error) {
      this.fail("refused", `the backend's answer cannot be passed on: ${(error as Error).message}`);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#bytes += chunk.length;
    if (this.#bytes > (this.#forward.keep?.most ?? 0)) this.#kept = undefined;
    else this.#kept?.chunks.push(Buffer.from(chunk));
    if (this.#response.write(chunk)) {
      this.#timer?.refresh();
      return;
    }
    // A client that reads slowly is not a backend that is silent: the timer starts again with the next drain.
    controller.pause();
    clearTimeout(this.#timer);
    this.#response.once("drain", this.#drained);
  }

  onResponseEnd(): void {
    if (this.#ended) return;
    this.#end();
    this.#response.end();
    if (this.#kept !== undefined) {
      const { status, headers, chunks } = this.#kept;
      this.#forward.keep?.answer({ status, headers, body: Buffer.concat(chunks) });
    }
    if (!this.#request.complete) this.#request.resume();
    this.#done({ decision: "proxied", status: this.#response.statusCode, backend: true, ...this.#answered() });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#ended) return;
    if (this.#response.headersSent) this.#breakOff(`the backend broke off its answer: ${error.message}`);
    else this.fail("refused", describe(error));
  }

  #answer(decision: "too large" | "backend down", reply: Reply, problem: string): void {
    if (this.#ended) return;
    if (this.#response.headersSent) {
      this.#breakOff(problem);
      return;
    }
    this.#end();
    this.#controller?.abort(new Error(problem));
    sendReply(this.#request, this.#response, reply, this.#awaitsContinue && this.#body?.started !== true);
    this.#done({
      decision,
      status: reply.status,
      problem,
      backend: this.#touched,
      bytes: payloadBytes(this.#request, reply),
      ...(reply.error === undefined ? {} : { error: reply.error }),
    });
  }

  /** The status is sent already: only a connection cut short tells the client that the answer is not whole. */
  #breakOff(problem: string): void {
    const { headersSent, statusCode } = this.#response;
    this.#end();
    this.#controller?.abort(new Error(problem));
    this.#response.destroy();
    const status = headersSent ? statusCode : 0;
    this.#done({ decision: "proxied", status, problem, backend: this.#touched, ...this.#answered() });
  }

  /** The client went away: the backend need not finish. */
  #abandon(): void {
    if (this.#ended) return;
    const { headersSent, statusCode } = this.#response;
    this.#end();
    this.#controller?.abort(new Error(CLIENT_CLOSED));
    const problem = CLIENT_CLOSED;
    const status = headersSent ? statusCode : 0;
    this.#done({ decision: "proxied", status, problem, backend: this.#touched, ...this.#answered() });
  }

  #answered(): Pick<ProxyEnd, "bytes" | "backendStatus"> {
    const status = this.#backendStatus;
    return { bytes: this.#bytes, ...(status === undefined ? {} : { backendStatus: status }) };
  }

  #startTimer(): void {
    const { timeoutMs } = this.#forward;
    this.#timer = setTimeout(() => this.fail("timeout", `nothing from the backend for ${timeoutMs} ms`), timeoutMs);
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#body?.detach();
  }
}

/**
 * A request's body on its way to the backend, counted. A stream of its own, because undici destroys the body of a request
 * that fails, and with the client's message its connection would go, and the answer with it.
 */
class RequestBody extends Readable {
  readonly #source: IncomingMessage;
  readonly #most: number;
  readonly #told: { readonly wanted: () => void; readonly tooLarge: (bytes: number) => void };
  #bytes = 0;
  started = false;

  constructor(
    source: IncomingMessage,
    most: number,
    told: { readonly wanted: () => void; readonly tooLarge: (bytes: number) => void },
  ) {
    super();
    this.#source = source;
    this.#most = most;
    this.#told = told;
  }

  override _read(): void {
    if (!this.started) {
      this.started = true;
      this.#source.on("data", this.#arrived);
      this.#source.on("end", this.#finished);
      this.#told.wanted();
    }
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.detach();
    callback(error);
  }

  /** Lets go of the client's message. What still comes is dropped. */
  detach(): void {
    this.#source.off("data", this.#arrived);
    this.#source.off("end", this.#finished);
  }

  readonly #arrived = (chunk: Buffer) => {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#most) this.#told.tooLarge(this.#bytes);
    else if (!this.push(chunk)) this.#source.pause();
  };

  readonly #finished = () => {
    this.push(null);
  };
}

function backendFields(
  headers: Forward["headers"],
  request: IncomingMessage,
  authority: string,
  length: number | undefined,
): string[] {
  const { connection } = request.headers;
  const fields: string[] = [];
  let host = authority;
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === "host") host = value;
    else if (lower !== "content-length" && !isHopByHop(lower, connection)) fields.push(name, value);
  }
  fields.push("host", host);
  if (length !== undefined && request.headers["content-length"] !== undefined) {
    fields.push("content-length", String(length));
  }
  return fields;
}

type Fields = readonly (readonly [string, string])[];

function clientFields(raw: readonly (Buffer | string)[]): Fields {
  const all: [string, string][] = [];
  let connection: string | undefined;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = latin1(raw[index]);
    const value = latin1(raw[index + 1]);
    if (name.length === 10 && name.toLowerCase() === "connection") connection = value;
    all.push([name, value]);
  }
  return all.filter(([name]) => !isHopByHop(name.toLowerCase(), connection));
}

function changed(answer: { readonly status: number; readonly headers: Fields }): { status: number; headers: Fields } {
  // RFC 9110, 8.6: no length with 204; a hook may have made it one.
  if (answer.status !== 204) return answer;
  return { status: 204, headers: answer.headers.filter(([name]) => name.toLowerCase() !== "content-length") };
}

function latin1(value: Buffer | string | undefined): string {
  return typeof value === "string" ? value : (value?.toString("latin1") ?? "");
}

function describe(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === "string" && !error.message.includes(error.code)
    ? `${error.message} (${error.code})`
    : error.message;
}
