import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The oldest engine that is accepted on PATH, and the oldest that is tested. @pulumi/pulumi itself accepts much older
 * engines (3.2), but the sandbox depends on how the engine talks to attached providers.
 */
export const OLDEST_ENGINE = "3.250.0";

/**
 * The engine that is downloaded or built: the version in engine/go/go.mod.
 *
 * @returns {string} For example "3.276.0".
 */
export function pinnedEngine() {
  return inGoMod(/github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/);
}

/**
 * The oldest Go that builds the pinned engine.
 *
 * @returns {string} For example "1.26.6".
 */
export function oldestGo() {
  return inGoMod(/^go (\S+)$/m);
}

/** @param {RegExp} pattern */
function inGoMod(pattern) {
  const file = fileURLToPath(new URL("./go/go.mod", import.meta.url));
  const found = pattern.exec(readFileSync(file, "utf8"))?.[1];
  if (found === undefined) throw new Error(`${file} does not match ${pattern}.`);
  return found;
}

/**
 * Whether an engine of this version can be used: at least {@link OLDEST_ENGINE}, and of the same major version.
 *
 * @param {string} version For example "3.276.0" or "v3.276.0-alpha.1".
 */
export function isRecentEngine(version) {
  const [found, oldest] = [numbers(version), numbers(OLDEST_ENGINE)];
  if (found === undefined || oldest === undefined || found.major !== oldest.major) return false;
  return found.minor > oldest.minor || (found.minor === oldest.minor && found.patch >= oldest.patch);
}

/** @param {string} version */
function numbers(version) {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** The platform as Pulumi's releases and the cache name it: "linux-x64", "darwin-arm64", "windows-x64". */
export function platformName() {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}
