import * as http from "node:http";
import * as https from "node:https";
import { type SigningOrder, sign } from "./signatures.ts";

/** A request to be sent. */
export interface Sending {
  readonly method: string;
  /** The path and the query, sent unchanged. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
  /** Whether to send the body in chunks, without its length. @default false */
  readonly chunked?: boolean;
  /** Declares this content length and sends no body: a gateway with a lower limit answers without waiting for it. */
  readonly announcedBytes?: number;
  /** The value of the Authorization header that may reach a backend, for requests with several. @default the only value */
  readonly genuine?: string;
  /** How to sign the request, after everything else is set. @default unsigned */
  readonly sign?: SigningOrder;
  /** The local address of the client, in 127.0.0.0/8. @default 127.0.0.1 */
  readonly address?: string;
}

/** A received response. */
export interface Received {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The query as sent, including the signature of a presigned request. */
  readonly sentQuery: string;
}

function queryOf(target: string): string {
  const mark = target.indexOf("?");
  return mark === -1 ? "" : target.slice(mark + 1);
}

/**
 * Returns the values of a header.
 *
 * @param name the name in lower case
 */
export function valuesOf(headers: readonly (readonly [string, string])[], name: string): readonly string[] {
  return headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

/** Sends requests without changing them: it normalises no path, and adds no header except Host and the length of the body. */
export class Client {
  readonly #origin: URL;
  readonly #prefix: string;
  readonly #scheme: typeof http | typeof https;
  readonly #agents = new Map<string, http.Agent>();

  /** @param url the URL of the gateway, with its base path if it has one */
  constructor(url: string) {
    this.#origin = new URL(url);
    this.#scheme = this.#origin.protocol === "https:" ? https : http;
    this.#prefix = this.#origin.pathname.replace(/\/$/, "");
  }

  async send(sending: Sending): Promise<Received> {
    const { method, body, announcedBytes, address = "127.0.0.1" } = sending;
    const { target, headers } = await this.#signed(sending);
    const length = announcedBytes ?? body?.length;
    if (sending.chunked === true) headers.push(["transfer-encoding", "chunked"]);
    else if (length !== undefined) headers.push(["content-length", String(length)]);
    return await new Promise<Received>((resolve, reject) => {
      const outgoing = this.#scheme.request(
        {
          host: this.#origin.hostname,
          port: this.#origin.port,
          method,
          path: `${this.#prefix}${target}`,
          headers: headers.flat(),
          agent: announcedBytes === undefined ? this.#agent(address) : false,
          localAddress: address,
          setHost: false,
          timeout: 20_000,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const { rawHeaders } = response;
            resolve({
              status: response.statusCode ?? 0,
              headers: rawHeaders.flatMap((name, index) =>
                index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
              ),
              body: Buffer.concat(chunks),
              sentQuery: queryOf(target),
            });
            if (announcedBytes !== undefined) outgoing.destroy();
          });
        },
      );
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${target}: no response within 20 s`)));
      outgoing.on("error", reject);
      if (announcedBytes !== undefined) outgoing.flushHeaders();
      else outgoing.end(body);
    });
  }

  /** Returns the target and the headers, signed if the request is to be signed. */
  async #signed(sending: Sending): Promise<{ target: string; headers: (readonly [string, string])[] }> {
    const { method, target, sign: order, body = Buffer.alloc(0) } = sending;
    const headers = [["host", this.#origin.host] as const, ...sending.headers];
    if (order === undefined) return { target, headers };
    const query = queryOf(target);
    const path = query === "" ? target : target.slice(0, -query.length - 1);
    const signed = await sign(order, { method, path: `${this.#prefix}${path}`, query, headers, body });
    return { target: signed.query === "" ? path : `${path}?${signed.query}`, headers: [...signed.headers] };
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #agent(address: string): http.Agent {
    const existing = this.#agents.get(address);
    if (existing !== undefined) return existing;
    const agent = new this.#scheme.Agent({ keepAlive: true, maxSockets: 1 });
    this.#agents.set(address, agent);
    return agent;
  }
}
