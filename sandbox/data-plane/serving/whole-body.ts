import type { IncomingMessage, ServerResponse } from "node:http";

/** So long may a client that sends a body be silent, in milliseconds; how long API Gateway waits is U. */
const SILENCE_MS = 30_000;

/** A request's body, as far as it came. */
export type Body =
  | { readonly whole: Uint8Array }
  /** Too many; `begun` when the client has been told to send them. */
  | { readonly bytes: number; readonly begun: boolean }
  | { readonly broken: string };

/** Waits for a request's whole body, of `most` bytes at most. */
export function readBody(
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
