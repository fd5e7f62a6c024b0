import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../engine/index.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/index.ts";
import { runTool, withPath } from "../../setup/tool.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A resource, as `pulumi stack export` has it. */
export interface Exported {
  readonly urn: string;
  readonly type: string;
  /** The provider's; none of a component. */
  readonly id?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A user's project in a folder of its own, a stack `dev` of it, and a sandbox that the real engine deploys it to. */
export class Deployment {
  readonly folder: string;
  readonly sandbox: Sandbox;
  readonly #engine = findEngine();

  private constructor(folder: string, sandbox: Sandbox) {
    this.folder = folder;
    this.sandbox = sandbox;
  }

  /**
   * @param program the text of the project's `index.ts`, which imports "polygate" as a user does
   */
  static async start(name: string, program: string, options: SandboxOptions = {}): Promise<Deployment> {
    const folder = mkdtempSync(join(tmpdir(), `polygate-${name}-`));
    const project = join(folder, "project");
    mkdirSync(project);
    symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
    const runtime =
      'runtime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: "--conditions=polygate-source"\n';
    writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nmain: index.ts\n${runtime}`);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name, type: "module" }));
    // The repository stands for the package of its name, as it does for its own stacks.
    const text = program.replace(
      /from "polygate(?:\/(\w+))?"/g,
      (_, vendor?: string) => `from ${JSON.stringify(join(ROOT, "components", vendor ?? "", "index.ts"))}`,
    );
    writeFileSync(join(project, "index.ts"), text);
    const deployment = new Deployment(folder, await startSandbox({ dir: join(folder, "sandbox"), ...options }));
    await deployment.pulumi("stack", "init", "dev");
    return deployment;
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the engine; fails with what it printed when it fails. */
  async pulumi(...args: string[]): Promise<string> {
    const { code, output } = await this.pulumiWith({}, ...args);
    assert.equal(code, 0, output);
    return output;
  }

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

  /** Takes away the lock that a killed engine has left, as `pulumi cancel` does. */
  unlock(): void {
    rmSync(join(this.sandbox.dir, "state", ".pulumi", "locks"), { recursive: true, force: true });
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
