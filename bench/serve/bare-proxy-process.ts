/**
 * The least that passes requests on: Node's server and undici, no route, no check, no limit. What a gateway costs is
 * measured against it.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Pool } from "undici";
import { CertificateAuthority } from "../../sandbox/certificate-authority.ts";
import { answerParent } from "../child.ts";

export interface ProxyQuestion {
  /** The backend's origin; the answer is the port that leads to it. */
  readonly backend: string;
  /** The sandbox's folder, whose authority issues the certificate, to serve over TLS. Absent: plain HTTP. */
  readonly authority?: string;
}

answerParent<ProxyQuestion>(async ({ backend, authority }) => {
  const pool = new Pool(backend, { pipelining: 1 });
  const server = await serverOf(authority, (request, response) => {
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

async function serverOf(authority: string | undefined, listener: RequestListener) {
  if (authority === undefined) return createServer(listener);
  const { certificate: cert, key } = await (await CertificateAuthority.open(authority)).issue("127.0.0.1");
  return createSecureServer({ cert, key }, listener);
}

/** The headers without those of one connection. */
function endToEnd({ host, connection, "keep-alive": _, "transfer-encoding": __, ...headers }: IncomingHttpHeaders) {
  return headers;
}
