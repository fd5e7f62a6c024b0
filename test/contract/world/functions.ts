import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Arrived, Backends } from "./backend.ts";
import { backendMark } from "./backend.ts";
import { listen, shut } from "./loopback.ts";

/** The URL at which the code of the functions reaches {@link Functions}. */
export const functionsUrl = "https://functions.backend.test";

const arnPrefix = "arn:aws:lambda:eu-central-1:123456789012:function:";

export function functionArn(name: string): string {
  return `${arnPrefix}${name}`;
}

/** Returns the name of the function with this ARN. */
export function functionName(arn: string): string {
  if (!arn.startsWith(arnPrefix)) throw new Error(`The world has no function ${arn}.`);
  return arn.slice(arnPrefix.length);
}

/** The code of every backend function. It sends its event to the world and follows the instruction in the response. */
const code = `
export const handler = async (event) => {
  const response = await fetch(process.env.WORLD, { method: "POST", body: JSON.stringify(event) });
  const instruction = await response.json();
  if (instruction.hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (instruction.throws) throw new Error("as instructed");
  return instruction.returns;
};
`;

/** A function's files by name, its handler and its environment variables. */
export interface FunctionCode {
  readonly handler: string;
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Returns the code of a function that is a backend. */
export function backendCode(name: string): FunctionCode {
  return {
    handler: "index.handler",
    files: { "index.mjs": code },
    environment: { WORLD: `${functionsUrl}/${name}` },
  };
}

/** Replaces the clock. It is imported before any other module, so that no module keeps the clock of the machine. */
const clock = `
const Machine = globalThis.Date;
let ahead = 0;
globalThis.Date = class extends Machine {
  constructor(...args) {
    if (args.length === 0) super(Machine.now() + ahead);
    else super(...args);
  }
  static now() {
    return Machine.now() + ahead;
  }
};
export const setClock = (now) => {
  ahead = now - Machine.now();
};
`;

/** Returns the function with a clock that shows the time of the world. */
export function onWorldTime({ handler, files, environment }: FunctionCode): FunctionCode {
  const [file, name] = handler.split(".");
  const late = `
import { setClock } from "./clock.mjs";
import { ${name} as handler } from "./${file}.mjs";
export const late = async (event, context) => {
  const response = await fetch("${functionsUrl}/", { method: "POST" });
  setClock((await response.json()).now);
  return await handler(event, context);
};
`;
  return { handler: "late.late", files: { ...files, "clock.mjs": clock, "late.mjs": late }, environment };
}

/** The members of both versions of events that describe the client's request. */
interface Event {
  readonly version?: string;
  readonly httpMethod?: string;
  readonly path?: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>> | null;
  readonly rawPath?: string;
  readonly rawQueryString?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly requestContext?: { readonly http?: { readonly method?: string } };
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

/** The server to which functions send their events, and which returns their instructions. */
export class Functions {
  readonly #server: Server;
  readonly origin: string;
  /** The time that is sent to functions with the clock of the world. */
  now: () => number = Date.now;

  private constructor(server: Server, origin: string, backends: Backends) {
    this.#server = server;
    this.origin = origin;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const name = (request.url ?? "").slice(1);
        response.end(JSON.stringify(name === "" ? { now: this.now() } : handleEvent(name, chunks, backends)));
      });
      request.on("error", () => response.destroy());
    });
  }

  static async start(backends: Backends): Promise<Functions> {
    const server = createServer();
    return new Functions(server, await listen(server), backends);
  }

  async stop(): Promise<void> {
    await shut(this.#server);
  }
}

function handleEvent(name: string, event: readonly Buffer[], backends: Backends): object {
  backends.arrived.push(arrivedOf(name, JSON.parse(Buffer.concat(event).toString()) as Event));
  return instructionOf(name, backends);
}

function arrivedOf(backend: string, event: Event): Arrived {
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded === true ? "base64" : "utf8");
  if (event.version === "2.0") {
    const query = event.rawQueryString ?? "";
    return {
      backend,
      method: event.requestContext?.http?.method ?? "",
      target: `${event.rawPath ?? ""}${query === "" ? "" : `?${query}`}`,
      headers: [
        ...Object.entries(event.headers ?? {}),
        ...(event.cookies === undefined ? [] : [["cookie", event.cookies.join("; ")] as const]),
      ],
      body,
    };
  }
  const pairs = (grouped: Readonly<Record<string, readonly string[]>> | null | undefined) =>
    Object.entries(grouped ?? {}).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  return {
    backend,
    method: event.httpMethod ?? "",
    target: event.path ?? "",
    headers: pairs(event.multiValueHeaders),
    body,
    query: pairs(event.multiValueQueryStringParameters),
  };
}

function instructionOf(name: string, { answer }: Backends): object {
  const { status, headers, body } = answer;
  const returns = { statusCode: status, headers: { ...headers, [backendMark]: name }, body };
  switch (answer.fails) {
    case "throws":
      return { throws: true };
    case "returns a status out of range":
      return { returns: { ...returns, statusCode: 42 } };
    case "returns a wrong status":
      return { returns: { ...returns, statusCode: "two hundred" } };
    case "returns wrong headers":
      return { returns: { ...returns, headers: "none" } };
    default:
      return { hangs: answer.hangs === true, returns };
  }
}
