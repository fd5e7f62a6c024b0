import { isDeepStrictEqual } from "node:util";
import type { HostMap } from "../../../host-map.ts";
import { type EnvoyBootstrap, EnvoyConfigurationError } from "../../envoy/bootstrap.ts";
import { EnvoyServer } from "../../envoy/envoy-server.ts";
import { type EnvoyProgram, envoyProblem } from "../../envoy/version.ts";
import type { CloudRunContainers, SecretSource } from "../../interpreter.ts";
import { type GcpReach, internetOnly } from "../network/artefacts.ts";
import { isPrivateHost, wayProblem } from "../network/way.ts";
import type { GcpCloudRunArtefacts } from "./artefacts.ts";
import { readConfiguration, servedListener } from "./configuration.ts";
import { type ContainerContent, containerContent } from "./container-secrets.ts";
import { serversOf } from "./ended-ways.ts";
import { addressOf, mappedServer, onThisMachine } from "./on-this-machine.ts";
import { probe } from "./probe.ts";
import { Relays } from "./relay.ts";

export interface EnvoyContainersOptions {
  readonly envoy: EnvoyProgram;
  readonly hosts: HostMap;
  /** The secrets in Secret Manager. @default none */
  readonly secrets?: SecretSource | undefined;
  /** Receives a line for each unexpected end and restart of an Envoy. */
  readonly warn: (message: string) => void;
}

/** What the configuration of this machine follows from. */
type Placed = Pick<Container, "deployed" | "authorities" | "reach" | "relays" | "content">;

interface Container {
  readonly server: EnvoyServer;
  readonly listener: string;
  readonly authorities: string;
  readonly relays: Relays;
  reach: GcpReach;
  content: ContainerContent;
  /** The configuration as deployed, and as it runs on this machine. */
  deployed: EnvoyBootstrap;
  running: EnvoyBootstrap;
}

/** The Envoys of the deployed Cloud Run services, by the services' full names. */
export class EnvoyContainers implements CloudRunContainers {
  readonly #options: EnvoyContainersOptions;
  readonly #containers = new Map<string, Container>();
  /** Those that only finish requests. */
  readonly #ending = new Map<string, Container>();
  readonly #closing = new Set<Promise<void>>();
  #problem: { readonly reason: string | undefined } | undefined;
  #following: Promise<void> = Promise.resolve();

  constructor(options: EnvoyContainersOptions) {
    this.#options = options;
  }

  unavailable(): string | undefined {
    this.#problem ??= { reason: envoyProblem(this.#options.envoy) };
    return this.#problem.reason;
  }

  port(service: string): number | undefined {
    const container = this.#containers.get(service) ?? this.#ending.get(service);
    return container?.server.port(container.listener);
  }

  /**
   * Runs a service's container. A changed configuration gets an Envoy of its own, which takes over when it is ready.
   *
   * @param authorities the certificates (PEM) that servers of this machine are issued by
   * @throws EnvoyConfigurationError when Envoy rejects the configuration, or a probe fails. The previous one then stays
   */
  async run(artefacts: GcpCloudRunArtefacts, authorities: string): Promise<void> {
    const { service, document, port, probes, reach = internetOnly } = artefacts;
    const content = containerContent(artefacts, this.#options.secrets);
    const { environment, files } = content;
    const deployed = readConfiguration(document, files);
    const listener = servedListener(deployed, port);
    const current = this.#containers.get(service);
    const keeps = current?.listener === listener;
    const relays = keeps ? current.relays : new Relays();
    const running = await this.#onThisMachine({ deployed, authorities, reach, relays, content });
    const ready = (envoy: { port(name: string): number }) => probe(envoy.port(listener), probes);
    if (keeps) {
      const isSame = isDeepStrictEqual([current.running, current.content], [running, content]);
      if (!isSame) await current.server.serve(running, ready, environment);
      Object.assign(current, { deployed, running, reach, content });
      return;
    }
    const server = this.#newServer(service);
    try {
      await server.serve(running, ready, environment);
    } catch (error) {
      await server.close(0);
      relays.close();
      throw error;
    }
    this.#containers.set(service, { server, listener, authorities, relays, reach, content, deployed, running });
    if (current !== undefined) this.#close(current, 0);
  }

  /**
   * Releases the container of a service that is deleted: another service of the same name gets another one.
   *
   * @returns what ends it, with the time that its requests may take
   */
  release(service: string): (graceMs: number) => Promise<void> {
    const container = this.#containers.get(service);
    if (container === undefined) return async () => {};
    this.#containers.delete(service);
    this.#ending.set(service, container);
    return async (graceMs) => {
      if (this.#ending.get(service) === container) this.#ending.delete(service);
      await this.#close(container, graceMs);
    };
  }

  /** Follows a change of the host map. Until the new addresses are served, requests go to the old ones. */
  followHosts(): void {
    this.#following = this.#following.then(() => this.#follow());
  }

  /** Ends all containers. */
  async close(graceMs: number): Promise<void> {
    await this.#following;
    await Promise.all([...this.#containers.keys()].map((service) => this.release(service)(graceMs)));
    await Promise.all(this.#closing);
  }

  async #follow(): Promise<void> {
    for (const [service, container] of [...this.#containers]) {
      const { warn } = this.#options;
      const running = await this.#onThisMachine(container);
      if (isDeepStrictEqual(container.running, running)) continue;
      try {
        await container.server.serve(running, undefined, container.content.environment);
        container.running = running;
      } catch (error) {
        if (this.#containers.get(service) === container) {
          warn(`${service} keeps its addresses of before: ${(error as Error).message}`);
        }
      }
    }
  }

  /**
   * The configuration of this machine. Servers on private networks are reached through relays, whose ways follow at once: they do not change
   * the configuration.
   */
  async #onThisMachine({ deployed, authorities, reach, relays, content: { files } }: Placed): Promise<EnvoyBootstrap> {
    const { hosts } = this.#options;
    const isPrivate = (host: string) => isPrivateHost(reach, host);
    for (const { host, port, isSecure } of serversOf(deployed)) {
      if (!isPrivate(host)) continue;
      const target = mappedServer(hosts, host, port, isSecure);
      const isReached = target !== undefined && wayProblem(reach, host, port) === undefined;
      (await relays.of({ host, port })).lead(isReached ? addressOf(target) : undefined);
    }
    const relayPort = (host: string, port: number) => relays.port({ host, port });
    return onThisMachine(deployed, { hosts, authorities, isPrivate, relayPort, files });
  }

  #newServer(service: string): EnvoyServer {
    const { envoy, warn } = this.#options;
    if (!("program" in envoy)) throw new EnvoyConfigurationError(envoy.missing);
    return new EnvoyServer({ program: envoy.program, log: (line) => warn(`${service}: ${line}`) });
  }

  #close(container: Container, graceMs: number): Promise<void> {
    const closing = container.server.close(graceMs).finally(() => {
      container.relays.close();
      this.#closing.delete(closing);
    });
    this.#closing.add(closing);
    return closing;
  }
}
