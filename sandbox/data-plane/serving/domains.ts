import type { PortBook } from "../../port-book.ts";
import { listenAsBefore } from "../../ports.ts";
import type { DeployedGateway } from "../artefacts.ts";
import type { MappedDomain } from "../aws/artefacts/custom-domain.ts";
import type { ReachingEndpoint } from "../aws/artefacts/vpc-endpoint.ts";
import { CustomDomain } from "../aws/shared/custom-domain.ts";
import { VpcEndpoint } from "../aws/shared/vpc-endpoint.ts";
import type { Interpreter } from "../interpreter.ts";
import type { GatewayServer } from "./gateway-server.ts";
import type { ServerIdentities } from "./identities.ts";
import type { TlsIdentity } from "./tls-identity.ts";

/** A custom domain or a VPC endpoint of a gateway, served over TLS. */
export interface ServedDomain {
  /** e.g. `https://api.example.com/v1`. */
  readonly url: string;
  /** The port of 127.0.0.1 that serves it. */
  readonly port: number;
  /** Whether clients need a certificate. */
  readonly clientCertificate: boolean;
}

export interface DomainServersOptions {
  readonly ports: PortBook;
  readonly identities: ServerIdentities;
  readonly createServer: (tls: TlsIdentity) => GatewayServer;
  /** Closes a server; not awaited, because a long download must not delay a deployment. */
  readonly closeServer: (server: GatewayServer) => void;
}

interface DomainServer {
  readonly server: GatewayServer;
  readonly port: number;
  readonly truststore: string | undefined;
}

/** The owner of a TLS port, the name of its certificate, and the clients that it accepts. */
type DomainName = Pick<MappedDomain, "key" | "name" | "truststore">;

/** Everything that one domain or endpoint leads to. */
interface Domain<Entry> {
  readonly first: Entry;
  readonly region: string;
  readonly entries: (Entry & { readonly api: Interpreter })[];
}

/** The servers of the custom domains and VPC endpoints that lead to gateways, each at a port of its own. */
export class DomainServers {
  readonly #options: DomainServersOptions;
  readonly #servers = new Map<string, DomainServer>();

  constructor(options: DomainServersOptions) {
    this.#options = options;
  }

  /**
   * Serves exactly the domains and endpoints of these gateways.
   *
   * @param interpreterOf the interpreter of a gateway that is served
   */
  async apply(
    gateways: readonly DeployedGateway[],
    interpreterOf: (gateway: DeployedGateway) => Interpreter | undefined,
  ): Promise<void> {
    const domains = byKey(gateways, interpreterOf, ({ domains = [] }) => domains);
    const endpoints = byKey(gateways, interpreterOf, ({ vpcEndpoints = [] }) => vpcEndpoints);
    for (const key of this.#servers.keys()) if (!domains.has(key) && !endpoints.has(key)) this.#close(key);
    for (const { first, region, entries } of domains.values()) {
      await this.#serve(first, first.name, region, new CustomDomain(first.name, entries));
    }
    for (const { first, region, entries } of endpoints.values()) {
      const { key, certificateName: name } = first;
      await this.#serve({ key, name }, first.id, region, new VpcEndpoint(first, entries));
    }
  }

  /** The domains and endpoints by which a gateway answers now. */
  of({ domains = [], vpcEndpoints = [] }: DeployedGateway): readonly ServedDomain[] {
    return [
      ...domains.flatMap((domain) => this.#servedDomain(domain)),
      ...vpcEndpoints.flatMap((endpoint) => this.#servedEndpoint(endpoint)),
    ];
  }

  close(): void {
    for (const key of this.#servers.keys()) this.#close(key);
  }

  async #serve(domain: DomainName, name: string, region: string, interpreter: Interpreter): Promise<void> {
    const { server } = await this.#open(domain);
    server.served = { gateway: { name, vendor: "aws", region }, interpreter };
  }

  /**
   * The server of a domain. Another truststore needs another server: the connections that the old truststore accepted end, each after
   * its response.
   */
  async #open({ key, name, truststore }: DomainName): Promise<DomainServer> {
    const existing = this.#servers.get(key);
    if (existing !== undefined && existing.truststore === truststore) return existing;
    const identity = await this.#options.identities.of(name);
    const server = this.#options.createServer({ ...identity, ...(truststore === undefined ? {} : { truststore }) });
    if (existing !== undefined) this.#close(key);
    const port = await listenAsBefore(this.#options.ports, key, undefined, (wish) => server.listen(wish));
    const opened = { server, port, truststore };
    this.#servers.set(key, opened);
    return opened;
  }

  #close(key: string): void {
    const closed = this.#servers.get(key);
    this.#servers.delete(key);
    if (closed !== undefined) this.#options.closeServer(closed.server);
  }

  #servedDomain({ key, name, basePath, truststore }: MappedDomain): readonly ServedDomain[] {
    const found = this.#servers.get(key);
    if (found === undefined) return [];
    const url = `https://${name}${basePath === "" ? "" : `/${basePath}`}`;
    return [{ url, port: found.port, clientCertificate: truststore !== undefined }];
  }

  #servedEndpoint({ key, url }: ReachingEndpoint): readonly ServedDomain[] {
    const found = this.#servers.get(key);
    return found === undefined || url === undefined ? [] : [{ url, port: found.port, clientCertificate: false }];
  }
}

/** The domains of all served gateways by their keys, each with the gateways that it leads to. */
function byKey<Entry extends { readonly key: string }>(
  gateways: readonly DeployedGateway[],
  interpreterOf: (gateway: DeployedGateway) => Interpreter | undefined,
  entriesOf: (gateway: DeployedGateway) => readonly Entry[],
): ReadonlyMap<string, Domain<Entry>> {
  const found = new Map<string, Domain<Entry>>();
  for (const gateway of gateways) {
    const api = interpreterOf(gateway);
    if (api === undefined) continue;
    for (const entry of entriesOf(gateway)) {
      const domain = found.get(entry.key) ?? { first: entry, region: gateway.region, entries: [] };
      found.set(entry.key, domain);
      domain.entries.push({ ...entry, api });
    }
  }
  return found;
}
