import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Arrived, Backends } from "./backend.ts";
import { backendMark } from "./backend.ts";
import { listen, shut } from "./loopback.ts";

/** Where the code of the world's functions finds the world. */
export const functionsUrl = "https://functions.backend.test";

const arnPrefix = "arn:aws:lambda:eu-central-1:123456789012:function:";

export function functionArn(name: string): string {
  return `${arnPrefix}${name}`;
}

/** A function's name, by its ARN. */
export function functionName(arn: string): string {
  if (!arn.startsWith(arnPrefix)) throw new Error(`${arn} is no function of the world's`);
  return arn.slice(arnPrefix.length);
}

/** Runs where the functions run: tells the world of its event, and does what it is told. */
const code = `
export const handler = async (event) => {
  const response = await fetch(process.env.WORLD, { method: "POST", body: JSON.stringify(event) });
  const told = await response.json();
  if (told.hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (told.throws) throw new Error("as it was told");
  return told.returns;
};
`;

/** A function's texts by the name of their file, its handler, and what its environment holds. */
export interface FunctionCode {
  readonly handler: string;
  readonly files: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Of a function that is a backend. */
export function backendCode(name: string): FunctionCode {
  return {
    handler: "index.handler",
    files: { "index.mjs": code },
    environment: { WORLD: `${functionsUrl}/${name}` },
  };
}

/** Before any other module, so that none keeps the machine's clock. */
const clock = `
const Machine = globalThis.Date;
let ahead = 0;
globalThis.Date = class extends Machine {
  constructor(...given) {
    if (given.length === 0) super(Machine.now() + ahead);
    else super(...given);
  }
  static now() {
    return Machine.now() + ahead;
  }
};
export const setClock = (now) => {
  ahead = now - Machine.now();
};
`;

/** The same function, for which it is as late as the world says. */
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

/** The events of both forms, as far as they tell what the client sent. */
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

/** What functions tell of their events, and what they are told to do. */
export class Functions {
  readonly #server: Server;
  readonly origin: string;
  /** What functions that ask take for the time. */
  now: () => number = Date.now;

  private constructor(server: Server, origin: string, backends: Backends) {
    this.#server = server;
    this.origin = origin;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const name = (request.url ?? "").slice(1);
        response.end(JSON.stringify(name === "" ? { now: this.now() } : told(name, chunks, backends)));
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

function told(name: string, event: readonly Buffer[], backends: Backends): object {
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
