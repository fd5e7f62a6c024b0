import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, findEngine } from "../engine/index.ts";
import { Child } from "./child.ts";
import type { SandboxQuestion } from "./sandbox-process.ts";

/** The environment of deployments: a working folder, an engine, and a sandbox in a process of its own. */
export class Site {
  /** The working folder. */
  readonly folder: string;
  readonly engine: Engine;
  /** The environment variables that connect the engine to the sandbox, without the user's own Pulumi settings. */
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

  /** @param hosts Origins that the sandbox redirects to this machine. */
  static async open(signal: AbortSignal, hosts: Readonly<Record<string, string>>): Promise<Site> {
    const engine = findEngine();
    const folder = mkdtempSync(join(tmpdir(), "polygate-bench-"));
    try {
      // The user's own Pulumi backend and settings must not affect the measurement.
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

  /** Creates tokens that the measured API accepts, each for another user. */
  tokens(count: number): Promise<readonly string[]> {
    const question: SandboxQuestion = { tokens: count };
    return this.#sandbox.ask(question, this.signal);
  }

  async close(): Promise<void> {
    await this.#sandbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
