/** Closes a relay in the moment in which its connections are ending, and must then end by itself. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { Relay } from "../../../../../../sandbox/data-plane/gcp/cloud-run/relay.ts";

const CLIENTS = 20;

async function openServer(accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, accept);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const target = await openServer((socket) => {
  socket.on("error", () => {}).write("hello");
  socket.resume().on("end", () => socket.destroy());
});
const relay = await Relay.open();
relay.lead({ address: "127.0.0.1", port_value: portOf(target) });
const clients = Array.from({ length: CLIENTS }, () => connect(relay.port, "127.0.0.1").on("error", () => {}));
await Promise.all(clients.map((client) => once(client, "data")));

// The last connection to end is no client's. Its end arrives together with theirs, when the relay has begun to pass theirs on.
const trigger = await openServer((socket) => {
  socket.resume().on("end", () => {
    relay.close();
    socket.destroy();
    trigger.close();
    target.close();
  });
});
const last = connect(portOf(trigger), "127.0.0.1");
await once(last, "connect");
for (const client of [...clients, last]) client.end();
process.stdout.write("closed\n");
