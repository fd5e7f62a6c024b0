import type { IncomingMessage, ServerResponse } from "node:http";
import type { Agent, Dispatcher } from "undici";
import type { Forward, Reply, ReplyError } from "../interpreter.ts";
import { backendFields, clientFields } from "./backend-headers.ts";
import { type Fields, rawFields } from "./fields.ts";
import { payloadBytes, sendReply } from "./reply.ts";
import { RequestBody } from "./request-body.ts";
import { bodyTooLarge, CLIENT_CLOSED } from "./whole-body.ts";

/** How a proxied request ended. */
export interface ProxyEnd {
  readonly decision: "proxied" | "backend down" | "too large";
  /** Zero when the client closed the connection before the response. */
  readonly status: number;
  /** Absent when nothing went wrong. */
  readonly problem?: string;
  /** Whether the backend received the request, or a part of it. */
  readonly backend: boolean;
  /** The size of the response body, as far as it was sent. */
  readonly bytes: number;
  /** The backend's own status; absent without a response of the backend. */
  readonly backendStatus?: number;
  /** Set when the gateway, not the backend, decided the response. */
  readonly error?: ReplyError;
}

/** Where a request is sent. */
export interface BackendTarget {
  readonly agent: Agent;
  /** The origin to connect to. */
  readonly origin: string;
  /** The value of `Host`, unless the gateway sets one. */
  readonly authority: string;
  /** The path and query. */
  readonly path: string;
}

/**
 * The largest body, in bytes, that is read whole before it is sent: it then leaves in one piece with the headers, which is most of the
 * time that a small request takes. Larger bodies, and those of undeclared length, are streamed.
 */
const SMALL_BODY_BYTES = 16 * 1024;
/**
 * The largest body, in bytes, of a request that can be sent again: Envoy's buffer for one. A larger body, and here also one of undeclared
 * length, is sent once.
 */
const REPEATABLE_BODY_BYTES = 1024 * 1024;

type OutgoingBody = Uint8Array | RequestBody | null;

/** One request on its way to a backend, and the response on its way back. */
export class BackendExchange implements Dispatcher.DispatchHandler {
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
  /** Sends the request again; undefined when it may not be, or no more. */
  #again: (() => void) | undefined;
  #ended = false;
  #touched = false;
  #bytes = 0;
  #backendStatus: number | undefined;
  /** The response so far; undefined when it is not stored, or is too large. */
  #stored: { readonly status: number; readonly headers: Fields; readonly chunks: Buffer[] } | undefined;

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

  /**
   * @param length the length of the body, when it is known
   * @param read the body, when it has been read
   */
  start(target: BackendTarget, length: number | undefined, read: Uint8Array | undefined): void {
    const { retriesReset = false } = this.#forward;
    const wholeBytes = retriesReset ? REPEATABLE_BODY_BYTES : SMALL_BODY_BYTES;
    this.#startTimer();
    this.#response.on("close", this.#abandon);
    const send = (body: Uint8Array | null): void => {
      if (retriesReset) this.#again = () => this.#dispatch(target, length, body);
      this.#dispatch(target, length, body);
    };
    if (length === 0) send(null);
    else if (read !== undefined) send(read);
    else if (length !== undefined && length <= wholeBytes && !this.#awaitsContinue) this.#whole(send);
    else this.#dispatch(target, length, this.#streamed());
  }

  #dispatch({ agent, origin, authority, path }: BackendTarget, length: number | undefined, body: OutgoingBody): void {
    const { method, headers: fields } = this.#forward;
    const headers = backendFields(fields, this.#request, authority, length);
    try {
      agent.dispatch({ origin, path, method, headers, body }, this);
    } catch (error) {
      this.fail("refused", (error as Error).message);
    }
  }

  #streamed(): RequestBody {
    this.#body = new RequestBody(this.#request, this.#forward.maxBodyBytes, {
      wanted: () => {
        if (this.#awaitsContinue) this.#response.writeContinue();
      },
      tooLarge: (bytes) => this.refuse(bytes),
    });
    return this.#body;
  }

  /** Reads a small body. When the client closes the connection first, the backend receives nothing. */
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

  /** Replies that the body is too large. */
  refuse(bytes: number): void {
    const problem = bodyTooLarge(bytes, this.#forward.maxBodyBytes);
    this.#reply("too large", this.#forward.tooLarge(), problem);
  }

  /** Replies that the backend is down; when its response has begun, breaks that off. */
  fail(cause: "refused" | "timeout", problem: string): void {
    if (this.#ended) return;
    let reply: Reply;
    try {
      reply = this.#forward.down(cause);
    } catch (error) {
      this.#breakOff(`${problem}; ${(error as Error).message}`);
      return;
    }
    this.#reply("backend down", reply, problem);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) controller.abort(new Error("the exchange ended before it began"));
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
    // Interim responses are for the gateway; the client gets the final one.
    if (this.#ended || status < 200) return;
    this.#timer?.refresh();
    this.#backendStatus = status;
    const raw = controller.rawHeaders as readonly (Buffer | string)[];
    try {
      let head = { status, headers: clientFields(raw) };
      if (this.#forward.response !== undefined) head = withoutLength(this.#forward.response(status, head.headers));
      this.#response.writeHead(head.status, rawFields(head.headers));
      if (this.#forward.store !== undefined) this.#stored = { ...head, chunks: [] };
    } catch (error) {
      this.fail("refused", `the backend's response cannot be passed on: ${(error as Error).message}`);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended) return;
    this.#bytes += chunk.length;
    if (this.#bytes > (this.#forward.store?.maxBytes ?? 0)) this.#stored = undefined;
    else this.#stored?.chunks.push(Buffer.from(chunk));
    if (this.#response.write(chunk)) {
      this.#timer?.refresh();
      return;
    }
    // A slow client is not a silent backend: the timer starts again when the client has read.
    controller.pause();
    clearTimeout(this.#timer);
    this.#response.once("drain", this.#drained);
  }

  onResponseEnd(): void {
    if (this.#ended) return;
    this.#end();
    this.#response.end();
    if (this.#stored !== undefined) {
      const { status, headers, chunks } = this.#stored;
      this.#forward.store?.receive({ status, headers, body: Buffer.concat(chunks) });
    }
    if (!this.#request.complete) this.#request.resume();
    this.#done({ decision: "proxied", status: this.#response.statusCode, backend: true, ...this.#sent() });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#ended) return;
    const again = this.#again;
    this.#again = undefined;
    if (this.#response.headersSent) this.#breakOff(`the backend broke off its response: ${error.message}`);
    else if (again !== undefined) again();
    else this.fail("refused", describe(error));
  }

  #reply(decision: "too large" | "backend down", reply: Reply, problem: string): void {
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

  /** Closes the connection: with the status sent, only this tells the client that the response is incomplete. */
  #breakOff(problem: string): void {
    const { headersSent, statusCode } = this.#response;
    this.#end();
    this.#controller?.abort(new Error(problem));
    this.#response.destroy();
    const status = headersSent ? statusCode : 0;
    this.#done({ decision: "proxied", status, problem, backend: this.#touched, ...this.#sent() });
  }

  /** The client closed the connection, so the backend need not finish. */
  readonly #abandon = () => {
    if (this.#ended) return;
    const { headersSent, statusCode } = this.#response;
    this.#end();
    this.#controller?.abort(new Error(CLIENT_CLOSED));
    const status = headersSent ? statusCode : 0;
    this.#done({ decision: "proxied", status, problem: CLIENT_CLOSED, backend: this.#touched, ...this.#sent() });
  };

  #sent(): Pick<ProxyEnd, "bytes" | "backendStatus"> {
    const status = this.#backendStatus;
    return { bytes: this.#bytes, ...(status === undefined ? {} : { backendStatus: status }) };
  }

  #startTimer(): void {
    const { timeoutMs } = this.#forward;
    this.#timer = setTimeout(() => this.fail("timeout", `no data from the backend for ${timeoutMs} ms`), timeoutMs);
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#body?.detach();
  }
}

function withoutLength(head: { readonly status: number; readonly headers: Fields }): {
  status: number;
  headers: Fields;
} {
  // RFC 9110, 8.6: a 204 has no length, and the gateway may have changed the status to one.
  if (head.status !== 204) return head;
  return { status: 204, headers: head.headers.filter(([name]) => name.toLowerCase() !== "content-length") };
}

function describe(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === "string" && !error.message.includes(error.code)
    ? `${error.message} (${error.code})`
    : error.message;
}
