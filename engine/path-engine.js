import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachedFolder } from "../setup/cache.js";
import { executable, isExecutable, onPath } from "../setup/tool.js";
import { isRecentEngine, OLDEST_ENGINE } from "./version.js";

/** How long `pulumi version` may take, in milliseconds. */
const VERSION_TIMEOUT = 20_000;

/** @typedef {Record<string, { identity: string, version: string }>} Versions By the real path of the executable. */

/**
 * Finds the first engine on PATH that is recent enough and has a Node language host.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cache The folder of `cacheFolder()`. It stores the output of `pulumi version`, which takes half a
 *   second and is needed at every start.
 * @returns {{ engine: import("./engine.js").Engine | undefined, refused: string[] }} `refused` explains for each other
 *   engine on PATH why it is not used.
 */
export function engineOnPath(env, cache) {
  const refused = [];
  for (const pulumi of onPath("pulumi", env)) {
    const version = versionOf(pulumi, env, cache);
    if (version === undefined) {
      refused.push(`${pulumi} does not print its version`);
    } else if (!isRecentEngine(version)) {
      refused.push(`${pulumi} is v${version}, but v${OLDEST_ENGINE} or newer is required`);
    } else {
      const languageHost = languageHostOf(pulumi, env);
      if (languageHost !== undefined) {
        return { engine: { pulumi, folder: dirname(pulumi), version, languageHost, source: "path" }, refused };
      }
      refused.push(`${pulumi} has no pulumi-language-nodejs, neither beside it nor on PATH`);
    }
  }
  return { engine: undefined, refused };
}

/**
 * The Node language host that an engine starts: the one beside the real path of its executable, else the one on PATH.
 *
 * @param {string} pulumi
 * @param {NodeJS.ProcessEnv} env
 */
export function languageHostOf(pulumi, env) {
  const beside = join(dirname(realpathSync(pulumi)), executable("pulumi-language-nodejs"));
  return isExecutable(beside) ? beside : onPath("pulumi-language-nodejs", env)[0];
}

/**
 * @param {string} pulumi
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cache
 * @returns {string | undefined} For example "3.276.0".
 */
function versionOf(pulumi, env, cache) {
  // An engine from the cache has its version in its manifest. It is on PATH in every process that the set-up starts.
  const recorded = cachedFolder(dirname(pulumi))?.version;
  if (recorded !== undefined) return recorded;

  const path = realpathSync(pulumi);
  const { size, mtimeMs } = statSync(path);
  const identity = `${size} ${mtimeMs}`;
  const file = join(cache, "engine", "versions-on-path.json");
  const versions = readVersions(file);
  const cached = versions[path];
  if (cached?.identity === identity) return cached.version;

  const version = runVersion(pulumi, env);
  if (version !== undefined) writeVersions(file, { ...versions, [path]: { identity, version } });
  return version;
}

/**
 * @param {string} pulumi
 * @param {NodeJS.ProcessEnv} env
 */
function runVersion(pulumi, env) {
  try {
    const output = execFileSync(pulumi, ["version"], {
      encoding: "utf8",
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: VERSION_TIMEOUT,
    });
    return /^v?(\d+\.\d+\.\d+\S*)$/m.exec(output)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @returns {Versions}
 */
function readVersions(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

/**
 * @param {string} file
 * @param {Versions} versions
 */
function writeVersions(file, versions) {
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(partial, JSON.stringify(versions));
    renameSync(partial, file);
  } catch {
    // Without the cache, the next start runs `pulumi version` again.
  }
}
