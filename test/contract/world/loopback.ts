import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

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

/** Ports that need privileges to listen on, so that no other program gets one of them as its ephemeral port. */
const PRIVILEGED_PORTS = [2, 3, 4, 5, 6, 8];

/**
 * Returns a loopback origin that refuses connections.
 *
 * @throws {Error} when programs of this machine listen on every port that is tried
 */
export async function closedOrigin(): Promise<string> {
  for (const port of PRIVILEGED_PORTS) if (await refuses(port)) return `http://127.0.0.1:${port}`;
  throw new Error(`Programs of this machine listen on all of the ports ${PRIVILEGED_PORTS.join(", ")}.`);
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(true));
  });
}
