/** The packed packages, and projects of users that they are installed in. */

import {
  copyFileSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runNpm } from "../../../setup/npm.js";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The newest compiler, which also compiles the packages. */
export const NEWEST_COMPILER: string = join(ROOT, "node_modules/typescript-7/bin/tsc");

/** The oldest TypeScript with `NoInfer`, which makes a misspelt name a type error. */
const OLDEST_TYPESCRIPT = "5.4.5";

/** The contents of files by their paths in a folder. */
type Files = Readonly<Record<string, string>>;

/** The part of package-lock.json that the tests read. */
interface Lock {
  readonly packages: Readonly<Record<string, { readonly version: string }>>;
}

/** The part of a package's manifest that the tests read. */
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

/** The version of a package that the repository has installed. npm has it in its cache. */
function installedVersion(name: string): string {
  return readManifest(join(ROOT, "node_modules", name)).version;
}

/** A temporary folder with both packed packages, and with projects that use them. */
export class Projects {
  readonly folder = mkdtempSync(join(tmpdir(), "polygate-packages-"));

  /**
   * Builds and packs both, as publishing does. Building the library also builds the sandbox. `POLYGATE_PACKAGES` names a
   * folder with packed packages to test instead: the ones that will be published.
   */
  async pack(): Promise<void> {
    const packed = process.env.POLYGATE_PACKAGES;
    if (packed !== undefined) {
      for (const name of globSync("*.tgz", { cwd: packed })) copyFileSync(join(packed, name), join(this.folder, name));
      return;
    }
    const destination = ["--pack-destination", this.folder];
    await this.#npm(["pack", ...destination], ROOT, "packing polygate");
    const sandbox = ["--workspace", "sandbox", "--ignore-scripts"];
    await this.#npm(["pack", ...destination, ...sandbox], ROOT, "packing polygate-sandbox");
  }

  /**
   * Installs a project with these dependencies, named or as "name@version". The packages of this repository come from
   * their tarballs; the others have the repository's version unless one is given.
   */
  async install(name: string, dependencies: readonly string[], ...options: readonly string[]): Promise<string> {
    const folder = join(this.folder, name);
    const wanted = Object.fromEntries(dependencies.map((dependency) => this.#source(dependency)));
    write(folder, { "package.json": JSON.stringify({ name, dependencies: wanted }) });
    const args = ["install", "--prefer-offline", "--ignore-scripts", ...options];
    await this.#npm(args, folder, `installing what ${name} needs`);
    return folder;
  }

  /**
   * Installs a project faster: npm only resolves the packages, which are then linked from an installed project or from
   * the repository. A vendor's SDK has over ten thousand files, which are slow to create.
   */
  async installFrom(installed: string, name: string, dependencies: readonly string[]): Promise<string> {
    const folder = await this.install(name, dependencies, "--package-lock-only");
    const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as Lock;
    for (const [path, { version }] of Object.entries(packages)) {
      if (path === "") continue;
      const source = [installed, ROOT]
        .map((place) => join(place, path))
        .find((place) => existsSync(place) && readManifest(place).version === version);
      if (source === undefined)
        throw new Error(`Neither ${installed} nor ${ROOT} has ${path} ${version}, which ${name} needs.`);
      linkFiles(source, join(folder, path));
    }
    return folder;
  }

  /** Creates a project with the packages of an installed one. */
  beside(installed: string, name: string, files: Files): string {
    const folder = join(this.folder, name);
    write(folder, files);
    symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"), "junction");
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The name of a dependency, and what package.json says after it. */
  #source(dependency: string): readonly [name: string, source: string] {
    const [, name = dependency, version] = /^(.[^@]*)@(.+)$/.exec(dependency) ?? [];
    if (version !== undefined) return [name, version];
    for (const own of [readManifest(ROOT), readManifest(join(ROOT, "sandbox"))]) {
      if (name === own.name) return [name, `file:${join(this.folder, `${name}-${own.version}.tgz`)}`];
    }
    return [name, name === "typescript" ? OLDEST_TYPESCRIPT : installedVersion(name)];
  }

  #npm(args: readonly string[], cwd: string, what: string): Promise<void> {
    return runNpm(args, { cwd, node: process.execPath, env: process.env, what });
  }
}

/** Links the files of a package, without its nested packages, which npm lists separately. */
function linkFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (!entry.isDirectory()) linkOrCopy(source, target);
    else if (entry.name !== "node_modules") linkFiles(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    // A hard link cannot refer to another file system.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(source, target);
  }
}

export function write(folder: string, files: Files): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
