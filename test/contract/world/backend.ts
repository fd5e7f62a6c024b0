import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { listen, shut } from "./loopback.ts";

/** A request as a backend received it. */
export interface Arrived {
  readonly backend: string;
  readonly method: string;
  /** The path and the query as received, not decoded. */
  readonly target: string;
  /** The name and value pairs in the order of transmission. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The decoded query of a function's event. `target` then contains no query. */
  readonly query?: readonly (readonly [string, string])[];
}

/** The response to the next request. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The backend never answers and keeps the connection open. */
  readonly hangs?: boolean;
  /** The failure of a function in place of a response. */
  readonly fails?: "throws" | "returns a status out of range" | "returns a wrong status" | "returns wrong headers";
}

export const plainAnswer: Answer = { status: 200, headers: { "content-type": "text/plain" }, body: "from the backend" };

/** The header that every response of a backend contains. It distinguishes these responses from those of the gateway. */
export const backendMark = "x-contract-backend";

/** The backends of a description: one server per backend. The servers record every request. */
export class Backends {
  readonly arrived: Arrived[] = [];
  /** The response of every backend. */
  answer: Answer = plainAnswer;
  readonly #servers: readonly { readonly name: string; readonly server: Server; readonly origin: string }[];

  private constructor(names: readonly string[], servers: readonly Server[], origins: readonly string[]) {
    this.#servers = names.map((name, index) => ({
      name,
      server: servers[index] as Server,
      origin: origins[index] as string,
    }));
    for (const { name, server } of this.#servers) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) =>
        this.#record(name, request, response),
      );
    }
  }

  static async start(names: readonly string[]): Promise<Backends> {
    const servers = names.map(() => createServer());
    const origins = await Promise.all(servers.map((server) => listen(server)));
    return new Backends(names, servers, origins);
  }

  /** Returns the origin on which the backend listens. */
  origin(name: string): string {
    const found = this.#servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`The backend "${name}" was not started.`);
    return found.origin;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map(({ server }) => shut(server)));
  }

  #record(backend: string, request: IncomingMessage, response: ServerResponse): void {
    const answer = this.answer;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { rawHeaders } = request;
      this.arrived.push({
        backend,
        method: request.method ?? "",
        target: request.url ?? "",
        headers: rawHeaders.flatMap((name, index) =>
          index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
        ),
        body: Buffer.concat(chunks),
      });
      if (answer.hangs === true) return;
      response.writeHead(answer.status, { ...answer.headers, [backendMark]: backend });
      response.end(answer.body);
    });
    // A gateway may break the connection when it stops waiting for the backend.
    request.on("error", () => response.destroy());
  }
}
