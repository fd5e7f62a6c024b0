import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, findEngine } from "../engine/index.ts";
import { Child } from "./child.ts";
import type { SandboxQuestion } from "./sandbox-process.ts";

/** Where projects are deployed from, and to: a folder, an engine, and a sandbox in a process of its own. */
export class Site {
  /** A folder to work in. */
  readonly folder: string;
  readonly engine: Engine;
  /** What leads the engine to the sandbox, and nothing of the user's own Pulumi. */
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly #sandbox: Child;

  private constructor(
    folder: string,
    engine: Engine,
    environment: NodeJS.ProcessEnv,
    signal: AbortSignal,
    sandbox: Child,
  ) {
    this.folder = folder;
    this.engine = engine;
    this.environment = environment;
    this.signal = signal;
    this.#sandbox = sandbox;
  }

  /** @param hosts origins that the sandbox leads to this machine */
  static async open(signal: AbortSignal, hosts: Readonly<Record<string, string>>): Promise<Site> {
    const engine = findEngine();
    const folder = mkdtempSync(join(tmpdir(), "polygate-bench-"));
    try {
      // The user's own Pulumi, its backend and its settings have no part in this.
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
      const sandbox = Child.start(new URL("./sandbox-process.ts", import.meta.url), env);
      try {
        const start: SandboxQuestion = { start: { dir: join(folder, "sandbox"), hosts } };
        const variables = await sandbox.ask<Readonly<Record<string, string>>>(start, signal);
        return new Site(folder, engine, { ...env, ...variables }, signal, sandbox);
      } catch (error) {
        await sandbox.stop();
        throw error;
      }
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The folder of the sandbox. */
  get sandboxFolder(): string {
    return join(this.folder, "sandbox");
  }

  /** That many tokens that the measured API accepts, each another user's. */
  tokens(count: number): Promise<readonly string[]> {
    const question: SandboxQuestion = { tokens: count };
    return this.#sandbox.ask(question, this.signal);
  }

  async close(): Promise<void> {
    await this.#sandbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
