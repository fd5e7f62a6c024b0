import { setTimeout as sleep } from "node:timers/promises";
import type { EnvoyBootstrap } from "./bootstrap.ts";
import { EnvoyProcess } from "./envoy-process.ts";
import { validateBootstrap } from "./validation.ts";

/** The pause before an Envoy that ended by itself is started again, in milliseconds. It doubles up to the longest one. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** How long requests of a replaced configuration may take, in milliseconds. Longer than any vendor's time-out of a request. */
const DEFAULT_GRACE_MS = 3_600_000;

export interface EnvoyServerOptions {
  /** The path of the executable. */
  readonly program: string;
  /** How long requests that are under way may take when their configuration is replaced, in milliseconds. @default an hour */
  readonly graceMs?: number;
  /** Receives a line for each unexpected end and restart. @default none */
  readonly log?: (line: string) => void;
}

type Environment = Readonly<Record<string, string>>;

/** Checks a new Envoy. Throws when it may not serve. */
type EnvoyCheck = (envoy: Pick<EnvoyProcess, "port">) => Promise<void>;

/**
 * An Envoy that serves one configuration after another. A new configuration gets a process of its own beside the old one, which ends when
 * its last request is served. An Envoy that ends by itself is started again.
 */
export class EnvoyServer {
  readonly #options: EnvoyServerOptions;
  readonly #log: (line: string) => void;
  #bootstrap: EnvoyBootstrap | undefined;
  #environment: Environment = {};
  #current: EnvoyProcess | undefined;
  readonly #retiring = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  /** Ends the requests of replaced configurations, when the server has closed and its grace is over. */
  readonly #graceOver = new AbortController();
  /** Changes are applied one after another. */
  #change: Promise<unknown> = Promise.resolve();

  constructor(options: EnvoyServerOptions) {
    this.#options = options;
    this.#log = options.log ?? (() => {});
  }

  /**
   * Serves a configuration from now on. Until it does, the previous one serves every request; requests that it has begun, it finishes.
   *
   * @param ready checks the new Envoy before it serves; when it throws, the previous configuration stays
   * @param environment Envoy's variables beside those of this process
   * @throws EnvoyConfigurationError when Envoy rejects the configuration. The previous one then stays.
   */
  async serve(
    bootstrap: EnvoyBootstrap,
    ready: EnvoyCheck = async () => {},
    environment: Environment = {},
  ): Promise<void> {
    await this.#enqueue(() => this.#replace(bootstrap, ready, environment));
  }

  /** The port of a listener on 127.0.0.1 for the next request; undefined while no Envoy serves. */
  port(listener: string): number | undefined {
    return this.#current?.port(listener);
  }

  /** The process that serves the next request. */
  get pid(): number | undefined {
    return this.#current?.pid;
  }

  /** Stops serving: requests that are under way may take `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    await this.#change;
    const current = this.#current;
    this.#current = undefined;
    const end = setTimeout(() => this.#graceOver.abort(), graceMs);
    await Promise.all([current?.retire(graceMs), ...this.#retiring]);
    clearTimeout(end);
  }

  async #enqueue<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#change.then(change);
    this.#change = result.catch(() => {});
    return await result;
  }

  async #replace(bootstrap: EnvoyBootstrap, ready: EnvoyCheck, environment: Environment): Promise<void> {
    this.#closing.signal.throwIfAborted();
    const { program, graceMs = DEFAULT_GRACE_MS } = this.#options;
    await validateBootstrap(program, bootstrap);
    const next = await EnvoyProcess.start({ program, bootstrap, environment });
    try {
      await ready(next);
    } catch (error) {
      await next.stop();
      throw error;
    }
    const previous = this.#current;
    this.#current = next;
    this.#bootstrap = bootstrap;
    this.#environment = environment;
    this.#watch(next);
    if (previous !== undefined) this.#retire(previous, graceMs);
  }

  #retire(envoy: EnvoyProcess, graceMs: number): void {
    const retired = envoy.retire(graceMs, this.#graceOver.signal).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  #watch(envoy: EnvoyProcess): void {
    void envoy.ended.then((end) => {
      if (envoy !== this.#current) return;
      this.#current = undefined;
      this.#log(`Envoy ended unexpectedly: ${end}.`);
      this.#restart().catch(() => {});
    });
  }

  /** Tries until an Envoy serves. Only each attempt is a change, so that a new configuration does not wait for the success of the old one. */
  async #restart(): Promise<void> {
    let serves = false;
    for (let pause = FIRST_PAUSE_MS; !serves; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      await sleep(pause, undefined, { signal: this.#closing.signal });
      serves = await this.#enqueue(() => this.#startAgain());
    }
  }

  /** Whether an Envoy serves now. */
  async #startAgain(): Promise<boolean> {
    this.#closing.signal.throwIfAborted();
    // A configuration that was served in the meantime has its own Envoy.
    if (this.#bootstrap === undefined || this.#current !== undefined) return true;
    try {
      const next = await EnvoyProcess.start({
        program: this.#options.program,
        bootstrap: this.#bootstrap,
        environment: this.#environment,
      });
      this.#current = next;
      this.#watch(next);
      this.#log("Envoy was started again.");
      return true;
    } catch (error) {
      this.#log(`Envoy cannot be started again: ${(error as Error).message}`);
      return false;
    }
  }
}
