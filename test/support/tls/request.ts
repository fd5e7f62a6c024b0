import { request } from "node:https";
import { isIP } from "node:net";
import { text } from "node:stream/consumers";
import type { Credential } from "./authority.ts";

/** A response over TLS. */
export interface TlsAnswer {
  readonly status: number;
  readonly body: string;
}

/** How to connect. */
export interface TlsRequest {
  /** The certificate of the authority that the client trusts, as PEM. */
  readonly ca: string;
  readonly client?: Credential;
  readonly headers?: Readonly<Record<string, string>>;
  /** The port of 127.0.0.1 to connect to. */
  readonly port: number;
}

/** Sends a GET on a new connection, as `curl --connect-to NAME:443:127.0.0.1:PORT --cacert CA URL` does. */
export async function get(url: string, { ca, client, headers, port }: TlsRequest): Promise<TlsAnswer> {
  const { hostname, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
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
    outgoing.on("error", reject);
    outgoing.end();
  });
}
