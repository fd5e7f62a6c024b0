import * as http from "node:http";
import * as https from "node:https";
import { type SigningOrder, sign } from "./signatures.ts";

export interface Sending {
  readonly method: string;
  /** Path and query, sent as they stand. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer;
  /** Sends the body in chunks, without its length. Default: false. */
  readonly chunked?: boolean;
  /** Announces this many bytes and sends none: a gateway that has a limit answers before they come. */
  readonly announcedBytes?: number;
  /** Of several tokens, the `Authorization` that may reach a backend. Default: the one that is sent. */
  readonly genuine?: string;
  /** How it is signed, last of all. Default: not at all. */
  readonly sign?: SigningOrder;
  /** The client's own address, in 127.0.0.0/8. Default: 127.0.0.1. */
  readonly address?: string;
}

export interface Received {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** What was sent for a query, with a signature where that stands in it. */
  readonly sentQuery: string;
}

function queryOf(target: string): string {
  const mark = target.indexOf("?");
  return mark === -1 ? "" : target.slice(mark + 1);
}

/** The values of a header, by lower-case name. */
export function valuesOf(headers: readonly (readonly [string, string])[], name: string): readonly string[] {
  return headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []));
}

/** Sends requests exactly as told: no normalised path, no header of its own but Host and the body's length. */
export class Client {
  readonly #origin: URL;
  readonly #prefix: string;
  readonly #scheme: typeof http | typeof https;
  readonly #agents = new Map<string, http.Agent>();

  /** @param url where the gateway is, with the path that is its own, if it has one */
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
      outgoing.on("timeout", () => outgoing.destroy(new Error(`${method} ${target}: no answer within 20 s`)));
      outgoing.on("error", reject);
      if (announcedBytes !== undefined) outgoing.flushHeaders();
      else outgoing.end(body);
    });
  }

  /** What is sent, signed where it is to be. */
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
    const known = this.#agents.get(address);
    if (known !== undefined) return known;
    const agent = new this.#scheme.Agent({ keepAlive: true, maxSockets: 1 });
    this.#agents.set(address, agent);
    return agent;
  }
}
