import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { runTool, withPath } from "../../setup/tool.js";
import { COST_VARIABLE, type ProgramCost } from "../program-cost.ts";
import { ROUTES_VARIABLE } from "../scenario.ts";
import type { Site } from "../site.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PRELOAD = new URL("../program-cost.ts", import.meta.url).href;

/** A resource in the output of `pulumi stack export`. */
interface Exported {
  readonly type: string;
  readonly custom?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The cost of one run of the engine. */
export interface Run {
  readonly seconds: number;
  readonly program: ProgramCost;
}

/** A Pulumi project with one stack, which runs one of the measured programs. */
export class Project {
  readonly #site: Site;
  readonly #folder: string;
  readonly #cost: string;
  readonly #routes: number;

  private constructor(site: Site, name: string, routes: number) {
    this.#site = site;
    this.#folder = join(site.folder, name);
    this.#cost = join(site.folder, `${name}.cost.json`);
    this.#routes = routes;
  }

  static async create(site: Site, name: string, program: URL, routes: number): Promise<Project> {
    const project = new Project(site, name, routes);
    mkdirSync(project.#folder, { recursive: true });
    const write = (file: string, text: string) => writeFileSync(join(project.#folder, file), text);
    const nodeargs = `--conditions=polygate-source --import=${PRELOAD}`;
    write(
      "Pulumi.yaml",
      `name: ${name}\nmain: index.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: "${nodeargs}"\n`,
    );
    write("Pulumi.dev.yaml", "config:\n  aws:region: eu-central-1\n  azure-native:location: westeurope\n");
    write("package.json", JSON.stringify({ name, type: "module" }));
    write("index.ts", `export * from ${JSON.stringify(program.href)};\n`);
    symlinkSync(join(ROOT, "node_modules"), join(project.#folder, "node_modules"), "dir");
    await project.#pulumi("stack", "init", "dev");
    return project;
  }

  preview(...more: string[]): Promise<Run> {
    return this.#measured("preview", ...more);
  }

  up(): Promise<Run> {
    return this.#measured("up", "--yes", "--skip-preview");
  }

  /** The types of the vendor's resources in the stack, without the stack, components and providers. */
  async resourceTypes(): Promise<readonly string[]> {
    const resources = await this.#resources();
    return resources
      .filter(({ type, custom }) => custom === true && !type.startsWith("pulumi:"))
      .map(({ type }) => type);
  }

  /** The URL of the gateway. */
  async url(): Promise<string> {
    const stack = (await this.#resources()).find(({ type }) => type === "pulumi:pulumi:Stack");
    const url = stack?.outputs?.url;
    if (typeof url !== "string") throw new Error(`The stack has no output "url": ${JSON.stringify(stack?.outputs)}`);
    return url;
  }

  async #resources(): Promise<readonly Exported[]> {
    const { stdout } = await this.#pulumi("stack", "export");
    const { deployment } = JSON.parse(stdout) as { readonly deployment: { readonly resources?: readonly Exported[] } };
    return deployment.resources ?? [];
  }

  async #measured(...args: string[]): Promise<Run> {
    rmSync(this.#cost, { force: true });
    const started = performance.now();
    await this.#pulumi(...args);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, program: JSON.parse(readFileSync(this.#cost, "utf8")) as ProgramCost };
  }

  async #pulumi(...args: string[]): Promise<{ readonly stdout: string }> {
    const { engine, environment, folder, signal } = this.#site;
    const { code, stdout, output } = await runTool(engine.pulumi, [...args, "--non-interactive", "--color=never"], {
      cwd: this.#folder,
      env: {
        ...withPath(environment, [dirname(process.execPath), engine.folder]),
        PULUMI_HOME: join(folder, "home"),
        [ROUTES_VARIABLE]: String(this.#routes),
        [COST_VARIABLE]: this.#cost,
      },
      signal,
    });
    if (code !== 0) throw new Error(`\`pulumi ${args.join(" ")}\` exited with code ${code}\n${output}`);
    return { stdout };
  }
}
