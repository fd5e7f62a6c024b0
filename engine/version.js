import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The oldest engine taken from PATH: the one that everything here is tested against. @pulumi/pulumi itself asks for
 * much less (3.2), but the sandbox relies on how the engine speaks to attached providers.
 */
export const OLDEST_ENGINE = "3.250.0";

/**
 * The engine that is downloaded or built, as engine/go/go.mod pins it.
 *
 * @returns {string} "3.250.0"
 */
export function pinnedEngine() {
  const modules = readFileSync(fileURLToPath(new URL("./go/go.mod", import.meta.url)), "utf8");
  const [, version] = /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(modules) ?? [];
  if (version === undefined) throw new Error("engine/go/go.mod does not name the version of the Pulumi engine");
  return version;
}

/**
 * Whether an engine of this version is recent enough, and not of a later major version.
 *
 * @param {string} version "3.250.0", with or without a leading v, with or without what follows the three numbers.
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

/** The platform, as Pulumi's releases and the cache name it: "linux-x64", "darwin-arm64", "windows-x64". */
export function platformName() {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}
