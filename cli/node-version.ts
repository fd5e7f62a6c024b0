import { createRequire } from "node:module";
import { CommandError } from "./command-error.ts";

/**
 * Refuses a Node that is too old for the sandbox. Older ones fail on its imports, with an error that names only a module.
 *
 * @param version e.g. `v20.19.0`
 * @throws {CommandError} that names the version that is needed.
 */
export function requireNode(version: string = process.version): void {
  const { engines } = createRequire(import.meta.url)("polygate/package.json") as { readonly engines: { node: string } };
  const needed = engines.node.replace(/^>=/, "");
  if (!isOlder(version.replace(/^v/, ""), needed)) return;
  throw new CommandError(
    `the sandbox needs Node ${needed} or newer, and this is Node ${version}; install a newer Node`,
  );
}

function isOlder(version: string, needed: string): boolean {
  const [actual, least] = [version, needed].map((text) => text.split(".").map(Number));
  const [major = 0, minor = 0] = actual ?? [];
  const [leastMajor = 0, leastMinor = 0] = least ?? [];
  return major === leastMajor ? minor < leastMinor : major < leastMajor;
}
