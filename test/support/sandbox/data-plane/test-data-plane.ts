import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { type JWTPayload, SignJWT } from "jose";
import type { DeployedGateway } from "../../../../sandbox/data-plane/artefacts.ts";
import type { AwsCors, AwsHttpApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import type { AwsNetwork } from "../../../../sandbox/data-plane/aws/artefacts/network.ts";
import type { Readings } from "../../../../sandbox/data-plane/readings.ts";
import {
  type AccessLogLine,
  DataPlane,
  type DataPlaneOptions,
  type RequestLog,
} from "../../../../sandbox/data-plane/serving/server.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";

/** A server on loopback for the duration of a test. */
export class Loopback {
  readonly server: Server;

  constructor(listener: RequestListener) {
    this.server = createServer(listener);
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** An OpenID Connect issuer with real keys. */
export class TestIssuer {
  readonly url: string;
  readonly web: Loopback;
  /** The requested paths, in order. */
  readonly asked: string[] = [];
  /** Writes the response. Tests replace it to make the issuer fail. */
  answer: (path: string, response: ServerResponse) => void;
  #keys: { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject }[] = [];
  #count = 0;

  constructor(url: string) {
    this.url = url;
    this.answer = (path, response) => response.end(JSON.stringify(this.document(path)));
    this.web = new Loopback((request, response) => {
      this.asked.push(request.url ?? "");
      this.answer(request.url ?? "", response);
    });
    this.rotate();
  }

  document(path: string): unknown {
    if (path.endsWith("/openid-configuration")) return { issuer: this.url, jwks_uri: `${this.url}/jwks` };
    return {
      keys: this.#keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: "jwk" }), kid, use: "sig" })),
    };
  }

  get key(): { readonly kid: string; readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
    const [key] = this.#keys;
    if (key === undefined) throw new Error("the issuer has no key");
    return key;
  }

  /** Replaces the key by a new one. */
  rotate(): void {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.#keys = [{ kid: `key-${++this.#count}`, ...pair }];
  }

  /** @param at in seconds since the epoch. The token is valid from a minute before it to an hour after it */
  async token(claims: JWTPayload = {}, header: object = {}, at = Date.now() / 1000): Promise<string> {
    const { kid, privateKey } = this.key;
    return await new SignJWT({
      iss: this.url,
      aud: "orders",
      sub: "someone",
      iat: Math.floor(at) - 60,
      exp: Math.floor(at) + 3600,
      ...claims,
    })
      .setProtectedHeader({ alg: "RS256", kid, ...header })
      .sign(privateKey);
  }
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  /** Names are in lower case. Several values are joined with `|`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A backend that records its requests. */
export class TestBackend {
  readonly seen: Seen[] = [];
  readonly web: Loopback;
  answer: (request: IncomingMessage, response: ServerResponse) => void;

  constructor() {
    this.answer = async (request, response) => {
      const headers: Record<string, string> = {};
      for (let index = 0; index < request.rawHeaders.length; index += 2) {
        const name = (request.rawHeaders[index] as string).toLowerCase();
        const value = request.rawHeaders[index + 1] as string;
        headers[name] = headers[name] === undefined ? value : `${headers[name]}|${value}`;
      }
      const body = await text(request);
      this.seen.push({ method: request.method ?? "", url: request.url ?? "", headers, body });
      response.writeHead(200, { "x-backend": "yes", "access-control-allow-origin": "backend" }).end("from the backend");
    };
    this.web = new Loopback((request, response) => this.answer(request, response));
  }

  get last(): Seen {
    const last = this.seen.at(-1);
    if (last === undefined) throw new Error("the backend received no request");
    return last;
  }
}

export const ISSUER = "https://login.example.com";
export const BACKEND = "https://backend.example.com";

type TestOptions = Pick<DataPlaneOptions, "authority" | "envoy" | "warn">;

/** A data plane with an issuer and a backend in its host map, and a clock that tests can set. */
export class TestDataPlane {
  readonly issuer: TestIssuer = new TestIssuer(ISSUER);
  readonly backend: TestBackend = new TestBackend();
  readonly log: RequestLog[] = [];
  readonly accessLog: AccessLogLine[] = [];
  readonly ports = new Map<string, number>();
  readonly hosts: LoopbackHostMap = new LoopbackHostMap(new Map());
  /** Added to the real time, in milliseconds. */
  ahead = 0;
  /** Replaces the real time, in milliseconds since the epoch. */
  frozen: number | undefined;
  #readings: Partial<Readings> = {};
  dataPlane!: DataPlane;

  async start(options: TestOptions = {}): Promise<this> {
    await Promise.all([this.issuer.web.start(), this.backend.web.start()]);
    this.hosts.map(ISSUER, this.issuer.web.origin);
    this.hosts.map(BACKEND, this.backend.web.origin);
    this.dataPlane = this.newDataPlane(options);
    return this;
  }

  newDataPlane(options: TestOptions = {}): DataPlane {
    const readings = () => this.#readings;
    return new DataPlane({
      ...options,
      get readings() {
        return readings();
      },
      ports: { portOf: (key) => this.ports.get(key), remember: (key, port) => this.ports.set(key, port) },
      hosts: this.hosts,
      log: (line) => this.log.push(line),
      accessLog: (line) => this.accessLog.push(line),
      now: () => (this.frozen ?? Date.now()) + this.ahead,
    });
  }

  /** Chooses the readings of open questions for the next gateway. One that does not change keeps its own, so another is served first. */
  async readAs(readings: Partial<Readings>): Promise<void> {
    this.#readings = readings;
    await this.serve({ "/another": { get: to("/") } });
  }

  /** Serves an AWS HTTP API, and returns its URL. */
  async serve(paths: object, options: Parameters<typeof httpApi>[1] = {}): Promise<string> {
    await this.dataPlane.apply([gateway(httpApi(paths, options))]);
    return this.dataPlane.url("aws/eu-west-1/orders");
  }

  /** Waits for lines of the access log, which are written after the client has received the response. */
  settled(lines: number): Promise<void> {
    return until(`${lines} lines`, () => this.accessLog.length === lines);
  }

  async close(): Promise<void> {
    await this.dataPlane.close();
    await Promise.all([this.issuer.web.close(), this.backend.web.close()]);
  }
}

export function gateway(artefacts: AwsHttpApiArtefacts, name = "orders"): DeployedGateway {
  return { key: `aws/eu-west-1/${name}`, name, vendor: "aws", region: "eu-west-1", artefacts };
}

export interface HttpApiOptions {
  readonly cors?: AwsCors;
  readonly stage?: Partial<AwsHttpApiArtefacts["stage"]>;
  readonly network?: AwsNetwork;
  readonly components?: object;
  /** More members of the document's root. */
  readonly root?: object;
}

export function httpApi(
  paths: object,
  { cors, stage, network, components, root }: HttpApiOptions = {},
): AwsHttpApiArtefacts {
  return {
    kind: "aws-http-api",
    document: JSON.stringify({
      openapi: "3.0.1",
      info: { title: "orders", version: "1.0" },
      paths,
      components: components ?? { securitySchemes: { staff: jwtScheme() } },
      ...root,
    }),
    ...(cors === undefined ? {} : { cors }),
    ...(network === undefined ? {} : { network }),
    stage: { name: "$default", variables: {}, routeSettings: {}, ...stage },
  };
}

export function jwtScheme(configuration: object = {}): object {
  return {
    type: "oauth2",
    "x-amazon-apigateway-authorizer": {
      type: "jwt",
      identitySource: "$request.header.Authorization",
      jwtConfiguration: { issuer: ISSUER, audience: ["orders"], ...configuration },
    },
  };
}

/** An operation that is forwarded to a path of the backend. */
export function to(path: string, members: object = {}, operation: object = {}): object {
  return {
    ...operation,
    "x-amazon-apigateway-integration": {
      type: "HTTP_PROXY",
      httpMethod: "ANY",
      uri: `${BACKEND}${path}`,
      payloadFormatVersion: "1.0",
      ...members,
    },
  };
}

export const staff = (...scopes: string[]): object => ({ security: [{ staff: scopes }] });

/** How long a raw request waits for the first byte of a response, in milliseconds. */
const RESPONSE_MS = 5_000;

/**
 * Sends a raw request, and returns everything that is received until the connection is closed or quiet.
 *
 * @param waitMs the time that the response may take to begin, after which the client closes the connection
 * @param quietMs the time without data that ends a response
 */
export async function raw(origin: string, request: string, waitMs = RESPONSE_MS, quietMs = 300): Promise<string> {
  const { port, hostname } = new URL(origin);
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = "";
    // Counts from the time when the request is sent.
    socket.write(request, "latin1", () =>
      socket.setTimeout(received === "" ? waitMs : quietMs, () => socket.destroy()),
    );
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      socket.setTimeout(quietMs);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

/** Waits for a condition. @param what names the condition in the error */
export async function until(what: string, is: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!is()) {
    if (Date.now() > end) throw new Error(`timed out while waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The status and the body. */
export async function answer(response: Response | Promise<Response>): Promise<readonly [number, string]> {
  const { status } = await response;
  return [status, await (await response).text()];
}
