/** The packages as `npm pack` makes them, and users' projects that they are installed in. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNpm } from "../../setup/npm.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The oldest that knows `NoInfer`, with which a misspelt name is a type error. */
const OLDEST_TYPESCRIPT = "5.4.5";

/** Files by their path in a folder. */
type Files = Readonly<Record<string, string>>;

/** What the tests read of a package's manifest. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly typesVersions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The exact version of a package that the repository has: the tests need no newer one, and npm has it in its cache. */
function installedVersion(name: string): string {
  return readManifest(join(ROOT, "node_modules", name)).version;
}

/** A temporary folder with both packages, packed, and the projects that a test makes of them. */
export class Projects {
  readonly folder = mkdtempSync(join(tmpdir(), "polygate-packages-"));

  /** Builds and packs both, as publishing would. */
  async pack(): Promise<void> {
    const destination = ["--pack-destination", this.folder];
    await this.#npm(["pack", ...destination], ROOT, "packing polygate");
    await this.#npm(["pack", ...destination, "--workspace", "sandbox"], ROOT, "packing polygate-sandbox");
  }

  /** A project with these dependencies, by name; the packages of the repository come from their tarballs. */
  async install(name: string, dependencies: readonly string[]): Promise<string> {
    const folder = join(this.folder, name);
    const wanted = Object.fromEntries(dependencies.map((dependency) => [dependency, this.#source(dependency)]));
    write(folder, { "package.json": JSON.stringify({ name, dependencies: wanted }) });
    await this.#npm(["install", "--prefer-offline", "--ignore-scripts"], folder, `installing ${name}`);
    return folder;
  }

  /** Another project that has what an installed one has. */
  beside(installed: string, name: string, files: Files): string {
    const folder = join(this.folder, name);
    write(folder, files);
    symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"), "junction");
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #source(dependency: string): string {
    for (const { name, version } of [readManifest(ROOT), readManifest(join(ROOT, "sandbox"))]) {
      if (name === dependency) return `file:${join(this.folder, `${name}-${version}.tgz`)}`;
    }
    return dependency === "typescript" ? OLDEST_TYPESCRIPT : installedVersion(dependency);
  }

  #npm(args: readonly string[], cwd: string, what: string): Promise<void> {
    return runNpm(args, { cwd, node: process.execPath, env: process.env, what });
  }
}

export function write(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
