import { createHash } from "node:crypto";
import { join } from "node:path";
import { cachedFolder, provideFolder } from "../setup/cache.js";
import { SetupError } from "../setup/setup-error.js";
import { executable } from "../setup/tool.js";
import { BUILD_BYTES, buildEngine, buildHash } from "./build.js";
import { engineOnPath } from "./path-engine.js";
import { downloadRelease, RELEASE_BYTES, ReleaseUnavailable, releaseUrl } from "./release.js";
import { OLDEST_ENGINE, oldestGo, pinnedEngine, platformName } from "./version.js";

/**
 * A Pulumi engine with a Node language host.
 *
 * @typedef {object} Engine
 * @property {string} pulumi The path of the executable.
 * @property {string} folder The folder of the executable, for PATH.
 * @property {string} version For example "3.276.0".
 * @property {string} languageHost The path of the pulumi-language-nodejs that the engine starts.
 * @property {"path" | "release" | "built"} source Where it comes from: PATH, Pulumi's release in the cache, or a build in the cache.
 */

/**
 * @typedef {object} ProvideOptions
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cache The folder of `cacheFolder()`.
 * @property {import("../setup/progress.js").Progress} progress
 * @property {AbortSignal | undefined} [signal]
 */

/**
 * Finds an engine without installing one: a recent one on PATH, else one in the cache.
 *
 * @param {Pick<ProvideOptions, "env" | "cache">} options
 * @returns {{ engine: Engine | undefined, refused: string[] }} `refused` explains for each engine on PATH why it is not used.
 */
export function findEngine({ env, cache }) {
  const { engine, refused } = engineOnPath(env, cache);
  return { engine: engine ?? cachedEngine(cache, "release") ?? cachedEngine(cache, "built"), refused };
}

/**
 * Finds an engine, or installs one into the cache: Pulumi's release if it can be downloaded, else one built with Go.
 *
 * @param {ProvideOptions} options
 * @returns {Promise<Engine>}
 * @throws {SetupError} With the code "no-engine" if no engine can be found, downloaded or built.
 */
export async function provideEngine(options) {
  const { engine, refused } = findEngine(options);
  if (engine !== undefined) return engine;
  for (const reason of refused) options.progress.note(`not used: ${reason}`);

  let unavailable;
  try {
    return await installEngine("release", options, RELEASE_BYTES, downloadRelease);
  } catch (error) {
    if (!(error instanceof ReleaseUnavailable)) throw error;
    unavailable = error.message;
    options.progress.note(`the official Pulumi release is not used (${unavailable})`);
  }
  try {
    return await installEngine("built", options, BUILD_BYTES, buildEngine);
  } catch (error) {
    if (error instanceof SetupError && error.code === "tool-missing") throw noEngine(refused, unavailable, error);
    throw error;
  }
}

/**
 * @param {"release" | "built"} source
 * @param {ProvideOptions} options
 * @param {number} bytes The space that it needs.
 * @param {(folder: string, work: ProvideOptions) => Promise<{ files: readonly string[] }>} install Fills an empty folder.
 * @returns {Promise<Engine>}
 */
async function installEngine(source, options, bytes, install) {
  const { cache, progress, signal } = options;
  await provideFolder(engineFolder(cache, source), {
    what: "the Pulumi engine",
    bytes,
    progress,
    signal,
    async fill(partial) {
      const { files } = await install(partial, options);
      return { files, about: { version: pinnedEngine() } };
    },
  });
  const engine = cachedEngine(cache, source);
  if (engine === undefined) throw new Error("The engine disappeared from the cache during the set-up.");
  return engine;
}

/**
 * @param {string} cache
 * @param {"release" | "built"} source
 * @returns {Engine | undefined}
 */
function cachedEngine(cache, source) {
  const folder = engineFolder(cache, source);
  const version = cachedFolder(folder)?.version;
  if (version === undefined) return undefined;
  const languageHost = join(folder, executable("pulumi-language-nodejs"));
  return { pulumi: join(folder, executable("pulumi")), folder, version, languageHost, source };
}

/**
 * The engine's folder in the cache. Its name ends with a hash of what the engine is made from, so that clones at
 * different commits share an engine as long as its sources are the same.
 *
 * @param {string} cache
 * @param {"release" | "built"} source
 */
export function engineFolder(cache, source) {
  const hash = source === "built" ? buildHash() : createHash("sha256").update(releaseUrl()).digest("hex").slice(0, 12);
  return join(cache, "engine", `v${pinnedEngine()}-${platformName()}-${hash}`);
}

/**
 * @param {string[]} refused
 * @param {string} unavailable Why Pulumi's release is not used.
 * @param {SetupError} cause
 */
function noEngine(refused, unavailable, cause) {
  const onPath = refused.length === 0 ? "PATH has none" : refused.join("; ");
  return new SetupError(
    {
      code: "no-engine",
      place: "PATH, the cache, get.pulumi.com, Go modules",
      rule: `No Pulumi engine was found (${onPath}), downloaded (${unavailable}) or built (Go is not on PATH).`,
      remedy:
        `Install Pulumi v${OLDEST_ENGINE} or newer (https://www.pulumi.com/docs/install/), ` +
        `or Go ${oldestGo()} or newer (https://go.dev/dl/), and run the command again.`,
    },
    cause,
  );
}
