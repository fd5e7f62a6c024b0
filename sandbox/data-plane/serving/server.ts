import { getCACertificates } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import { CertificateAuthority } from "../../certificate-authority.ts";
import type { HostMap } from "../../host-map.ts";
import type { PortBook } from "../../port-book.ts";
import { listenAsBefore } from "../../ports.ts";
import type { DeployedGateway, GatewayArtefacts } from "../artefacts.ts";
import { EntraSignature } from "../azure/entra-signature.ts";
import { endedWay } from "../ended-way.ts";
import type { EnvoyProgram } from "../envoy/version.ts";
import type { FunctionLog } from "../functions/function-log.ts";
import { LambdaRuntime } from "../functions/runtime.ts";
import { EnvoyContainers } from "../gcp/cloud-run/envoy-containers.ts";
import { LingeringServices } from "../gcp/cloud-run/lingering-services.ts";
import { ServiceHosts } from "../gcp/cloud-run/service-hosts.ts";
import { GoogleSignature } from "../gcp/google-signature.ts";
import { interpret } from "../interpret.ts";
import type { AccessLogLine, SecretSource } from "../interpreter.ts";
import { PrivateWays } from "../private-network/private-ways.ts";
import type { Readings } from "../readings.ts";
import { ProcessCounters } from "../verifying/counters.ts";
import { HttpKeySource } from "../verifying/keys.ts";
import { DomainServers, type ServedDomain } from "./domains.ts";
import { GatewayServer } from "./gateway-server.ts";
import { ServerIdentities } from "./identities.ts";
import { BackendProxy } from "./proxy.ts";
import type { RequestLog } from "./request-log.ts";
import type { Served } from "./served.ts";
import type { TlsIdentity } from "./tls-identity.ts";
import { UnservedGateway } from "./unserved-gateway.ts";

export type { FunctionLog } from "../functions/function-log.ts";
export type { AccessLogLine } from "../interpreter.ts";
export type { ServedDomain } from "./domains.ts";
export { formatRequestLog, type RequestLog } from "./request-log.ts";

export interface DataPlaneOptions {
  /** The port that each gateway had before. */
  readonly ports: PortBook;
  /** Leads the names of issuers and backends to this machine. */
  readonly hosts: HostMap;
  /** Receives a line for each request when its response is sent. */
  readonly log: (line: RequestLog) => void;
  /** Receives each line of a vendor's own access log. @default none */
  readonly accessLog?: (line: AccessLogLine) => void;
  /** Opens the authority that issues the certificates of servers over TLS. @default a new authority */
  readonly authority?: () => Promise<CertificateAuthority>;
  /** Receives what functions write. @default writes to standard error */
  readonly functionLog?: (line: FunctionLog) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** The readings of open questions. @default the first of each */
  readonly readings?: Partial<Readings> | undefined;
  /** The Envoy that runs the containers of Cloud Run services. @default none */
  readonly envoy?: EnvoyProgram;
  /** The secrets in the clouds' stores. @default none */
  readonly secrets?: SecretSource;
  /** Receives warnings for people, such as the unexpected end of an Envoy. @default writes to standard error */
  readonly warn?: (message: string) => void;
}

/** A gateway that answers now. */
export interface ServedGateway {
  readonly key: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: string;
  readonly region: string;
  /** The gateway's origin, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The routes, as the vendor names them. */
  readonly routes: readonly string[];
  /** Absent when there are none. */
  readonly domains?: readonly ServedDomain[];
}

type Scheme = "http" | "https";

/** What outlives a change of a gateway. */
interface Kept {
  readonly counters: ProcessCounters;
  readonly ways: PrivateWays;
}

/** The server of one gateway. */
interface OpenGateway extends Kept {
  readonly server: GatewayServer;
  readonly port: number;
  readonly scheme: Scheme;
  gateway?: DeployedGateway;
}

const ADDRESS = "127.0.0.1";
/** How long requests under way may take when their gateway is closed, in milliseconds. */
const GRACE_MS = 5_000;

function newlyKept(): Kept {
  return { counters: new ProcessCounters(), ways: new PrivateWays() };
}

/** Serves the deployed gateways on loopback, each at a port of its own. */
export class DataPlane {
  readonly #options: DataPlaneOptions;
  readonly #now: () => number;
  readonly #keys: HttpKeySource;
  readonly #hosts: ServiceHosts;
  readonly #google = new GoogleSignature();
  readonly #entra = new EntraSignature();
  readonly #lingering = new LingeringServices();
  readonly #containers: EnvoyContainers;
  readonly #proxy: BackendProxy;
  readonly #functions: LambdaRuntime;
  readonly #identities: ServerIdentities;
  readonly #domains: DomainServers;
  readonly #open = new Map<string, OpenGateway>();
  /** The servers of Cloud Run services, by their loopback origins. */
  #services: ReadonlyMap<string, GatewayServer> = new Map();
  readonly #opening = new Map<string, Promise<OpenGateway>>();
  readonly #closing = new Set<Promise<void>>();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#hosts = new ServiceHosts(options.hosts);
    this.#keys = new HttpKeySource(this.#hosts, this.#now);
    this.#proxy = new BackendProxy(this.#hosts);
    this.#identities = new ServerIdentities(() => this.#openAuthority());
    const { envoy = { missing: "the sandbox was started without one" }, warn = console.error } = options;
    this.#containers = new EnvoyContainers({ envoy, hosts: this.#hosts, secrets: options.secrets, warn });
    this.#functions = new LambdaRuntime(this.#hosts, {
      log: options.functionLog,
      authority: () => this.#identities.authority,
    });
    this.#domains = new DomainServers({
      ports: options.ports,
      identities: this.#identities,
      createServer: (tls) => this.#createServer(tls),
      closeServer: (server) => this.#closeServer(server),
    });
  }

  /**
   * Checks that artefacts can be served; changes nothing.
   *
   * @throws UnsupportedArtefact when they cannot
   */
  validate(artefacts: GatewayArtefacts): void {
    this.#interpret(artefacts, newlyKept());
  }

  /**
   * Serves exactly these gateways. A new gateway gets the port that it had before, or any; a changed one changes between two requests;
   * all others are closed. A gateway that cannot be served stays as it was, and does not affect the others.
   *
   * @throws AggregateError with an UnservedGateway for every gateway that cannot be served, after all others are
   */
  async apply(gateways: readonly DeployedGateway[]): Promise<void> {
    const failures: Error[] = [];
    const wanted = new Set(gateways.map(({ key }) => key));
    for (const [key, open] of this.#open) {
      if (open.server.served !== undefined && !wanted.has(key)) this.#close(key, open);
    }
    for (const gateway of gateways) {
      try {
        await this.#serve(gateway);
      } catch (error) {
        failures.push(new UnservedGateway(gateway, error as Error));
      }
    }
    this.#leadServices();
    try {
      await this.#domains.apply(gateways, ({ key }) => this.#open.get(key)?.server.served?.interpreter);
    } catch (error) {
      failures.push(error as Error);
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join("; "));
  }

  /**
   * Opens a gateway's port before the gateway is deployed, so that its URL is known. Until then it refuses every request.
   *
   * @param scheme `https` when the vendor's URL is built from a host name, as Google's is
   */
  async reserve(key: string, scheme: Scheme = "http"): Promise<number> {
    return (await this.#openOnce(key, scheme, newlyKept())).port;
  }

  /**
   * The origin of a gateway, e.g. `http://127.0.0.1:41234`.
   *
   * @throws Error when its port was never reserved
   */
  url(key: string): string {
    const open = this.#open.get(key);
    const port = open?.port ?? this.#options.ports.portOf(key);
    if (port === undefined) throw new Error(`${key} has no port: reserve one first`);
    return `${open?.scheme ?? "http"}://${ADDRESS}:${port}`;
  }

  /** The gateways that answer now, ordered by key. */
  list(): readonly ServedGateway[] {
    return [...this.#open]
      .flatMap(([key, { server, gateway }]): ServedGateway[] => {
        if (server.served === undefined || gateway === undefined) return [];
        const { name, vendor, region, artefacts } = gateway;
        const { routes } = server.served.interpreter;
        const domains = this.#domains.of(gateway);
        const served = { key, name, vendor, kind: artefacts.kind, region, url: this.url(key), routes };
        return [domains.length === 0 ? served : { ...served, domains }];
      })
      .sort((left, right) => (left.key < right.key ? -1 : 1));
  }

  /** Follows a change of the host map, in the background. Everything but the containers reads the map at each request. */
  followHosts(): void {
    this.#containers.followHosts();
  }

  /** Closes all gateways; requests under way have a few seconds to finish. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    for (const [key, open] of this.#open) this.#close(key, open);
    this.#lingering.endAll();
    this.#domains.close();
    // The end of a service begins the end of its server.
    while (this.#closing.size > 0) await Promise.all(this.#closing);
    await this.#containers.close(0);
    await Promise.all([this.#proxy.close(), this.#functions.close()]);
  }

  #interpret(artefacts: GatewayArtefacts, { counters, ways }: Kept) {
    return interpret(artefacts, {
      now: this.#now,
      keys: this.#keys,
      counters,
      ways,
      functions: this.#functions,
      containers: this.#containers,
      google: this.#google,
      entra: this.#entra,
      ...(this.#options.secrets === undefined ? {} : { secrets: this.#options.secrets }),
      readings: this.#options.readings,
    });
  }

  async #serve(gateway: DeployedGateway): Promise<void> {
    const before = this.#open.get(gateway.key);
    // A deployment changes one gateway after the other, and interpreting all of them each time takes most of its time.
    if (before?.server.served !== undefined && isDeepStrictEqual(before.gateway, gateway)) return;
    const kept = before ?? newlyKept();
    // Interpreted first, so that a gateway that cannot be served takes no port.
    const interpreter = this.#interpret(gateway.artefacts, kept);
    if (gateway.artefacts.kind === "gcp-cloud-run") {
      await this.#containers.run(gateway.artefacts, await this.#authorities());
    }
    const open = await this.#openOnce(gateway.key, gateway.scheme ?? "http", kept);
    open.server.served = { gateway, interpreter };
    open.gateway = gateway;
    open.ways.review((origin) => endedWay(gateway.artefacts, origin));
  }

  /** Opens one port for a key, also when called twice at once. */
  #openOnce(key: string, scheme: Scheme, kept: Kept): Promise<OpenGateway> {
    const open = this.#open.get(key);
    if (open !== undefined) return Promise.resolve(open);
    let opening = this.#opening.get(key);
    if (opening === undefined) {
      opening = this.#listen(key, scheme, kept).finally(() => this.#opening.delete(key));
      this.#opening.set(key, opening);
    }
    return opening;
  }

  async #listen(key: string, scheme: Scheme, kept: Kept): Promise<OpenGateway> {
    this.#lingering.end(key);
    const server = this.#createServer(scheme === "https" ? await this.#identities.of(ADDRESS) : undefined);
    const port = await listenAsBefore(this.#options.ports, key, undefined, (wish) => server.listen(wish));
    const open = { server, port, scheme, counters: kept.counters, ways: kept.ways };
    this.#open.set(key, open);
    return open;
  }

  #createServer(tls?: TlsIdentity): GatewayServer {
    const { log, accessLog } = this.#options;
    return new GatewayServer({
      proxy: this.#proxy,
      functions: this.#functions,
      serviceAt: (origin) => this.#serviceAt(origin),
      log,
      accessLog,
      now: this.#now,
      tls,
    });
  }

  async #openAuthority(): Promise<CertificateAuthority> {
    const authority = await (this.#options.authority ?? CertificateAuthority.create)();
    this.#proxy.trust(authority.certificate);
    return authority;
  }

  /** The certificates of this machine's servers: the user's own, and that of the sandbox's authority. */
  async #authorities(): Promise<string> {
    await this.#identities.of(ADDRESS);
    const bundled = new Set(getCACertificates("bundled"));
    const own = getCACertificates("default").filter((certificate) => !bundled.has(certificate));
    return [...own, this.#identities.authority ?? ""].join("\n");
  }

  /** Leads the addresses of the services that answer now to their servers. */
  #leadServices(): void {
    const services = [...this.#open].flatMap(([key, { server, gateway }]) =>
      server.served === undefined ? [] : this.#addressesOf(key, gateway),
    );
    this.#services = new Map(
      [...this.#open].flatMap(([key, { server, gateway }]) =>
        gateway?.artefacts.kind === "gcp-cloud-run" ? [[this.url(key), server] as const] : [],
      ),
    );
    // A service may be the backend of another one.
    if (this.#hosts.lead(new Map([...this.#lingering.addresses, ...services]))) this.followHosts();
  }

  /** The service at an address, which this process calls without a connection. */
  #serviceAt(origin: string): Served | undefined {
    const address = this.#hosts.serviceAt(origin);
    return address === undefined ? undefined : this.#services.get(address)?.served;
  }

  /** The loopback origin of each address of a service; empty for a gateway. */
  #addressesOf(key: string, gateway: DeployedGateway | undefined): readonly (readonly [string, string])[] {
    if (gateway?.artefacts.kind !== "gcp-cloud-run") return [];
    return gateway.artefacts.urls.map((url) => [url, this.url(key)]);
  }

  #close(key: string, { server, gateway }: OpenGateway): void {
    const addresses = this.#addressesOf(key, gateway);
    this.#open.delete(key);
    const artefacts = gateway?.artefacts;
    if (artefacts?.kind !== "gcp-cloud-run") {
      this.#closeServer(server);
      return;
    }
    const end = this.#containers.release(artefacts.service);
    const closing = this.#lingering
      .keep(key, addresses)
      .then(() => {
        this.#leadServices();
        this.#closeServer(server, () => end(GRACE_MS));
      })
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /**
   * Not awaited by a change of the gateways: a long download must not delay a deployment.
   *
   * @param then ends what the server's requests used
   */
  #closeServer(server: GatewayServer, then: () => Promise<void> = async () => {}): void {
    const closing = server
      .close(GRACE_MS)
      .then(then)
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
