import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AccessLogFiles } from "./access-log-files.ts";
import { adminHandler, type Endpoint } from "./admin.ts";
import { authorityFile, CertificateAuthority } from "./certificate-authority.ts";
import { RequestThrottle, type ThrottleOrder } from "./control-plane/aws/apigateway/request-throttle.ts";
import { awsPackage } from "./control-plane/aws/aws.ts";
import { azurePackage } from "./control-plane/azure/azure.ts";
import { Cloud } from "./control-plane/cloud.ts";
import { gcpPackage } from "./control-plane/gcp/gcp.ts";
import { Provider, type ResourceChange } from "./control-plane/provider.ts";
import type { ProviderPackage } from "./control-plane/provider-package.ts";
import { ProviderServer } from "./control-plane/provider-server.ts";
import { DataPlane, type RequestLog } from "./data-plane/serving/server.ts";
import { defaultsOf, sandboxEnvironment } from "./environment.ts";
import { LoopbackHostMap } from "./host-map.ts";
import { Issuer, type TokenRequest } from "./issuer.ts";
import { listenAsBefore } from "./ports.ts";
import { describeSandbox, forgetSandbox, readDescription } from "./running-sandbox.ts";
import { Store } from "./store.ts";

export interface SandboxOptions {
  /** Where everything is kept that outlives the process. @default ".polygate" */
  readonly dir?: string;
  /**
   * Origins to lead to this machine, e.g. `{"https://erp.example.com": "http://127.0.0.1:4000"}`, those of private networks too
   * (`http://10.20.0.5:8080`); kept over restarts.
   */
  readonly hosts?: Readonly<Record<string, string>>;
  /** The name under which gateways know the local issuer. @default "https://login.example.com" */
  readonly issuer?: string;
  /** Fixed ports. A port that is not named is the one from before, or any free one. */
  readonly ports?: { readonly [name in "aws" | "azure-native" | "gcp" | "issuer"]?: number };
  /** Told of each request that a gateway answered. @default nobody */
  readonly log?: (line: RequestLog) => void;
  /**
   * Called with each resource that an engine created, changed or deleted, when the change is durable and served. The engine is
   * answered when the promise that it returns, if any, is settled.
   *
   * @default no call
   */
  readonly changed?: (change: ResourceChange) => unknown;
  /** Told what a person should know, such as a gateway that can no longer be served. @default writes to standard error */
  readonly warn?: (message: string) => void;
  /** The largest size of the store; a change beyond it is refused. @default what the disk holds */
  readonly maximumStoreBytes?: number;
  /** Where the default region and project come from, and what is left as it is. @default this process's environment */
  readonly env?: NodeJS.ProcessEnv;
}

/** A cloud on this machine. */
export interface Sandbox {
  /** The folder it keeps everything in. */
  readonly dir: string;
  /** The variables with which a Pulumi engine deploys to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly issuer: { readonly url: string; readonly address: string };
  /** The gateways that answer now. */
  endpoints(): readonly Endpoint[];
  /**
   * Leads an origin to one on this machine, from the next request on; kept over restarts.
   * @throws HostMapError when the target is not on this machine
   */
  mapHost(origin: string, target: string): void;
  /** A token of the local issuer. */
  mintToken(request?: TokenRequest): Promise<string>;
  /**
   * Lets the AWS control plane refuse the next requests of an engine, as one does that gets too many; `requests: 0` ends it.
   * @throws RangeError for what are no numbers of requests
   */
  throttleAws(order: ThrottleOrder): void;
  /** Stops: no new requests, those under way finish within the grace period. */
  close(): Promise<void>;
}

/** How long `close` waits for requests under way. */
const graceMilliseconds = 5000;

/**
 * Starts a sandbox, and serves again what its folder says is deployed.
 * @throws StoreError when the folder cannot be used, PortTaken when a fixed port cannot be had
 *
 * @example
 * ```ts
 * import { closeOnSignal, startSandbox } from "polygate-sandbox";
 *
 * const sandbox = await startSandbox({ hosts: { "https://erp.example.com": "http://127.0.0.1:4000" } });
 * console.log(sandbox.environment.PULUMI_DEBUG_PROVIDERS); // with which an engine deploys to it
 * await closeOnSignal(sandbox);
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { dir = ".polygate", env = process.env, ports = {}, warn = (message) => console.error(message) } = options;
  const closing: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };
  try {
    const store = new Store(dir, {
      owner: () => readDescription(dir)?.pid,
      ...(options.maximumStoreBytes === undefined ? {} : { maximumBytes: options.maximumStoreBytes }),
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
      log: options.log ?? (() => {}),
      accessLog: (line) => accessLogs.write(line),
    });
    closing.push(() => dataPlane.close());
    const { awsRegion, gcpProject } = defaultsOf(env);
    const throttle = new RequestThrottle();
    const [aws, azure, gcp] = [awsPackage(awsRegion, throttle), azurePackage(), gcpPackage(gcpProject)];
    const cloud = new Cloud(store, dataPlane, (records) =>
      [aws, azure, gcp].flatMap((served) => served.gateways(records)),
    );
    const endpoints = () => dataPlane.list().map((served) => endpointOf(served, authorityFile(dir)));

    const issuer = await Issuer.open(store, options.issuer ?? "https://login.example.com");
    const mintToken = (request?: TokenRequest) => issuer.mintToken(request);
    const mapHost = (origin: string, target: string) => hosts.map(origin, target);
    const throttleAws = (order: ThrottleOrder) => throttle.refuse(order);
    const http = createServer(adminHandler({ endpoints, mintToken, mapHost, throttleAws }, issuer.requestHandler));
    const issuerPort = await listenAsBefore(store, "sandbox/issuer", ports.issuer, (port) => listen(http, port));
    closing.push(() => closeServer(http));
    const address = `http://127.0.0.1:${issuerPort}`;
    hosts.map(issuer.url, address);

    await cloud.resume(warn);
    const providers: Record<string, number> = {};
    const serve = async <Settings>(served: ProviderPackage<Settings>, wish: number | undefined) => {
      const listenOn = async (port: number) => {
        const server = new ProviderServer(new Provider(served, cloud, options.changed));
        const bound = await server.listen(port);
        closing.push(() => server.close(graceMilliseconds));
        return bound;
      };
      providers[served.name] = await listenAsBefore(store, `sandbox/provider/${served.name}`, wish, listenOn);
    };
    await serve(aws, ports.aws);
    await serve(azure, ports["azure-native"]);
    await serve(gcp, ports.gcp);

    const environment = sandboxEnvironment(dir, providers, env);
    const described = { url: issuer.url, address };
    describeSandbox(dir, { pid: process.pid, providers, issuer: described, environment });
    closing.push(() => forgetSandbox(dir));
    return { dir, environment, issuer: described, endpoints, mapHost, mintToken, throttleAws, close };
  } catch (error) {
    await close();
    throw error;
  }
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

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

async function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
    // A connection whose request was under way at first is idle after it, and would be waited for.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    server.close(() => {
      clearTimeout(force);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
