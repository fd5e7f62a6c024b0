import type { IncomingMessage, ServerResponse } from "node:http";

/** The log's reason for a request whose client did not wait for the response. */
export const CLIENT_CLOSED = "the client closed the connection";

/** The log's reason for a request whose body is over the gateway's limit. */
export function bodyTooLarge(bytes: number, limit: number): string {
  return `the body has at least ${bytes} bytes, and the limit is ${limit}`;
}

/** How long a client that sends a body may be silent, in milliseconds. Unverified: how long API Gateway waits. */
const SILENCE_MS = 30_000;

/** A request's body, or why there is none. */
export type Body =
  | { readonly whole: Uint8Array }
  /** The body is over the limit; `begun` when the client was told to send it. */
  | { readonly bytes: number; readonly begun: boolean }
  | { readonly broken: string };

/** Reads the whole body of a request, up to a limit in bytes. */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
  awaitsContinue: boolean,
): Promise<Body> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limit) return Promise.resolve({ bytes: declared, begun: false });
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
      if (bytes > limit) end({ bytes, begun: true });
    };
    const finished = () => end({ whole: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks) });
    const closed = () => end({ broken: `${CLIENT_CLOSED} before its body was complete` });
    const silence = setTimeout(() => end({ broken: `no part of the body arrived for ${SILENCE_MS} ms` }), SILENCE_MS);
    request.on("data", arrived).on("end", finished).on("close", closed);
  });
}
