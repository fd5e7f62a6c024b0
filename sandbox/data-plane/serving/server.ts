import { CertificateAuthority, type Identity } from "../../certificate-authority.ts";
import type { HostMap } from "../../host-map.ts";
import type { PortBook } from "../../port-book.ts";
import { listenAsBefore } from "../../ports.ts";
import type { DeployedGateway, GatewayArtefacts } from "../artefacts.ts";
import type { MappedDomain } from "../aws/artefacts/custom-domain.ts";
import type { ReachingEndpoint } from "../aws/artefacts/vpc-endpoint.ts";
import { CustomDomain } from "../aws/shared/custom-domain.ts";
import { VpcEndpoint } from "../aws/shared/vpc-endpoint.ts";
import type { FunctionLog } from "../functions/function-log.ts";
import { LambdaRuntime } from "../functions/runtime.ts";
import { interpret } from "../interpret.ts";
import { type AccessLogLine, type Interpreter, UnsupportedArtefact } from "../interpreter.ts";
import { ProcessCounters } from "../verifying/counters.ts";
import { HttpKeySource } from "../verifying/keys.ts";
import { GatewayServer } from "./gateway-server.ts";
import { BackendProxy } from "./proxy.ts";
import type { RequestLog } from "./request-log.ts";

export type { FunctionLog } from "../functions/function-log.ts";
export type { AccessLogLine } from "../interpreter.ts";
export { formatRequestLog, type RequestLog } from "./request-log.ts";

export interface DataPlaneOptions {
  /** Which port each gateway had. */
  readonly ports: PortBook;
  /** Leads issuers' and backends' names to this machine. */
  readonly hosts: HostMap;
  /** Told of each request when its answer is sent. */
  readonly log: (line: RequestLog) => void;
  /** Told of each line of a vendor's own access log. @default nobody */
  readonly accessLog?: (line: AccessLogLine) => void;
  /** Whom clients trust for the names of custom domains; asked for when there is one. @default an authority that nobody knows */
  readonly authority?: () => Promise<CertificateAuthority>;
  /** Told what functions write. @default writes to standard error */
  readonly functionLog?: (line: FunctionLog) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** A gateway that answers now. */
export interface ServedGateway {
  readonly key: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: string;
  readonly region: string;
  /** Its origin, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** As the vendor names them. */
  readonly routes: readonly string[];
  /** Absent: none. */
  readonly domains?: readonly ServedDomain[];
}

/** A custom domain or a VPC endpoint by which a gateway answers, over TLS. */
export interface ServedDomain {
  /** e.g. `https://api.example.com/v1`. */
  readonly url: string;
  /** Where it is served: of this port of 127.0.0.1 alone. */
  readonly port: number;
  /** Whether clients need a certificate. */
  readonly clientCertificate: boolean;
}

/** One gateway's port, its server, and the counters that outlive a change of it. */
interface Place {
  readonly server: GatewayServer;
  readonly counters: ProcessCounters;
  readonly port: number;
  gateway?: DeployedGateway;
}

/** What owns a TLS port, whom its certificate is for, and whom it lets in. */
type DomainName = Pick<MappedDomain, "key" | "name" | "truststore">;

/** One custom domain's or VPC endpoint's port and its server. */
interface DomainPlace {
  readonly server: GatewayServer;
  readonly port: number;
  readonly truststore: string | undefined;
}

/** How long requests under way may take when their gateway is closed, in milliseconds. */
const GRACE_MS = 5_000;

/** Serves the deployed gateways on loopback, a port each. */
export class DataPlane {
  readonly #options: DataPlaneOptions;
  readonly #now: () => number;
  readonly #keys: HttpKeySource;
  readonly #proxy: BackendProxy;
  readonly #functions: LambdaRuntime;
  readonly #places = new Map<string, Place>();
  readonly #domains = new Map<string, DomainPlace>();
  /** By the host's name. */
  readonly #identities = new Map<string, Identity>();
  #authority: CertificateAuthority | undefined;
  readonly #opening = new Map<string, Promise<Place>>();
  readonly #closing = new Set<Promise<void>>();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#keys = new HttpKeySource(options.hosts, this.#now);
    this.#proxy = new BackendProxy(options.hosts);
    this.#functions = new LambdaRuntime(options.hosts, { log: options.functionLog });
  }

  /**
   * Finds out whether artefacts could be served; changes nothing.
   * @throws UnsupportedArtefact when they could not
   */
  validate(artefacts: GatewayArtefacts): void {
    this.#interpret(artefacts, new ProcessCounters());
  }

  /**
   * Serves exactly these gateways. New ones get the port they had, or any; changed ones change between two requests; those
   * no longer there are closed. One that cannot be served keeps the others from nothing, and itself stays as it was.
   * @throws AggregateError of what could not be served, after all the others are
   */
  async apply(gateways: readonly DeployedGateway[]): Promise<void> {
    const failures: Error[] = [];
    const wanted = new Set(gateways.map(({ key }) => key));
    for (const [key, place] of this.#places) {
      if (place.server.served !== undefined && !wanted.has(key)) this.#vacate(key, place);
    }
    for (const gateway of gateways) {
      try {
        const counters = this.#places.get(gateway.key)?.counters ?? new ProcessCounters();
        // First, so that what cannot be served takes no port.
        const interpreter = this.#interpret(gateway.artefacts, counters);
        const place = await this.#open(gateway.key, counters);
        place.server.served = { gateway, interpreter };
        place.gateway = gateway;
      } catch (error) {
        const { message } = error as Error;
        failures.push(
          error instanceof UnsupportedArtefact
            ? new UnsupportedArtefact(`${gateway.name}: ${error.place}`, message.slice(error.place.length + 2))
            : new Error(`${gateway.name}: ${message}`, { cause: error }),
        );
      }
    }
    try {
      await this.#applyDomains(gateways);
    } catch (error) {
      failures.push(error as Error);
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join("; "));
  }

  /** Takes a gateway's port before the gateway is deployed, for its URL. Until then every request there is refused. */
  async reserve(key: string): Promise<number> {
    return (await this.#open(key, new ProcessCounters())).port;
  }

  /**
   * The origin of a gateway, e.g. `http://127.0.0.1:41234`.
   * @throws when its port was never reserved
   */
  url(key: string): string {
    const port = this.#places.get(key)?.port ?? this.#options.ports.portOf(key);
    if (port === undefined) throw new Error(`${key} has no port: reserve one first`);
    return `http://127.0.0.1:${port}`;
  }

  /** The gateways that answer now, in order of their keys. */
  list(): readonly ServedGateway[] {
    return [...this.#places]
      .flatMap(([key, { server, gateway }]): ServedGateway[] => {
        if (server.served === undefined || gateway === undefined) return [];
        const { name, vendor, region, artefacts } = gateway;
        const { routes } = server.served.interpreter;
        const domains = [
          ...(gateway.domains ?? []).flatMap((domain) => this.#servedDomain(domain)),
          ...(gateway.vpcEndpoints ?? []).flatMap((endpoint) => this.#servedEndpoint(endpoint)),
        ];
        return [
          {
            key,
            name,
            vendor,
            kind: artefacts.kind,
            region,
            url: this.url(key),
            routes,
            ...(domains.length === 0 ? {} : { domains }),
          },
        ];
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** Closes all gateways; requests under way have a few seconds to finish. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    for (const [key, place] of this.#places) this.#vacate(key, place);
    for (const key of this.#domains.keys()) this.#vacateDomain(key);
    await Promise.all(this.#closing);
    await Promise.all([this.#proxy.close(), this.#functions.close()]);
  }

  #interpret(artefacts: GatewayArtefacts, counters: ProcessCounters) {
    return interpret(artefacts, { now: this.#now, keys: this.#keys, counters, functions: this.#functions });
  }

  /** One at a time for a key, or two would take two ports. */
  async #open(key: string, counters: ProcessCounters): Promise<Place> {
    const place = this.#places.get(key);
    if (place !== undefined) return place;
    let opening = this.#opening.get(key);
    if (opening === undefined) {
      opening = this.#listen(key, counters).finally(() => this.#opening.delete(key));
      this.#opening.set(key, opening);
    }
    return opening;
  }

  async #listen(key: string, counters: ProcessCounters): Promise<Place> {
    const { log, accessLog } = this.#options;
    const server = new GatewayServer(this.#proxy, this.#functions, log, this.#now, accessLog);
    const port = await listenAsBefore(this.#options.ports, key, undefined, (wish) => server.listen(wish));
    const place = { server, counters, port };
    this.#places.set(key, place);
    return place;
  }

  /** Not awaited by who changes a gateway: a long download must not hold up a deployment. */
  #vacate(key: string, place: Place): void {
    this.#places.delete(key);
    this.#close(place.server);
  }

  #close(server: GatewayServer): void {
    const closing = server.close(GRACE_MS).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** The custom domains and VPC endpoints of these gateways, after the gateways themselves: they lead to what is served. */
  async #applyDomains(gateways: readonly DeployedGateway[]): Promise<void> {
    const domains = this.#waysTo(gateways, ({ domains = [] }) => domains);
    const endpoints = this.#waysTo(gateways, ({ vpcEndpoints = [] }) => vpcEndpoints);
    for (const key of this.#domains.keys()) if (!domains.has(key) && !endpoints.has(key)) this.#vacateDomain(key);
    for (const { first, region, ways } of domains.values()) {
      await this.#lead(first, first.name, region, new CustomDomain(first.name, ways));
    }
    for (const { first, region, ways } of endpoints.values()) {
      const { key, certificateName: name } = first;
      await this.#lead({ key, name }, first.id, region, new VpcEndpoint(first, ways));
    }
  }

  /** What leads to these gateways, as far as they are served, by its key: with the gateway that each way ends at. */
  #waysTo<Way extends { readonly key: string }>(
    gateways: readonly DeployedGateway[],
    waysOf: (gateway: DeployedGateway) => readonly Way[],
  ) {
    const found = new Map<string, { first: Way; region: string; ways: (Way & { readonly api: Interpreter })[] }>();
    for (const gateway of gateways) {
      const api = this.#places.get(gateway.key)?.server.served?.interpreter;
      if (api === undefined) continue;
      for (const way of waysOf(gateway)) {
        const entry = found.get(way.key) ?? { first: way, region: gateway.region, ways: [] };
        found.set(way.key, entry);
        entry.ways.push({ ...way, api });
      }
    }
    return found;
  }

  async #lead(place: DomainName, name: string, region: string, interpreter: Interpreter): Promise<void> {
    const { server } = await this.#openDomain(place);
    server.served = { gateway: { name, vendor: "aws", region }, interpreter };
  }

  /**
   * With another truststore it is another server: connections that the old one let in end, each after its answer, and are not
   * taken up again.
   */
  async #openDomain({ key, name, truststore }: DomainName): Promise<DomainPlace> {
    const known = this.#domains.get(key);
    if (known !== undefined && known.truststore === truststore) return known;
    const identity = await this.#identity(name);
    const { log, accessLog } = this.#options;
    const tls = { ...identity, ...(truststore === undefined ? {} : { truststore }) };
    const server = new GatewayServer(this.#proxy, this.#functions, log, this.#now, accessLog, tls);
    if (known !== undefined) this.#vacateDomain(key);
    const port = await listenAsBefore(this.#options.ports, key, undefined, (wish) => server.listen(wish));
    const place = { server, port, truststore };
    this.#domains.set(key, place);
    return place;
  }

  #vacateDomain(key: string): void {
    const place = this.#domains.get(key);
    this.#domains.delete(key);
    if (place !== undefined) this.#close(place.server);
  }

  async #identity(host: string): Promise<Identity> {
    const known = this.#identities.get(host);
    if (known !== undefined) return known;
    this.#authority ??= await (this.#options.authority ?? CertificateAuthority.create)();
    const made = await this.#authority.issue(host);
    this.#identities.set(host, made);
    return made;
  }

  #servedEndpoint({ key, url }: ReachingEndpoint): readonly ServedDomain[] {
    const place = this.#domains.get(key);
    return place === undefined || url === undefined ? [] : [{ url, port: place.port, clientCertificate: false }];
  }

  #servedDomain({ key, name, basePath, truststore }: MappedDomain): readonly ServedDomain[] {
    const place = this.#domains.get(key);
    if (place === undefined) return [];
    const url = `https://${name}${basePath === "" ? "" : `/${basePath}`}`;
    return [{ url, port: place.port, clientCertificate: truststore !== undefined }];
  }
}
