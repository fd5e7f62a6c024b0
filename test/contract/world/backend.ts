import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { listen, shut } from "./loopback.ts";

/** A request as a backend saw it. */
export interface Arrived {
  readonly backend: string;
  readonly method: string;
  /** As received, undecoded, with the query. */
  readonly target: string;
  /** Name and value pairs in wire order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The query as a function was given it, decoded; the target then has none. */
  readonly query?: readonly (readonly [string, string])[];
}

/** What the next request gets. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Never answers; the connection stays open. */
  readonly hangs?: boolean;
  /** What a function does instead of answering. */
  readonly fails?: "throws" | "returns a status out of range" | "returns a wrong status" | "returns wrong headers";
}

export const plainAnswer: Answer = { status: 200, headers: { "content-type": "text/plain" }, body: "from the backend" };

/** Stands on every answer of a backend, so that a client can tell it from the gateway's own. */
export const backendMark = "x-contract-backend";

/** The backends of a description: one server each, which note what reaches them. */
export class Backends {
  readonly arrived: Arrived[] = [];
  /** What every backend answers. */
  answer: Answer = plainAnswer;
  readonly #servers: readonly { readonly name: string; readonly server: Server; readonly origin: string }[];

  private constructor(names: readonly string[], servers: readonly Server[], origins: readonly string[]) {
    this.#servers = names.map((name, index) => ({
      name,
      server: servers[index] as Server,
      origin: origins[index] as string,
    }));
    for (const { name, server } of this.#servers) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => this.#take(name, request, response));
    }
  }

  static async start(names: readonly string[]): Promise<Backends> {
    const servers = names.map(() => createServer());
    const origins = await Promise.all(servers.map((server) => listen(server)));
    return new Backends(names, servers, origins);
  }

  /** Where the backend listens. */
  origin(name: string): string {
    const found = this.#servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`no backend ${name} was started`);
    return found.origin;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map(({ server }) => shut(server)));
  }

  #take(backend: string, request: IncomingMessage, response: ServerResponse): void {
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
    // A gateway that gives up breaks the connection; that is its right.
    request.on("error", () => response.destroy());
  }
}
