import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Vendor } from "../../components/api/problem.ts";
import { shellWord } from "../shell-word.ts";

export const sdks: Readonly<Record<Vendor, string>> = {
  aws: "@pulumi/aws",
  azure: "@pulumi/azure-native",
  gcp: "@pulumi/gcp",
};

/** The stack whose settings are written, for the sandbox. */
export const SANDBOX_STACK = "dev";

/** What the commands after `init` depend on. */
interface NextStep {
  /** The folder of the stack as the user wrote it, and its path. It may not exist yet. */
  readonly folder: string;
  readonly path: string;
  readonly vendors: readonly Vendor[];
  /** The URLs of the backends in the settings of the sandbox's stack, by their names. */
  readonly backends: ReadonlyMap<string, string>;
}

/** The commands that install what is missing, deploy the stack to the sandbox, and serve it. */
export function nextCommands({ folder, path, vendors, backends }: NextStep): readonly string[] {
  // The library finds an SDK only where it is installed itself, or in a folder above.
  const home = homeOf("polygate", path);
  const needed = ["polygate", "polygate-sandbox", "@pulumi/pulumi", ...vendors.map((vendor) => sdks[vendor])];
  const missing = needed.filter((name) => homeOf(name, home ?? path) === undefined).join(" ");
  const steps: string[] = [];
  const isAbove = home !== undefined && home !== path;
  if (missing !== "" && isAbove) steps.push(`npm install ${prefixOf(home)}${missing}`);
  if (relative("", path) !== "") steps.push(`cd ${shellWord(folder)}`);
  if (missing !== "" && !isAbove) steps.push(`npm install ${missing}`);
  const origins = new Set([...backends.values()].map((url) => new URL(url).origin));
  // Each is led to a server on this machine.
  const hosts = [...origins].map((origin, index) => `--host ${origin}=http://127.0.0.1:${4000 + index}`);
  return [
    ...steps,
    `npx polygate sandbox -- pulumi up --stack ${SANDBOX_STACK}`,
    ["npx polygate sandbox", ...hosts].join(" "),
  ];
}

/** The folder of packages in which a program in a folder finds a package. Undefined if it finds none. */
function homeOf(name: string, path: string): string | undefined {
  if (existsSync(join(path, "node_modules", name, "package.json"))) return path;
  return dirname(path) === path ? undefined : homeOf(name, dirname(path));
}

/** Whether a program in a folder finds a package. */
export function isInstalled(name: string, path: string): boolean {
  return homeOf(name, path) !== undefined;
}

/** The option of npm for another folder than the working directory. */
function prefixOf(home: string): string {
  const folder = relative("", home);
  return folder === "" ? "" : `--prefix ${shellWord(folder)} `;
}
