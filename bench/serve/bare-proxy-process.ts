/**
 * The simplest proxy: Node's server and undici, without routes, checks and limits. The cost of a gateway is measured
 * against it.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { answerParent } from "../child.ts";

export interface ProxyQuestion {
  /** The backend's origin. The answer is the proxy's port. */
  readonly backend: string;
}

answerParent<ProxyQuestion>(async ({ backend }) => {
  const pool = new Pool(backend, { pipelining: 1 });
  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    pool
      .stream({ method, path: url, headers: endToEnd(headers), body: request }, ({ statusCode, headers: answered }) =>
        response.writeHead(statusCode, endToEnd(answered)),
      )
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
});

/** The headers without the hop-by-hop headers. */
function endToEnd({ host, connection, "keep-alive": _, "transfer-encoding": __, ...headers }: IncomingHttpHeaders) {
  return headers;
}
