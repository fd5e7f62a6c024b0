import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Bindings } from "../../../../../components/api/binding/binding.ts";
import type { Api } from "../../../../../components/api/checked-api.ts";
import { companionConfiguration } from "../../../../../components/gcp/companion/configuration.ts";
import type { EnvoyConfiguration } from "../../../../../components/gcp/companion/envoy.ts";
import { findEnvoy } from "../../../../../engine/index.ts";
import { CertificateAuthority } from "../../../../../sandbox/certificate-authority.ts";
import { EnvoyProcess } from "../../../../../sandbox/data-plane/envoy/envoy-process.ts";
import { keySet } from "./companion-tokens.ts";
import { withLoopbackClusters } from "./loopback-clusters.ts";

/** What Cloud Run leaves of the gateway's own identity token. */
export const GATEWAY_TOKEN = "Bearer google.identity.SIGNATURE_REMOVED_BY_GOOGLE";

/** More than Envoy forwards. */
const MOST_HEADER_BYTES = 2 ** 20;

/** A request as a backend receives it. */
export interface Received {
  /** The name of the backend's host in the configuration. */
  readonly server: string;
  readonly method: string;
  readonly target: string;
  /** By name in lower case, the values of lines with one name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A response, with the request that reached a backend. */
export interface Exchange {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  /** Undefined if no backend received the request. */
  readonly received: Received | undefined;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** A backend's own behaviour, for a path that begins with its key. */
type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export interface BenchOptions {
  /** Servers that refuse connections, by host and port, e.g. `gone.example.com:443`. @default none */
  readonly dead?: readonly string[];
  /** The host in the certificate of a server, by host and port. @default the server's own */
  readonly certified?: Readonly<Record<string, string>>;
  /** Changes the configuration before Envoy starts, as a fault would. @default none */
  readonly change?: (configuration: EnvoyConfiguration) => EnvoyConfiguration;
  /** @default responds with 200 and the text "served" */
  readonly behave?: Behaviour;
}

/** A real Envoy with a compiled configuration, in front of servers on loopback, which have certificates where the configuration uses TLS. */
export class CompanionBench {
  readonly #envoy: EnvoyProcess;
  readonly #servers: readonly Server[];
  readonly #received: Received[];

  private constructor(envoy: EnvoyProcess, servers: readonly Server[], received: Received[]) {
    this.#envoy = envoy;
    this.#servers = servers;
    this.#received = received;
  }

  static async start(api: Api, bindings: Bindings, options: BenchOptions = {}): Promise<CompanionBench> {
    const { change = (configuration) => configuration } = options;
    const configuration = change(companionConfiguration(api, bindings));
    const received: Received[] = [];
    const servers: Server[] = [];
    const ports = new Map<string, number>();
    const urls = [
      ...Object.values(bindings.backends).map((binding) => String("url" in binding ? binding.url : "")),
      ...Object.values(bindings.auth).map(({ jwksUri = "" }) => jwksUri),
    ];
    // The keys of certificates take longer than everything else, and most tests need none.
    const isSecure = urls.some((url) => url.startsWith("https:"));
    const authority = isSecure ? await CertificateAuthority.create() : undefined;
    for (const url of new Set(urls)) {
      const { protocol, hostname, port } = new URL(url);
      const name = `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
      if (ports.has(name)) continue;
      const identity =
        protocol === "https:" ? await authority?.issue(options.certified?.[name] ?? hostname) : undefined;
      const listener = serve(name, received, options.behave);
      const server =
        identity === undefined
          ? createServer({ maxHeaderSize: MOST_HEADER_BYTES }, listener)
          : createTlsServer(
              { cert: identity.certificate, key: identity.key, maxHeaderSize: MOST_HEADER_BYTES },
              listener,
            );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      ports.set(name, (server.address() as AddressInfo).port);
      if (options.dead?.includes(name) === true) server.close();
      else servers.push(server as Server);
    }
    const bootstrap = withLoopbackClusters(configuration, { ports, authority: authority?.certificate ?? "" });
    const envoy = await EnvoyProcess.start({ program: findEnvoy().program, bootstrap: { ...bootstrap } });
    return new CompanionBench(envoy, servers, received);
  }

  /** The port of the listener that receives the gateway's requests. */
  get port(): number {
    return this.#envoy.port("companion");
  }

  /** Sends a request with exactly this target, as the gateway does: with its own identity token, whose signature was removed. */
  async send(target: string, { method = "GET", headers = {}, body }: Sent = {}): Promise<Exchange> {
    const before = this.#received.length;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request({
        host: "127.0.0.1",
        port: this.port,
        method,
        path: target,
        headers: { authorization: GATEWAY_TOKEN, ...headers } as Record<string, string>,
        agent: false,
      });
      call.once("response", resolve).once("error", reject).end(body);
    });
    const content = await text(response);
    const received = this.#received.slice(before);
    if (received.length > 1) throw new Error(`${received.length} requests reached backends.`);
    return { status: response.statusCode ?? 0, headers: response.headers, body: content, received: received[0] };
  }

  async stop(): Promise<void> {
    await this.#envoy.stop();
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  }
}

function serve(server: string, received: Received[], behave: Behaviour | undefined) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const { url: target = "", method = "", headers } = request;
    if (server.startsWith("keys.")) {
      response.end(JSON.stringify(keySet));
      return;
    }
    void text(request).then((body) => {
      const joined = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      received.push({ server, method, target, headers: Object.fromEntries(joined), body });
      if (behave === undefined) response.end("served");
      else behave(request, response);
    });
  };
}
