import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { Credential } from "./authority.ts";

export interface TlsAnswer {
  readonly status: number;
  readonly body: string;
}

export interface TlsRequest {
  /** PEM: whom the client trusts. */
  readonly ca: string;
  readonly client?: Credential;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the name leads, instead of to its address. */
  readonly port: number;
}

/** As `curl --connect-to NAME:443:127.0.0.1:PORT --cacert CA URL`: a GET, by a new connection. */
export async function get(url: string, { ca, client, headers, port }: TlsRequest): Promise<TlsAnswer> {
  const { hostname, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        servername: hostname,
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
