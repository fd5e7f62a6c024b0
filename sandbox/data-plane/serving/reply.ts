import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionReply, Reply } from "../interpreter.ts";

/** So long may a client go on sending a body that nobody reads, before its connection is cut. */
const LINGER_MS = 2_000;

/**
 * Sends an answer of the gateway's own. A body still on its way is read and dropped for a short while, because closing
 * the connection on it could take the answer from the client before it has read it.
 * @param bodyHeldBack the client waits for `100 Continue`, which it has not got: it may or may not send the body now, so
 *   the connection cannot be used again
 */
export function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply | Omit<FunctionReply, "down">,
  bodyHeldBack: boolean,
): void {
  const fields = reply.headers.flat();
  if (bodyHeldBack) {
    response.shouldKeepAlive = false;
  } else if (!request.complete) {
    request.resume();
    const cut = setTimeout(() => request.socket.destroy(), LINGER_MS);
    const stop = () => clearTimeout(cut);
    request.once("end", stop).once("close", stop);
  }
  const { status, body } = reply;
  const bodiless = isBodiless(status);
  const length =
    bodiless || reply.headers.some(([name]) => name.toLowerCase() === "content-length")
      ? []
      : ["content-length", String(Buffer.byteLength(body))];
  response.writeHead(status, [...fields, ...length]);
  response.end(bodiless || request.method === "HEAD" ? undefined : body);
}

/** How many bytes of a body an answer of the gateway's own is sent with. */
export function payloadBytes(
  request: IncomingMessage,
  { status, body }: Pick<FunctionReply, "status" | "body">,
): number {
  return isBodiless(status) || request.method === "HEAD" ? 0 : Buffer.byteLength(body);
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
