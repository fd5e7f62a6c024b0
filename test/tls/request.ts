import { request } from "node:https";
import { isIP } from "node:net";
import { text } from "node:stream/consumers";
import type { Credential } from "./authority.ts";

export interface TlsAnswer {
  readonly status: number;
  readonly body: string;
}

export interface TlsRequest {
  /** PEM: the authority that the client trusts. */
  readonly ca: string;
  readonly client?: Credential;
  readonly headers?: Readonly<Record<string, string>>;
  /** The port of 127.0.0.1 that the name leads to. */
  readonly port: number;
}

/** Sends a GET on a new connection, as `curl --connect-to NAME:443:127.0.0.1:PORT --cacert CA URL` does. */
export async function get(url: string, { ca, client, headers, port }: TlsRequest): Promise<TlsAnswer> {
  const { hostname, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
        path: `${pathname}${search}`,
        headers: { host: hostname, ...headers },
        ca,
        agent: false,
        ...client,
      },
      (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}
