import type { IncomingMessage, ServerResponse } from "node:http";
import type { FunctionReply, Reply } from "../interpreter.ts";
import { rawFields } from "./fields.ts";

/** How long a client may continue to send an unread body before its connection is closed, in milliseconds. */
const LINGER_MS = 2_000;

/**
 * Sends a response of the gateway itself. A body that still arrives is read and dropped for a short time, because closing the connection
 * could destroy the response before the client has read it.
 *
 * @param bodyHeldBack whether the client waits for `100 Continue` and has not received it. It may or may not send the body now, so the
 *   connection cannot be used again
 */
export function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply | Omit<FunctionReply, "down">,
  bodyHeldBack: boolean,
): void {
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
  response.writeHead(status, [...rawFields(reply.headers), ...length]);
  response.end(bodiless || request.method === "HEAD" ? undefined : body);
}

/** The number of body bytes that a response of the gateway itself is sent with. */
export function payloadBytes(
  request: IncomingMessage,
  { status, body }: Pick<FunctionReply, "status" | "body">,
): number {
  return isBodiless(status) || request.method === "HEAD" ? 0 : Buffer.byteLength(body);
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
