import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { findEnvoy } from "../../../../../../engine/index.ts";
import { EnvoyProcess } from "../../../../../../sandbox/data-plane/envoy/envoy-process.ts";
import { interpretGcpApiGateway } from "../../../../../../sandbox/data-plane/gcp/api-gateway/api-gateway.ts";
import { GatewayServer } from "../../../../../../sandbox/data-plane/serving/gateway-server.ts";
import { BackendProxy } from "../../../../../../sandbox/data-plane/serving/proxy.ts";
import { ProcessCounters } from "../../../../../../sandbox/data-plane/verifying/counters.ts";
import { HttpKeySource } from "../../../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../../../sandbox/host-map.ts";
import { noFunctions } from "../../functions/no-functions.ts";
import { service } from "../api-gateway/gateway.ts";
import { type EspOperation, operationsOf, providersOf } from "./api-config.ts";
import { espBootstrap } from "./bootstrap.ts";
import { rewritten } from "./path-rewrite.ts";
import { keySet } from "./tokens.ts";
import { WireClient, type WireRequest } from "./wire-client.ts";

type Json = Readonly<Record<string, unknown>>;

/** What a gateway did with a request. */
export interface Result {
  readonly status: number;
  /** The message of a response of the gateway itself. */
  readonly message?: string;
  readonly route?: string;
  readonly method?: string;
  /** The path and query that the backend received. */
  readonly target?: string;
  /** The headers that the backend received, as sorted lines with names in lower case. */
  readonly headers?: readonly string[];
}

/** Headers that are left out of the comparison, with the reason. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ...["connection", "content-length", "transfer-encoding", "te", "trailer"].map(
    (name) => [name, "it belongs to the connection to the backend"] as const,
  ),
  ...["x-forwarded-for", "x-forwarded-proto", "x-request-id"].map(
    (name) => [name, "Google's front end writes it before Envoy receives the request"] as const,
  ),
  ["x-route", "it is the test's own mark"],
]);

const ORIGINAL_PATH = "x-envoy-original-path";

interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
}

/** A real Envoy and the sandbox's interpreter, with the same documents and in front of the same backend. */
export class SideBySide {
  readonly operations: readonly (readonly EspOperation[])[];
  readonly #envoy: EnvoyProcess;
  readonly #upstream: Server;
  readonly #attempts: ReadonlyMap<string, number>;
  readonly #proxy: BackendProxy;
  readonly #servers: readonly GatewayServer[];
  readonly #clients: readonly { readonly envoy: WireClient; readonly sandbox: WireClient }[];

  private constructor(
    operations: readonly (readonly EspOperation[])[],
    envoy: EnvoyProcess,
    upstream: Server,
    attempts: ReadonlyMap<string, number>,
    proxy: BackendProxy,
    servers: readonly GatewayServer[],
  ) {
    this.operations = operations;
    this.#envoy = envoy;
    this.#upstream = upstream;
    this.#attempts = attempts;
    this.#proxy = proxy;
    this.#servers = servers;
    this.#clients = servers.map((server, index) => ({
      envoy: new WireClient(envoy.port(listener(index))),
      sandbox: new WireClient(server.port),
    }));
  }

  static async start(documents: readonly Json[]): Promise<SideBySide> {
    const attempts = new Map<string, number>();
    const upstream = createServer((request, response) => {
      if (request.url === KEYS) {
        response.end(JSON.stringify(keySet));
        return;
      }
      const { "x-trial": trial, "x-resets": resets = "0", "x-route": mark } = request.headers;
      const key = attemptsKey(mark === undefined ? "sandbox" : "envoy", String(trial));
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      if (attempt <= Number(resets)) {
        request.socket.resetAndDestroy();
        return;
      }
      const { method = "", url: target = "", rawHeaders } = request;
      const headers = rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : [],
      );
      const received = JSON.stringify({ method, target, headers });
      // The only part of a response to HEAD that arrives is its headers.
      response.writeHead(200, { "x-received": Buffer.from(received).toString("base64url") }).end();
    });
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const { port } = upstream.address() as AddressInfo;
    const configs = documents.map((document, index) => ({ name: listener(index), document, managedService: service }));
    const envoy = await EnvoyProcess.start({
      program: findEnvoy().program,
      bootstrap: espBootstrap(configs, port, keySet),
    });
    const hosts = new LoopbackHostMap(
      new Map(originsOf(documents).map((origin) => [origin, `http://127.0.0.1:${port}`])),
    );
    const proxy = new BackendProxy(hosts);
    const keys = new HttpKeySource(hosts, Date.now);
    const servers = documents.map((document) => {
      const server = new GatewayServer({ proxy, functions: noFunctions, log: () => {}, now: Date.now });
      const artefacts = {
        kind: "gcp-api-gateway",
        document: JSON.stringify(withKeysAt(document)),
        managedService: service,
      } as const;
      const surroundings = { now: Date.now, keys, counters: new ProcessCounters(), functions: noFunctions };
      server.served = {
        gateway: { key: "k", name: "orders", vendor: "gcp", region: "europe-west1", artefacts },
        interpreter: interpretGcpApiGateway(artefacts, surroundings),
      };
      return server;
    });
    for (const server of servers) await server.listen(0);
    return new SideBySide(documents.map(operationsOf), envoy, upstream, attempts, proxy, servers);
  }

  /** The results of one request to the gateways of a document. */
  async send(index: number, request: WireRequest): Promise<{ readonly envoy: Result; readonly sandbox: Result }> {
    const clients = this.#clients[index];
    if (clients === undefined) throw new RangeError(`There is no document ${index}.`);
    const [envoy, sandbox] = await Promise.all([clients.envoy.send(request), clients.sandbox.send(request)]);
    // ESPv2's path_rewrite writes this header unless the client does.
    const original = request.headers.some(([name]) => name.toLowerCase() === ORIGINAL_PATH) ? undefined : ORIGINAL_PATH;
    const expected = readResult(envoy);
    const operation = this.operations[index]?.find(({ id }) => id === expected.route);
    const target = operation === undefined ? undefined : rewritten(operation, expected.target ?? "");
    const { headers, ...others } = readResult(sandbox);
    const actual: Result = {
      ...others,
      ...(headers === undefined ? {} : { headers: headers.filter((line) => line.split(":")[0] !== original) }),
    };
    const { route: _route, ...plain } = expected;
    if (expected.target === undefined) return { envoy: plain, sandbox: actual };
    // Without a target, the filter's own path matcher decides it.
    return { envoy: { ...plain, target: target ?? actual.target ?? "" }, sandbox: actual };
  }

  /**
   * How often each of them sent a request to the backend.
   *
   * @param trial the request's `X-Trial`. The backend resets the connections of as many attempts as its `X-Resets` demands.
   */
  attempts(trial: string): { readonly envoy: number; readonly sandbox: number } {
    const of = (side: "envoy" | "sandbox"): number => this.#attempts.get(attemptsKey(side, trial)) ?? 0;
    return { envoy: of("envoy"), sandbox: of("sandbox") };
  }

  async close(): Promise<void> {
    for (const { envoy, sandbox } of this.#clients) {
      envoy.close();
      sandbox.close();
    }
    await Promise.all(this.#servers.map((server) => server.close(0)));
    await this.#proxy.close();
    await this.#envoy.stop();
    this.#upstream.closeAllConnections();
    await new Promise<void>((resolve) => this.#upstream.close(() => resolve()));
  }
}

const KEYS = "/polygate-keys";

function attemptsKey(side: "envoy" | "sandbox", trial: string): string {
  return `${side} ${trial}`;
}

function listener(index: number): string {
  return `document-${index}`;
}

/** The same document, whose issuers have their keys at the backend. */
function withKeysAt(document: Json): Json {
  const definitions = Object.entries((document.securityDefinitions ?? {}) as Record<string, Json>);
  return {
    ...document,
    securityDefinitions: Object.fromEntries(
      definitions.map(([name, definition]) => [
        name,
        { ...definition, "x-google-jwks_uri": `${new URL(String(definition["x-google-issuer"])).origin}${KEYS}` },
      ]),
    ),
  };
}

function originsOf(documents: readonly Json[]): readonly string[] {
  const urls = documents.flatMap((document) => [
    ...operationsOf(document).map(({ backend }) => backend.address),
    ...providersOf(document, service).map(({ issuer }) => issuer),
  ]);
  return [...new Set(urls.map((url) => new URL(url).origin))];
}

function readResult({
  status,
  body,
  received,
}: {
  status: number;
  body: string;
  received?: string | undefined;
}): Result {
  // Envoy rejects some requests before its own filters run, and then without a message in ESPv2's format.
  if (received === undefined) return { status, ...(status === 400 || body === "" ? {} : { message: messageOf(body) }) };
  const { method, target, headers }: Received = JSON.parse(Buffer.from(received, "base64url").toString());
  const route = headers.find(([name]) => name === "x-route")?.[1];
  return {
    status,
    ...(route === undefined ? {} : { route }),
    method,
    target,
    headers: joined(headers),
  };
}

/** Lines of one header, which Envoy joins for some names, are one line here. */
function joined(headers: Received["headers"]): readonly string[] {
  const values = Map.groupBy(headers, ([name]) => name.toLowerCase());
  return [...values]
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(
      ([name, lines]) =>
        `${name}: ${lines.map(([, value]) => readable(name, value)).join(name === "cookie" ? "; " : ",")}`,
    )
    .sort();
}

function messageOf(body: string): string {
  try {
    return JSON.parse(body).message;
  } catch {
    return body;
  }
}

/** The sandbox's ID tokens are signed. Envoy's script writes their audience alone. */
function readable(name: string, value: string): string {
  if (name !== "authorization" || !value.startsWith("Bearer ey")) return value;
  try {
    const { iss, aud } = decodeJwt(value.slice("Bearer ".length));
    return iss === "https://accounts.google.com" ? `Bearer ID token for ${aud}` : value;
  } catch {
    return value;
  }
}
