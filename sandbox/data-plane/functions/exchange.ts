import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionReply, FunctionRuntime, Invocation, ReplyError } from "../interpreter.ts";
import { isHopByHop, withoutListed } from "../serving/hop-by-hop.ts";
import { payloadBytes, sendReply } from "../serving/reply.ts";
import { bodyTooLarge, CLIENT_CLOSED, readBody } from "../serving/whole-body.ts";

/** How a request to a function ended. */
export interface InvocationEnd {
  readonly decision: "proxied" | "backend down" | "too large" | "malformed";
  /** Zero when the client closed the connection before the response. */
  readonly status: number;
  /** Absent when nothing went wrong. */
  readonly problem?: string;
  /** Whether the function saw the request. */
  readonly backend: boolean;
  /** The size of the response body. */
  readonly bytes: number;
  /** Set when the gateway, not the function, decided the response. */
  readonly error?: ReplyError;
}

/**
 * Invokes a function for one request, sends its response to the client, and calls `done` once. The whole request body is read
 * first, because it is a member of the event. As on Lambda, a function continues when its client closes the connection.
 *
 * @param held the body, when it has been read already
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
    const problem = bodyTooLarge(body.bytes, invocation.maxBodyBytes);
    const reply = invocation.tooLarge();
    sendReply(request, response, reply, awaitsContinue && !body.begun);
    done({ decision: "too large", status: reply.status, problem, backend: false, ...sent(request, reply) });
    return;
  }
  if ("broken" in body) {
    response.destroy();
    done({ decision: "malformed", status: 0, problem: body.broken, backend: false, bytes: 0 });
    return;
  }
  const event = invocation.event(body.whole);
  const result = await functions.invoke(invocation.target, event, invocation.timeoutMs);
  const reply = invocation.reply(result);
  const gone = response.destroyed;
  if (!gone) send(request, response, reply);
  const problem = reply.down ?? (gone ? CLIENT_CLOSED : undefined);
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

/** Sends a function's response. The gateway itself decides the headers of the connection and the length of the body. */
function send(request: IncomingMessage, response: ServerResponse, reply: FunctionReply): void {
  const headers = withoutListed(reply.headers).filter(([name]) => {
    const lower = name.toLowerCase();
    return lower !== "content-length" && !isHopByHop(lower);
  });
  sendReply(request, response, { ...reply, headers }, false);
}
