import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A running server behind the gateways. */
export interface Server {
  /** The origin, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  close(): void;
}

/**
 * Starts a server that responds with its name and the request it received, to show what a gateway passes on.
 *
 * @param name who responds, e.g. `the ERP on premises`
 */
export async function startServer(name: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { method, url, headers } = request;
    response.setHeader("content-type", "application/json");
    response.end(
      `${JSON.stringify({ server: name, method, url, headers, ...(body === "" ? {} : { body }) }, null, 2)}\n`,
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
