import { request } from "node:http";
import { text } from "node:stream/consumers";
import { isObject } from "./bootstrap.ts";

/** Envoy's administration interface, on a Unix domain socket. */
export class EnvoyAdmin {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Whether Envoy accepts requests. False while it starts and after it ended. */
  async isReady(): Promise<boolean> {
    try {
      return (await this.#call("GET", "/ready")).status === 200;
    } catch {
      return false;
    }
  }

  /** The TCP port of each listener, by the listener's name. */
  async ports(): Promise<ReadonlyMap<string, number>> {
    const { body } = await this.#call("GET", "/listeners?format=json");
    const { listener_statuses: statuses }: { listener_statuses?: unknown } = JSON.parse(body);
    const ports = new Map<string, number>();
    for (const status of Array.isArray(statuses) ? statuses : []) {
      if (!isObject(status) || !isObject(status.local_address)) continue;
      const { socket_address: socket } = status.local_address;
      if (isObject(socket) && typeof status.name === "string") ports.set(status.name, Number(socket.port_value));
    }
    return ports;
  }

  /** The number of requests that are under way. */
  async activeRequests(): Promise<number> {
    const { body } = await this.#call("GET", "/stats?filter=^http\\..*\\.downstream_rq_active$");
    return body.split("\n").reduce((sum, line) => sum + Number(/^http\.(?!admin\.).*: (\d+)$/.exec(line)?.[1] ?? 0), 0);
  }

  /** Makes Envoy close each connection after its next response. */
  async drain(): Promise<void> {
    await this.#call("POST", "/drain_listeners?graceful&skip_exit");
  }

  async #call(method: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
    return await new Promise((resolve, reject) => {
      const call = request({ socketPath: this.#socketPath, method, path, agent: false, timeout: 5_000 }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      call.on("timeout", () => call.destroy(new Error(`Envoy's administration interface did not respond to ${path}.`)));
      call.on("error", reject);
      call.end();
    });
  }
}
