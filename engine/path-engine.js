import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cachedFolder } from "../setup/cache.js";
import { executable, isExecutable, onPath } from "../setup/tool.js";
import { isRecentEngine, OLDEST_ENGINE } from "./version.js";

/** How long `pulumi version` may take, in milliseconds. */
const VERSION_TIMEOUT = 20_000;

/**
 * The first engine on PATH that is recent enough and has a Node language host.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cache The folder of `cacheFolder()`, where the answers of `pulumi version` are remembered: asking
 *   takes half a second, and everything starts here.
 * @returns {{ engine: import("./engine.js").Engine | undefined, refused: string[] }} `refused` says of each other
 *   engine on PATH why it was not taken.
 */
export function engineOnPath(env, cache) {
  const refused = [];
  for (const pulumi of onPath("pulumi", env)) {
    const version = versionOf(pulumi, env, cache);
    if (version === undefined) {
      refused.push(`${pulumi} does not say its version`);
    } else if (!isRecentEngine(version)) {
      refused.push(`${pulumi} is v${version}, and v${OLDEST_ENGINE} or newer is needed`);
    } else {
      const languageHost = languageHostOf(pulumi, env);
      if (languageHost !== undefined) {
        return { engine: { pulumi, folder: dirname(pulumi), version, languageHost, source: "path" }, refused };
      }
      refused.push(`${pulumi} has no pulumi-language-nodejs beside it, nor is one on PATH`);
    }
  }
  return { engine: undefined, refused };
}

/**
 * The Node language host that this engine would start: it looks on PATH, and beside itself with links resolved.
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
 * @returns {string | undefined} "3.250.0"
 */
function versionOf(pulumi, env, cache) {
  // One of ours has it written beside it. It stands on PATH in every process that the set-up starts.
  const written = cachedFolder(dirname(pulumi))?.version;
  if (written !== undefined) return written;

  const real = realpathSync(pulumi);
  const { size, mtimeMs } = statSync(real);
  const identity = `${size} ${mtimeMs}`;
  const file = join(cache, "engine", "versions-on-path.json");
  const known = readKnown(file);
  const remembered = known[real];
  if (remembered?.identity === identity) return remembered.version;

  const version = ask(pulumi, env);
  if (version !== undefined) remember(file, { ...known, [real]: { identity, version } });
  return version;
}

/**
 * @param {string} pulumi
 * @param {NodeJS.ProcessEnv} env
 */
function ask(pulumi, env) {
  try {
    const said = execFileSync(pulumi, ["version"], {
      encoding: "utf8",
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: VERSION_TIMEOUT,
    });
    return /^v?(\d+\.\d+\.\d+\S*)$/m.exec(said)?.[1];
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @returns {Record<string, { identity: string, version: string }>}
 */
function readKnown(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

/**
 * @param {string} file
 * @param {Record<string, { identity: string, version: string }>} known
 */
function remember(file, known) {
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(partial, JSON.stringify(known));
    renameSync(partial, file);
  } catch {
    // A cache that cannot be written to costs the half second again, and nothing else.
  }
}
