import { createHash } from "node:crypto";
import type { HostMap } from "../../host-map.ts";
import type { AwsFunction } from "../aws/artefacts/function.ts";
import type { FunctionResult, FunctionRuntime } from "../interpreter.ts";
import { isPrivateAddress } from "../private-network/private-address.ts";
import { type FunctionLog, formatFunctionLog } from "./function-log.ts";
import { FunctionPool } from "./function-pool.ts";
import type { NetworkView } from "./messages.ts";
import { nodeVersion } from "./node-runtime.ts";
import { PackageFolder } from "./package-folder.ts";

export interface LambdaRuntimeOptions {
  /** Receives what functions write. @default writes to standard error */
  readonly log?: ((line: FunctionLog) => void) | undefined;
  /** How long an environment without a request is kept, in milliseconds. @default 300000 */
  readonly idleMs?: number;
  /** The certificate (PEM) of the authority that gateways over TLS are trusted by. @default none */
  readonly authority?: () => string | undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for a request. */
const MOST_EVENT_BYTES = 6 * 1024 * 1024;
const IDLE_MS = 5 * 60_000;
const CLOSED = "the sandbox is closing";

/** Runs the code of Lambda functions: a process for each execution environment, started at the first request that needs it. */
export class LambdaRuntime implements FunctionRuntime {
  readonly #hosts: HostMap;
  readonly #log: (line: FunctionLog) => void;
  readonly #idleMs: number;
  readonly #authority: () => string | undefined;
  /** By content, so that an unchanged function keeps its environments when its gateway changes. */
  readonly #pools = new Map<string, Promise<FunctionPool>>();
  /** The present content of each ARN. */
  readonly #current = new Map<string, string>();
  /** All pools with environments, those of former versions with requests under way included. */
  readonly #live = new Set<FunctionPool>();
  readonly #contents = new WeakMap<AwsFunction, string>();
  readonly #removals = new Set<Promise<void>>();
  #closed = false;

  constructor(hosts: HostMap, { log, idleMs = IDLE_MS, authority = () => undefined }: LambdaRuntimeOptions = {}) {
    this.#hosts = hosts;
    this.#log = log ?? ((line) => console.error(formatFunctionLog(line)));
    this.#idleMs = idleMs;
    this.#authority = authority;
  }

  async invoke(target: AwsFunction, event: unknown, waitMs: number): Promise<FunctionResult> {
    try {
      if (this.#closed) return { failed: "error", message: CLOSED };
      if (nodeVersion(target.runtime) === undefined) {
        return { failed: "error", message: `the sandbox does not run the runtime ${target.runtime}` };
      }
      const json = JSON.stringify(event) ?? "null";
      const bytes = Buffer.byteLength(json);
      if (bytes > MOST_EVENT_BYTES) {
        const message = `the event has ${bytes} bytes, and Lambda accepts at most ${MOST_EVENT_BYTES}`;
        return { failed: "error", message };
      }
      const pool = await this.#pool(target);
      return this.#closed ? { failed: "error", message: CLOSED } : await pool.invoke(json, waitMs);
    } catch (error) {
      return { failed: "error", message: (error as Error).message };
    }
  }

  /** Ends all functions, also those with a request under way, and removes their files. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#pools.values());
    await Promise.all([...this.#live].map((pool) => pool.close(CLOSED)));
    await Promise.all(this.#removals);
  }

  #pool(target: AwsFunction): Promise<FunctionPool> {
    const content = this.#content(target);
    const before = this.#current.get(target.arn);
    if (before !== content) {
      this.#current.set(target.arn, content);
      if (before !== undefined) this.#retire(before);
    }
    let pool = this.#pools.get(content);
    if (pool === undefined) {
      pool = this.#createPool(target, content);
      this.#pools.set(content, pool);
      pool.catch(() => this.#pools.delete(content));
    }
    return pool;
  }

  async #createPool(target: AwsFunction, content: string): Promise<FunctionPool> {
    const folder = await PackageFolder.create(target.files);
    const pool = new FunctionPool(target, {
      folder,
      network: () => this.#networkOf(target),
      log: this.#log,
      idleMs: this.#idleMs,
      emptied: () => {
        this.#live.delete(pool);
        if (!pool.retired) this.#pools.delete(content);
        const removal = folder.remove().finally(() => this.#removals.delete(removal));
        this.#removals.add(removal);
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

  #content(target: AwsFunction): string {
    let content = this.#contents.get(target);
    if (content === undefined) {
      const { permissions: _permissions, ...rest } = target;
      content = createHash("sha256").update(JSON.stringify(rest)).digest("hex");
      this.#contents.set(target, content);
    }
    return content;
  }

  /** Private addresses of the host map are reached only from within a VPC. */
  #networkOf({ inVpc = false }: AwsFunction): NetworkView {
    const authority = this.#authority();
    return {
      hosts: [...this.#hosts.entries()].filter(([origin]) => inVpc || !isPrivateAddress(new URL(origin).hostname)),
      ...(authority === undefined ? {} : { authority }),
    };
  }
}
