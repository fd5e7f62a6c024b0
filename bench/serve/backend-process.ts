/** The backend of the gateway and of the bare proxy: reads each body, returns one of the same size, and counts requests. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerParent } from "../child.ts";
import { BACKEND_PATH, METHOD } from "../scenario.ts";
import { type Arrived, BODY_BYTES } from "./load.ts";

const body = Buffer.alloc(BODY_BYTES, "b");
const prefix = `${BACKEND_PATH}/r`;
let whole = 0;
let other = 0;

const server = createServer((request, response) => {
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.on("end", () => {
    if (request.method === METHOD && request.url?.startsWith(prefix) && bytes === BODY_BYTES) whole++;
    else other++;
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": BODY_BYTES });
    response.end(body);
  });
});
server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1");
await once(server, "listening");

export type BackendQuestion = { readonly ask: "port" } | { readonly ask: "arrived" };

answerParent<BackendQuestion>(({ ask }): number | Arrived => {
  if (ask === "port") return (server.address() as AddressInfo).port;
  const arrived = { whole, other };
  whole = 0;
  other = 0;
  return arrived;
});
