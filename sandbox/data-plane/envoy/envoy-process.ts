import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { EnvoyAdmin } from "./admin-client.ts";
import { type EnvoyBootstrap, EnvoyConfigurationError, onLoopback } from "./bootstrap.ts";

/** How long Envoy may take to accept requests, in milliseconds. */
const START_TIMEOUT_MS = 20_000;
const POLL_MS = 10;
const DRAIN_POLL_MS = 100;
/** How long Envoy may take to end after SIGTERM, in milliseconds. */
const END_TIMEOUT_MS = 2_000;
/** How many characters of Envoy's log are kept for messages. */
const LOG_LENGTH = 4_000;

/**
 * Becomes Envoy, after starting a watch that kills it when the sandbox ends, even by SIGKILL, and removes its folder ($1): file
 * descriptor 3 is a pipe from the sandbox, and reaches its end when the sandbox does. A line means that Envoy has ended before the
 * sandbox, and that its process id may belong to another process.
 */
const WITH_WATCH = `
folder=$1; shift
( if read -r _ <&3; then exit 0; fi; kill -KILL $$; rm -rf "$folder" ) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-
`;

/**
 * One thread serves the requests. A hot restart replaces a process in its place, and all processes of a machine share its shared memory;
 * here, they are independent.
 */
const OPTIONS = ["--concurrency", "1", "--disable-hot-restart", "--log-level", "warn"];

export interface EnvoyProcessOptions {
  /** The path of the executable. */
  readonly program: string;
  readonly bootstrap: EnvoyBootstrap;
  /** Its variables beside those of this process. @default none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** One Envoy, which ends when this process ends. */
export class EnvoyProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #admin: EnvoyAdmin;
  /** The end of Envoy's log. */
  #log = "";
  #ports: ReadonlyMap<string, number> = new Map();
  /** Fulfilled when Envoy has ended, for whatever reason, with a description of its end. */
  readonly ended: Promise<string>;

  private constructor({ program, bootstrap, environment = {} }: EnvoyProcessOptions) {
    // The folder of mkdtemp is private, and so is the socket in it.
    this.#folder = mkdtempSync(join(tmpdir(), "polygate-envoy-"));
    const socket = join(this.#folder, "admin");
    const config = join(this.#folder, "envoy.json");
    try {
      writeFileSync(config, JSON.stringify(onLoopback(bootstrap, socket)), { mode: 0o600 });
    } catch (error) {
      rmSync(this.#folder, { recursive: true, force: true });
      throw error;
    }
    this.#admin = new EnvoyAdmin(socket);
    const args = ["-c", config, ...OPTIONS];
    this.#child = spawn("/bin/sh", ["-c", WITH_WATCH, "sh", this.#folder, program, ...args], {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: { ...process.env, ...environment },
      // A signal from the terminal reaches the sandbox alone, which then ends Envoy when its last request is served.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log = `${this.#log}${text}`.slice(-LOG_LENGTH);
      });
    }
    this.ended = this.#watchEnd();
  }

  /**
   * Starts Envoy, and waits until it accepts requests.
   *
   * @throws EnvoyConfigurationError when Envoy ends instead, with the end of its log
   */
  static async start(options: EnvoyProcessOptions): Promise<EnvoyProcess> {
    const envoy = new EnvoyProcess(options);
    try {
      await envoy.#waitUntilReady();
      return envoy;
    } catch (error) {
      await envoy.stop();
      throw error;
    }
  }

  /** The port of a listener on 127.0.0.1. @throws RangeError for a name that no listener has */
  port(listener: string): number {
    const port = this.#ports.get(listener);
    if (port === undefined) throw new RangeError(`Envoy has no listener called "${listener}".`);
    return port;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The folder with its configuration and its administration interface. Removed at its end. */
  get folder(): string {
    return this.#folder;
  }

  /**
   * Ends Envoy as soon as it serves no request, at the latest after `graceMs`. Its connections are closed after their responses.
   *
   * @param signal ends it at once
   */
  async retire(graceMs: number, signal?: AbortSignal): Promise<void> {
    const until = Date.now() + graceMs;
    try {
      await this.#admin.drain();
      // A client may have sent a request just before it learnt of the change.
      do {
        await sleep(DRAIN_POLL_MS, undefined, signal === undefined ? {} : { signal });
      } while (Date.now() < until && (await this.#admin.activeRequests()) > 0);
    } catch {
      // It has already ended, or it must end at once.
    }
    await this.stop();
  }

  /** Ends Envoy at once, with every request that it serves. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const insist = setTimeout(() => this.#child.kill("SIGKILL"), END_TIMEOUT_MS);
    await this.ended;
    clearTimeout(insist);
  }

  async #waitUntilReady(): Promise<void> {
    let end: string | undefined;
    void this.ended.then((description) => {
      end = description;
    });
    const until = Date.now() + START_TIMEOUT_MS;
    while (!(await this.#admin.isReady())) {
      if (end !== undefined) throw new EnvoyConfigurationError(`Envoy does not start: ${end}.\n${this.#log.trim()}`);
      if (Date.now() > until) throw new Error(`Envoy accepts no requests after ${START_TIMEOUT_MS / 1000} s.`);
      await sleep(POLL_MS);
    }
    this.#ports = await this.#admin.ports();
  }

  #watchEnd(): Promise<string> {
    return new Promise((resolve) => {
      const end = (description: string): void => {
        const watch = this.#child.stdio[3] as Writable | null | undefined;
        watch?.on("error", () => {});
        watch?.end("ended\n");
        rmSync(this.#folder, { recursive: true, force: true });
        resolve(description);
      };
      this.#child.once("error", (error) => end(error.message));
      this.#child.once("exit", (code, signal) => end(signal === null ? `exit code ${code}` : `ended by ${signal}`));
    });
  }
}
