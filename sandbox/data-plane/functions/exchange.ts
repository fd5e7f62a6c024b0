import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionReply, FunctionRuntime, Invocation, ReplyError } from "../interpreter.ts";
import { isHopByHop } from "../serving/hop-by-hop.ts";
import { payloadBytes, sendReply } from "../serving/reply.ts";
import { readBody } from "../serving/whole-body.ts";

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

/**
 * Hands one request to a function and the answer to the client, and calls `done` once. Unlike a backend's, a function's
 * request is whole before it begins: the body is a member of the event. A function whose client went away runs on, as it
 * does on Lambda.
 *
 * @param held the body, where it has been read already
 */
export async function invokeFunction(
  functions: FunctionRuntime,
  invocation: Invocation,
  request: IncomingMessage,
  response: ServerResponse,
  awaitsContinue: boolean,
  done: (end: InvocationEnd) => void,
  held?: Uint8Array,
): Promise<void> {
  const body =
    held === undefined ? await readBody(request, response, invocation.maxBodyBytes, awaitsContinue) : { whole: held };
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

/** The connection and the length of the body are the gateway's own affair, whatever the function says of them. */
function send(request: IncomingMessage, response: ServerResponse, reply: FunctionReply): void {
  const connection = reply.headers.find(([name]) => name.toLowerCase() === "connection")?.[1];
  const headers = reply.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== "content-length" && !isHopByHop(lower, connection);
  });
  sendReply(request, response, { ...reply, headers }, false);
}
