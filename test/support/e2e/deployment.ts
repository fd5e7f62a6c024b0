import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cachedEnvoy } from "../../../engine/envoy.js";
import { findEngine } from "../../../engine/index.ts";
import { type ResourceChange, type Sandbox, type SandboxOptions, startSandbox } from "../../../sandbox/index.ts";
import { cacheFolder } from "../../../setup/cache.js";
import { runTool, withPath } from "../../../setup/tool.js";
import { trustAuthority } from "../tls/trust.ts";
import { ProgramHost } from "./program-host.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A resource, as `pulumi stack export` prints it. */
export interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  /** The id that the provider assigned. Components have none. */
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Receives every resource change of an engine. The sandbox answers the engine after the returned promise has settled. */
interface ChangeListener {
  onChange(change: ResourceChange): unknown;
}

interface DeploymentOptions extends Omit<SandboxOptions, "changed"> {
  /** The stack in `stacks/` that is deployed, with its configuration for `dev`. @default the program alone */
  readonly stack?: string;
  /**
   * Runs the program in one process for all updates, as the Automation API does, instead of one process for each. For tests with many
   * updates, which would otherwise mostly load SDKs. The process ends with an engine that is killed, and the next update starts another.
   *
   * @default false
   */
  readonly oneProgramProcess?: boolean;
}

/** After this time without a new change, in milliseconds, the engine counts as waiting for the creations that are held back. */
const QUIET_MILLISECONDS = 400;

/**
 * Returns the text of a program in `programs/`, to be written to any folder. The package name `polygate` cannot be resolved outside
 * the repository, so the text imports the repository's files instead.
 *
 * @param name the file name without its extension
 */
export function programText(name: string): string {
  return withSources(readFileSync(new URL(`../../e2e/programs/${name}.ts`, import.meta.url), "utf8"));
}

/** The text of a program with the repository's files in the place of the package. */
function withSources(text: string): string {
  return text.replace(
    /from "polygate(?:\/(\w+))?"/g,
    (_, vendor?: string) => `from ${JSON.stringify(join(ROOT, "components", vendor ?? "", "index.ts"))}`,
  );
}

/** Copies the repository's stacks. */
function copyStacks(project: string): void {
  cpSync(join(ROOT, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
  cpSync(join(ROOT, "stacks"), join(project, "stacks"), { recursive: true });
  useSources(join(project, "stacks"));
}

/** Leads the programs in a folder to the repository's files. */
function useSources(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, name);
    if (name.endsWith(".ts")) writeFileSync(file, withSources(readFileSync(file, "utf8")));
  }
}

/** A user's project in its own folder, with a stack `dev` and a sandbox to which the real engine deploys it. */
export class Deployment {
  readonly folder: string;
  /** The folder of the program, in which the engine runs. */
  readonly project: string;
  readonly sandbox: Sandbox;
  /** The ids of all resources that were created, by URN, also of those whose engine was killed before. */
  readonly created: ReadonlyMap<string, string>;
  readonly #engine = findEngine();
  readonly #listener: ChangeListener;
  #host: ProgramHost | undefined;
  /** Starts the process that runs the program for all updates. Undefined if each update has its own. */
  #startHost: (() => Promise<ProgramHost>) | undefined;

  private constructor(
    folder: string,
    project: string,
    sandbox: Sandbox,
    listener: ChangeListener,
    created: ReadonlyMap<string, string>,
  ) {
    this.created = created;
    this.folder = folder;
    this.project = project;
    this.sandbox = sandbox;
    this.#listener = listener;
  }

  /**
   * Creates the project, the sandbox and the stack `dev`.
   *
   * @param name the name of the project
   * @param program the file in `programs/`, without its extension, that becomes the project's `index.ts`; without meaning for a stack
   */
  static async start(
    name: string,
    program: string,
    { oneProgramProcess = false, stack, ...options }: DeploymentOptions = {},
  ): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), `polygate-${name}-`));
    const project = join(folder, "project");
    mkdirSync(project);
    symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, "package.json"), JSON.stringify({ name, type: "module" }));
    if (stack === undefined) {
      const runtime =
        'runtime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: "--conditions=polygate-source"\n';
      writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nmain: index.ts\n${runtime}`);
      writeFileSync(join(project, "index.ts"), programText(program));
    } else {
      copyStacks(project);
    }
    const listener: ChangeListener = { onChange: () => {} };
    const created = new Map<string, string>();
    const changed = (change: ResourceChange) => {
      if (change.kind === "create") created.set(change.urn, change.id);
      return listener.onChange(change);
    };
    const envoy = cachedEnvoy(cacheFolder(process.env))?.program;
    const sandbox = await startSandbox({
      dir: join(folder, "sandbox"),
      // As the set-up does, also for one test file that runs without it.
      ...(envoy === undefined ? {} : { envoy }),
      ...options,
      changed,
    });
    await trustAuthority(sandbox.dir);
    const home = stack === undefined ? project : join(project, "stacks", stack);
    const deployment = new Deployment(folder, home, sandbox, listener, created);
    await deployment.pulumi("stack", "init", "dev");
    if (oneProgramProcess) {
      deployment.#startHost = () => ProgramHost.start(join(home, "index.ts"), home, deployment.#environment);
    }
    return deployment;
  }

  /** The same sandbox, with another stack in `stacks/`, whose program runs in a process of its own. */
  of(stack: string): Deployment {
    return this.#at(join(this.folder, "project", "stacks", stack));
  }

  /** The same sandbox, with a new project from a template of the repository. */
  async from(template: string): Promise<Deployment> {
    const project = join(this.folder, "project", `new-${template}`);
    const { code, output } = await this.pulumiWith(
      {},
      ...["new", join(ROOT, "templates", template), "--dir", project, "--name", `new-${template}`],
      ...["--generate-only", "--yes"],
    );
    assert.equal(code, 0, output);
    useSources(project);
    return this.#at(project);
  }

  #at(project: string): Deployment {
    return new Deployment(this.folder, project, this.sandbox, this.#listener, this.created);
  }

  async stop(): Promise<void> {
    await this.#host?.stop();
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the engine. Fails with the engine's output when the engine fails. */
  pulumi(...args: string[]): Promise<string> {
    return this.pulumiIn({}, ...args);
  }

  /** Like `pulumi`, with environment variables for the program. */
  async pulumiIn(env: Readonly<Record<string, string>>, ...args: string[]): Promise<string> {
    const { code, output } = await this.pulumiWith(env, ...args);
    assert.equal(code, 0, output);
    return output;
  }

  /** Like `pulumiIn`, but returns the exit code instead of failing. */
  async pulumiWith(env: Readonly<Record<string, string>>, ...args: string[]): ReturnType<typeof runTool> {
    const { command, options } = await this.command(env, ...args);
    return runTool(...command, options);
  }

  /** Returns the command and the options that run the engine, for a test that starts the process itself. */
  async command(
    env: Readonly<Record<string, string>>,
    ...args: string[]
  ): Promise<{
    readonly command: readonly [string, string[]];
    readonly options: { cwd: string; env: NodeJS.ProcessEnv };
  }> {
    const host = ["up", "preview"].includes(args[0] ?? "") ? await this.#programHost() : undefined;
    await host?.setVariables(env);
    const client = host === undefined ? [] : [host.option];
    return {
      command: [this.#engine.pulumi, [...args, ...client, "--non-interactive", "--color=never"]],
      options: { cwd: this.project, env: { ...this.#environment, ...env } },
    };
  }

  async #programHost(): Promise<ProgramHost | undefined> {
    this.#host ??= await this.#startHost?.();
    return this.#host;
  }

  /** The environment of the engine and of the program. */
  get #environment(): NodeJS.ProcessEnv {
    return {
      ...withPath(process.env, [dirname(process.execPath), this.#engine.folder]),
      ...this.sandbox.environment,
      PULUMI_HOME: join(this.folder, "home"),
    };
  }

  /**
   * Runs the engine without parallelism, and kills it and its program with SIGKILL after a change is applied and before the engine
   * learns of it. Then removes the lock that remains, as `pulumi cancel` does.
   *
   * @param when selects the change
   * @returns the change; undefined when the engine succeeded before `when` selected one
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
   * Runs the engine with parallel changes, as users do, and kills it and its program with SIGKILL while it waits for the answers to all
   * creations that it can start. These creations are applied, but the engine learns of none of them. Then removes the lock that remains.
   *
   * @param held selects the creations whose answers are held back; all other changes are answered
   * @returns the creations that were held back; an empty list when the engine succeeded without one
   */
  async killedCreating(
    env: Readonly<Record<string, string>>,
    args: readonly string[],
    held: (change: ResourceChange) => boolean,
  ): Promise<readonly ResourceChange[]> {
    const lost: ResourceChange[] = [];
    await this.#killable(
      env,
      args,
      (kill, killed) => {
        let quiet: NodeJS.Timeout | undefined;
        return (change) => {
          if (quiet !== undefined) quiet.refresh();
          if (change.kind !== "create" || !held(change)) return undefined;
          lost.push(change);
          quiet ??= setTimeout(kill, QUIET_MILLISECONDS);
          return killed;
        };
      },
      QUIET_MILLISECONDS,
    );
    return lost;
  }

  /**
   * Runs the engine in its own process group.
   *
   * @param listen receives a function that kills the group and a promise that settles when the group has ended; returns the listener for
   *   changes
   * @param listenFor how long to listen after the group was killed, in milliseconds, for changes that had already begun
   */
  async #killable(
    env: Readonly<Record<string, string>>,
    args: readonly string[],
    listen: (kill: () => void, ended: Promise<unknown>) => ChangeListener["onChange"],
    listenFor = 0,
  ): Promise<void> {
    const { command, options } = await this.command(env, ...args);
    const child = spawn(command[0], command[1], { ...options, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    let killed = false;
    const ended = once(child, "close") as Promise<[number | null]>;
    const kill = () => {
      if (killed) return;
      killed = true;
      process.kill(-(child.pid as number), "SIGKILL");
      // What the program of a killed engine leaves behind in its process could affect the next update.
      this.#host?.kill();
      this.#host = undefined;
    };
    this.#listener.onChange = listen(kill, ended);
    const [code] = await ended;
    if (killed) await sleep(listenFor);
    this.#listener.onChange = () => {};
    if (!killed) assert.equal(code, 0, output);
    else rmSync(join(this.sandbox.dir, "state", ".pulumi", "locks"), { recursive: true, force: true });
  }

  /** Returns the resources of the stack. */
  async resources(): Promise<readonly ExportedResource[]> {
    const file = join(this.folder, "export.json");
    await this.pulumi("stack", "export", "--file", file);
    const { deployment } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly deployment: { readonly resources?: readonly ExportedResource[] };
    };
    return deployment.resources ?? [];
  }

  /** Returns the outputs of the stack. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.resources()).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  }
}
