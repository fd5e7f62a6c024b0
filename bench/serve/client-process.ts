/**
 * Sends a fixed number of concurrent requests as fast as they are answered. The requests are prepared in advance, and
 * the responses are parsed only for their status and length, so that the client does not limit the measurement.
 */
import { connect, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { answerParent } from "../child.ts";
import { METHOD, routePath } from "../scenario.ts";
import { BODY_BYTES, type ClientQuestion, type Load, type Round } from "./load.ts";

interface Prepared {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly requests: readonly Buffer[];
}

const HEAD_END = Buffer.from("\r\n\r\n");
const prepared = new Map<string, Prepared>();

answerParent<ClientQuestion>((question) => {
  if ("round" in question) {
    const load = prepared.get(question.round);
    if (load === undefined) throw new Error(`The load ${question.round} is not prepared.`);
    return round(load, question.milliseconds);
  }
  prepared.set(question.prepare, prepare(question.load));
  return null;
});

/** Prepares a request for each token, and at least one for each route. Adjacent requests differ in both. */
function prepare({ url, routes, tokens, connections }: Load): Prepared {
  const { hostname, port, host, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, "");
  const body = "a".repeat(BODY_BYTES);
  const requests = Array.from({ length: Math.max(routes, tokens.length) }, (_, index) => {
    const path = `${base}${routePath(index % routes).replace("{id}", `item-${index}`)}`;
    const head = [
      `${METHOD} ${path} HTTP/1.1`,
      `host: ${host}`,
      `authorization: Bearer ${tokens[index % tokens.length]}`,
      "content-type: text/plain",
      `content-length: ${BODY_BYTES}`,
    ];
    return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
  return { host: hostname, port: Number(port), connections, requests };
}

async function round({ host, port, connections, requests }: Prepared, milliseconds: number): Promise<Round> {
  const sockets: Socket[] = [];
  let next = 0;
  let answered = 0;
  const started = performance.now();
  const deadline = started + milliseconds;
  const exchange = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let held: Buffer = Buffer.alloc(0);
      const send = () => {
        socket.write(requests[next % requests.length] as Buffer);
        next++;
      };
      socket.on("data", (chunk: Buffer) => {
        held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
        try {
          const rest = afterAnswer(held);
          if (rest === undefined) return;
          held = rest;
        } catch (error) {
          reject(error);
          return;
        }
        if (performance.now() >= deadline) {
          resolve();
          return;
        }
        answered++;
        send();
      });
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("A connection was closed before its request was answered.")));
      socket.on("connect", send);
    });
  try {
    await Promise.all(
      Array.from({ length: connections }, () => {
        const socket = connect({ host, port, noDelay: true });
        sockets.push(socket);
        return exchange(socket);
      }),
    );
    return { requestsPerSecond: answered / (milliseconds / 1000), sent: next };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/**
 * The bytes after the response, or undefined if the response is incomplete.
 *
 * @throws {Error} If the response is not the backend's.
 */
function afterAnswer(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end === -1) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const status = head.slice(9, 12);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
  if (status !== "200" || length !== BODY_BYTES) {
    throw new Error(`The response is not the backend's:\n${bytes.toString("latin1").slice(0, 500)}`);
  }
  const whole = end + HEAD_END.length + length;
  return bytes.length < whole ? undefined : bytes.subarray(whole);
}
