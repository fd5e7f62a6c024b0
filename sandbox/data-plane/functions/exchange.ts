import type { IncomingMessage, ServerResponse } from "node:http";
import { isHopByHop } from "../hop-by-hop.ts";
import type { FunctionReply, FunctionRuntime, Invocation, ReplyError } from "../interpreter.ts";
import { payloadBytes, sendReply } from "../reply.ts";

/** How a request to a function ended. */
export interface InvocationEnd {
  readonly decision: "proxied" | "backend down" | "too large" | "malformed";
  /** Zero when the client went away before there was one. */
  readonly status: number;
  /** What went wrong, when something did. */
  readonly problem?: string;
  /** Whether the function saw the request. */
  readonly backend: boolean;
  /** Of the answer's body. */
  readonly bytes: number;
  /** Of the gateway's answer, where it is not the function's. */
  readonly error?: ReplyError;
}

/** So long may a client that sends a body be silent, in milliseconds; how long API Gateway waits is U. */
const SILENCE_MS = 30_000;

/**
 * Hands one request to a function and the answer to the client, and calls `done` once. Unlike a backend's, a function's
 * request is whole before it begins: the body is a member of the event. A function whose client went away runs on, as it
 * does on Lambda.
 */
export async function invokeFunction(
  functions: FunctionRuntime,
  invocation: Invocation,
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
  done: (end: InvocationEnd) => void,
): Promise<void> {
  const body = await readBody(request, response, invocation.maxBodyBytes, awaitsContinue);
  if ("bytes" in body) {
    const problem = `the body has ${body.bytes} bytes or more, at most ${invocation.maxBodyBytes} are taken`;
    sendReply(request, response, invocation.tooLarge, awaitsContinue && !body.begun);
    const { tooLarge } = invocation;
    done({ decision: "too large", status: tooLarge.status, problem, backend: false, ...sent(request, tooLarge) });
    return;
  }
  if ("broken" in body) {
    response.destroy();
    done({ decision: "malformed", status: 0, problem: body.broken, backend: false, bytes: 0 });
    return;
  }
  const event = invocation.event(body.whole);
  const result = await functions.invoke(invocation.called, event, invocation.timeoutMs);
  const reply = invocation.answer(result);
  const gone = response.destroyed;
  if (!gone) send(request, response, reply);
  const problem = reply.down ?? (gone ? "the client went away" : undefined);
  done({
    decision: reply.down === undefined ? "proxied" : "backend down",
    status: gone ? 0 : reply.status,
    ...(problem === undefined ? {} : { problem }),
    backend: true,
    ...(gone ? { bytes: 0 } : sent(request, reply)),
  });
}

function sent(request: IncomingMessage, reply: FunctionReply): Pick<InvocationEnd, "bytes" | "error"> {
  return { bytes: payloadBytes(request, reply), ...(reply.error === undefined ? {} : { error: reply.error }) };
}

type Body =
  | { readonly whole: Uint8Array }
  /** Too many; `begun` when the client has been told to send them. */
  | { readonly bytes: number; readonly begun: boolean }
  | { readonly broken: string };

function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  most: number,
  awaitsContinue: boolean,
): Promise<Body> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > most) return Promise.resolve({ bytes: declared, begun: false });
  if (awaitsContinue) response.writeContinue();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (body: Body) => {
      clearTimeout(silence);
      request.off("data", arrived).off("end", finished).off("close", closed);
      resolve(body);
    };
    const arrived = (chunk: Buffer) => {
      silence.refresh();
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > most) end({ bytes, begun: true });
    };
    const finished = () => end({ whole: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) });
    const closed = () => end({ broken: "the client went away before its body was whole" });
    const silence = setTimeout(() => end({ broken: `nothing of the body came for ${SILENCE_MS} ms` }), SILENCE_MS);
    request.on("data", arrived).on("end", finished).on("close", closed);
  });
}

/** The connection and the length of the body are the gateway's own affair, whatever the function says of them. */
function send(request: IncomingMessage, response: ServerResponse, reply: FunctionReply): void {
  const connection = reply.headers.find(([name]) => name.toLowerCase() === "connection")?.[1];
  const headers = reply.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== "content-length" && !isHopByHop(lower, connection);
  });
  sendReply(request, response, { ...reply, headers }, false);
}
