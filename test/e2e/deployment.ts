import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../engine/index.ts";
import { type ResourceChange, type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/index.ts";
import { runTool, withPath } from "../../setup/tool.js";
import { trustAuthority } from "../tls/trust.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A resource, as `pulumi stack export` has it. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  /** The provider's; none of a component. */
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Who is told of what an engine creates, changes and deletes. The engine is answered when the promise is settled. */
interface Changes {
  told(change: ResourceChange): unknown;
}

/** How long no further creation may arrive until an engine counts as waiting for those that are held, in milliseconds. */
const QUIET = 400;

/**
 * A program of `programs/`, by its file name without the extension. It can be copied anywhere: outside the repository, the package
 * names that it imports lead nowhere, so it imports the repository's files instead.
 */
export function programText(name: string): string {
  return readFileSync(new URL(`./programs/${name}.ts`, import.meta.url), "utf8").replace(
    /from "polygate(?:\/(\w+))?"/g,
    (_, vendor?: string) => `from ${JSON.stringify(join(ROOT, "components", vendor ?? "", "index.ts"))}`,
  );
}

/** A user's project in a folder of its own, a stack `dev` of it, and a sandbox that the real engine deploys it to. */
export class Deployment {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly #engine = findEngine();
  readonly #changes: Changes;

  private constructor(folder: string, sandbox: Sandbox, changes: Changes) {
    this.folder = folder;
    this.sandbox = sandbox;
    this.#changes = changes;
  }

  /**
   * Creates the project, the sandbox and the stack `dev`.
   *
   * @param program the file in `programs/`, without its extension, that becomes the project's `index.ts`
   */
  static async start(
    name: string,
    program: string,
    options: Omit<SandboxOptions, "changed"> = {},
  ): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), `polygate-${name}-`));
    const project = join(folder, "project");
    mkdirSync(project);
    symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
    const runtime =
      'runtime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: "--conditions=polygate-source"\n';
    writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nmain: index.ts\n${runtime}`);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name, type: "module" }));
    writeFileSync(join(project, "index.ts"), programText(program));
    const changes: Changes = { told: () => {} };
    const changed = (change: ResourceChange) => changes.told(change);
    const sandbox = await startSandbox({ dir: join(folder, "sandbox"), ...options, changed });
    await trustAuthority(sandbox.dir);
    const deployment = new Deployment(folder, sandbox, changes);
    await deployment.pulumi("stack", "init", "dev");
    return deployment;
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the engine; fails with what it printed when it fails. */
  pulumi(...args: string[]): Promise<string> {
    return this.pulumiIn({}, ...args);
  }

  /** The same, with these variables for the program. */
  async pulumiIn(env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
    const { code, output } = await this.pulumiWith(env, ...args);
    assert.equal(code, 0, output);
    return output;
  }

  /** The same, whether it fails or not. */
  pulumiWith(env: Readonly<Record<string, string>>, ...args: string[]): ReturnType<typeof runTool> {
    const { command, options } = this.command(env, ...args);
    return runTool(...command, options);
  }

  /** How the engine is run, for a test that runs it by itself. */
  command(
    env: Readonly<Record<string, string>>,
    ...args: string[]
  ): { readonly command: readonly [string, string[]]; readonly options: { cwd: string; env: NodeJS.ProcessEnv } } {
    return {
      command: [this.#engine.pulumi, [...args, "--non-interactive", "--color=never"]],
      options: {
        cwd: join(this.folder, "project"),
        env: {
          ...withPath(process.env, [dirname(process.execPath), this.#engine.folder]),
          ...this.sandbox.environment,
          PULUMI_HOME: join(this.folder, "home"),
          ...env,
        },
      },
    };
  }

  /**
   * Runs the engine, one change after the other, and kills it and its program with SIGKILL at one change, which has been made and
   * of which it never hears. Then removes the lock that it leaves, as `pulumi cancel` does.
   *
   * @returns that change; undefined when the engine succeeded before
   */
  async killedAt(
    env: Readonly<Record<string, string>>,
    args: readonly string[],
    when: (change: ResourceChange) => boolean,
  ): Promise<ResourceChange | undefined> {
    let lost: ResourceChange | undefined;
    await this.#killable(env, [...args, "--parallel", "1"], (kill) => (change) => {
      if (lost !== undefined || !when(change)) return;
      lost = change;
      kill();
    });
    return lost;
  }

  /**
   * Runs the engine as users do, with changes in parallel, and kills it and its program with SIGKILL while it waits for every creation
   * that it could begin: each of these has been made, and it hears of none. Then removes the lock that it leaves.
   *
   * @param held which creations the engine never hears of; the others are answered
   * @returns these creations; none when the engine succeeded before
   */
  async killedCreating(
    env: Readonly<Record<string, string>>,
    args: readonly string[],
    held: (change: ResourceChange) => boolean,
  ): Promise<readonly ResourceChange[]> {
    const lost: ResourceChange[] = [];
    await this.#killable(env, args, (kill, killed) => {
      let quiet: NodeJS.Timeout | undefined;
      return (change) => {
        if (quiet !== undefined) quiet.refresh();
        if (change.kind !== "create" || !held(change)) return undefined;
        lost.push(change);
        quiet ??= setTimeout(kill, QUIET);
        return killed;
      };
    });
    return lost;
  }

  /**
   * Runs the engine in a process group of its own.
   *
   * @param told gets what kills the group, and a promise that settles when the group has ended; returns what is told of each change
   */
  async #killable(
    env: Readonly<Record<string, string>>,
    args: readonly string[],
    told: (kill: () => void, ended: Promise<unknown>) => Changes["told"],
  ): Promise<void> {
    const { command, options } = this.command(env, ...args);
    const child = spawn(command[0], command[1], { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    let killed = false;
    const ended = once(child, "close") as Promise<[number | null]>;
    const kill = () => {
      killed = true;
      process.kill(-(child.pid as number), "SIGKILL");
    };
    this.#changes.told = told(kill, ended);
    const [code] = await ended;
    this.#changes.told = () => {};
    if (!killed) assert.equal(code, 0, output);
    else rmSync(join(this.sandbox.dir, "state", ".pulumi", "locks"), { recursive: true, force: true });
  }

  /** The resources of the stack. */
  async resources(): Promise<readonly Exported[]> {
    const file = join(this.folder, "export.json");
    await this.pulumi("stack", "export", "--file", file);
    const { deployment } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly deployment: { readonly resources?: readonly Exported[] };
    };
    return deployment.resources ?? [];
  }

  /** What the program exports. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.resources()).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  }
}
