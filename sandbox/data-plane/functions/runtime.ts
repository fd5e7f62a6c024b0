import { createHash } from "node:crypto";
import type { HostMap } from "../../host-map.ts";
import type { AwsFunction } from "../aws/artefacts/function.ts";
import { isPrivateAddress } from "../aws/shared/network/private-address.ts";
import type { FunctionResult, FunctionRuntime } from "../interpreter.ts";
import { type FunctionLog, formatFunctionLog } from "./function-log.ts";
import { FunctionPool } from "./function-pool.ts";
import { HostProcess } from "./host-process.ts";
import type { HostEntries } from "./messages.ts";
import { nodeVersion } from "./node-runtime.ts";
import { PackageFolder } from "./package-folder.ts";

export interface LambdaRuntimeOptions {
  /** Told what functions write. @default writes to standard error */
  readonly log?: ((line: FunctionLog) => void) | undefined;
  /** How long an environment without work is kept, in milliseconds. @default 300000 */
  readonly idleMs?: number;
}

/** docs.aws.amazon.com, lambda, gettingstarted-limits: 6 MB for a request. */
const MOST_EVENT_BYTES = 6 * 1024 * 1024;
const IDLE_MS = 5 * 60_000;
const CLOSED = "the sandbox is being closed";

/**
 * Runs the code of Lambda functions for real: in a process of its own, which is started at the first request, with a thread
 * for each execution environment.
 */
export class LambdaRuntime implements FunctionRuntime {
  readonly #hosts: HostMap;
  readonly #log: (line: FunctionLog) => void;
  readonly #idleMs: number;
  /** By content, so that a function that did not change keeps its environments when its gateway does. */
  readonly #pools = new Map<string, Promise<FunctionPool>>();
  /** Which content each ARN has now. */
  readonly #current = new Map<string, string>();
  /** Also those of former versions, whose requests are not finished. */
  readonly #live = new Set<FunctionPool>();
  readonly #contents = new WeakMap<AwsFunction, string>();
  #host: { readonly process: HostProcess; readonly folder: PackageFolder } | undefined;
  #starting: Promise<{ readonly process: HostProcess; readonly folder: PackageFolder }> | undefined;
  #environments = 0;
  #closed = false;

  constructor(hosts: HostMap, { log, idleMs = IDLE_MS }: LambdaRuntimeOptions = {}) {
    this.#hosts = hosts;
    this.#log = log ?? ((line) => console.error(formatFunctionLog(line)));
    this.#idleMs = idleMs;
  }

  async invoke(called: AwsFunction, event: unknown, waitMs: number): Promise<FunctionResult> {
    try {
      if (this.#closed) return { failed: "error", message: CLOSED };
      if (nodeVersion(called.runtime) === undefined) {
        return { failed: "error", message: `the runtime ${called.runtime} is not served by the sandbox` };
      }
      const json = JSON.stringify(event) ?? "null";
      const bytes = Buffer.byteLength(json);
      if (bytes > MOST_EVENT_BYTES) {
        const message = `the event has ${bytes} bytes, Lambda takes at most ${MOST_EVENT_BYTES}`;
        return { failed: "error", message };
      }
      const pool = await this.#pool(called);
      return this.#closed ? { failed: "error", message: CLOSED } : await pool.invoke(json, waitMs);
    } catch (error) {
      return { failed: "error", message: (error as Error).message };
    }
  }

  /** Ends all functions, also those with a request under way, and removes their files. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting?.catch(() => {});
    await Promise.allSettled(this.#pools.values());
    for (const pool of this.#live) pool.abandon(CLOSED);
    this.#pools.clear();
    const host = this.#host;
    this.#host = undefined;
    await host?.process.end();
    await host?.folder.remove();
  }

  #pool(called: AwsFunction): Promise<FunctionPool> {
    const content = this.#content(called);
    const before = this.#current.get(called.arn);
    if (before !== content) {
      this.#current.set(called.arn, content);
      if (before !== undefined) this.#retire(before);
    }
    // With its host, all that it held is gone.
    if (this.#host?.process.running === false) this.#pools.clear();
    let pool = this.#pools.get(content);
    if (pool === undefined) {
      pool = this.#makePool(called, content);
      this.#pools.set(content, pool);
      pool.catch(() => this.#pools.delete(content));
    }
    return pool;
  }

  async #makePool(called: AwsFunction, content: string): Promise<FunctionPool> {
    const { process, folder } = await this.#start();
    const root = await folder.unpack(called.files);
    const pool = new FunctionPool(called, {
      host: process,
      root,
      hosts: () => reached(called, this.#hosts),
      log: this.#log,
      nextEnvironment: () => ++this.#environments,
      idleMs: this.#idleMs,
      emptied: () => {
        this.#live.delete(pool);
        if (!pool.retired) this.#pools.delete(content);
        void folder.discard(root);
      },
    });
    this.#live.add(pool);
    return pool;
  }

  #retire(content: string): void {
    const pool = this.#pools.get(content);
    this.#pools.delete(content);
    pool?.then(
      (old) => old.retire(),
      () => {},
    );
  }

  /** The host, or a new one when the last has broken down. */
  async #start() {
    if (this.#host?.process.running === true) return this.#host;
    this.#starting ??= (async () => {
      await this.#host?.folder.remove();
      const folder = await PackageFolder.make();
      this.#host = { process: new HostProcess(folder.path), folder };
      return this.#host;
    })().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  #content(called: AwsFunction): string {
    let content = this.#contents.get(called);
    if (content === undefined) {
      const { permissions: _permissions, ...rest } = called;
      content = createHash("sha256").update(JSON.stringify(rest)).digest("hex");
      this.#contents.set(called, content);
    }
    return content;
  }
}

/** What of the host map a function may follow: private addresses from within a VPC alone. */
function reached({ inVpc = false }: AwsFunction, hosts: HostMap): HostEntries {
  return [...hosts.entries()].filter(([origin]) => inVpc || !isPrivateAddress(new URL(origin).hostname));
}
