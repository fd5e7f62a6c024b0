import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listens on an ephemeral loopback port and returns the origin. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Closes the server and all its connections. */
export async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
  server.closeAllConnections();
  await closed;
}

/** Returns a loopback origin that refuses connections. */
export async function closedOrigin(): Promise<string> {
  const { createServer } = await import("node:http");
  const server = createServer();
  const origin = await listen(server);
  await shut(server);
  return origin;
}
