import { createHash } from "node:crypto";
import { join } from "node:path";
import { cachedFolder, provideFolder } from "../setup/cache.js";
import { SetupError } from "../setup/setup-error.js";
import { executable } from "../setup/tool.js";
import { BUILD_BYTES, buildEngine, buildHash } from "./build.js";
import { engineOnPath } from "./path-engine.js";
import { downloadRelease, RELEASE_BYTES, releaseUrl } from "./release.js";
import { OLDEST_ENGINE, pinnedEngine, platformName } from "./version.js";

/**
 * A Pulumi engine with a Node language host.
 *
 * @typedef {object} Engine
 * @property {string} pulumi The path of the executable.
 * @property {string} folder The folder that it stands in, for PATH.
 * @property {string} version "3.250.0"
 * @property {string} languageHost The path of the pulumi-language-nodejs that it starts.
 * @property {"path" | "release" | "built"} source On PATH, or in the cache: Pulumi's own release, or built from source.
 */

/**
 * The engine that is there: a recent one on PATH, else one from the cache.
 *
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.cache The folder of `cacheFolder()`.
 * @returns {{ engine: Engine | undefined, refused: string[] }} `refused` says why an engine on PATH was not taken.
 */
export function findEngine({ env, cache }) {
  const { engine, refused } = engineOnPath(env, cache);
  return { engine: engine ?? cachedEngine(cache, "release") ?? cachedEngine(cache, "built"), refused };
}

/**
 * An engine, whatever it takes: a recent one on PATH, else one from the cache, else Pulumi's release downloaded into the
 * cache, else one built from source into the cache.
 *
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.cache
 * @param {import("../setup/progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<Engine>}
 * @throws {SetupError} With the code "no-engine" when none of the four ways leads to one.
 */
export async function provideEngine({ env, cache, progress, signal }) {
  const { engine, refused } = findEngine({ env, cache });
  if (engine !== undefined) return engine;
  for (const reason of refused) progress.note(`not used: ${reason}`);

  const what = "the Pulumi engine";
  const work = { env, progress, signal };
  /** @type {{ why?: string }} */
  const download = {};
  try {
    await provideFolder(engineFolder(cache, "release"), {
      what,
      bytes: RELEASE_BYTES,
      progress,
      signal,
      async fill(partial) {
        const result = await downloadRelease(partial, work);
        if ("failure" in result) {
          download.why = result.failure;
          throw new Error(result.failure);
        }
        return { files: result.files, about: { version: pinnedEngine() } };
      },
    });
    return required(cachedEngine(cache, "release"));
  } catch (error) {
    if (download.why === undefined) throw error;
    progress.note(`the official Pulumi release could not be fetched (${download.why})`);
  }

  try {
    await provideFolder(engineFolder(cache, "built"), {
      what,
      bytes: BUILD_BYTES,
      progress,
      signal,
      async fill(partial) {
        const { files } = await buildEngine(partial, work);
        return { files, about: { version: pinnedEngine() } };
      },
    });
  } catch (error) {
    if (error instanceof SetupError && error.code === "tool-missing") throw noEngine(refused, download.why, error);
    throw error;
  }
  return required(cachedEngine(cache, "built"));
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
 * Where the engine stands in the cache. The name ends with a hash of what it was made from, so that clones at different
 * commits share one as long as it is the same.
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
 * @param {string | undefined} why
 * @param {SetupError} cause
 */
function noEngine(refused, why, cause) {
  const onPath = refused.length === 0 ? "there is none on PATH" : refused.join("; ");
  return new SetupError(
    {
      code: "no-engine",
      place: "PATH, the cache, get.pulumi.com, Go modules",
      rule: `No Pulumi engine: ${onPath}; Pulumi's release could not be fetched (${why}); there is no Go to build one.`,
      remedy:
        `install Pulumi v${OLDEST_ENGINE} or newer (https://www.pulumi.com/docs/install/), ` +
        "or Go 1.25.11 or newer (https://go.dev/dl/), and run the command again.",
    },
    cause,
  );
}

/** @param {Engine | undefined} engine */
function required(engine) {
  if (engine === undefined) throw new Error("the engine vanished from the cache while it was being set up");
  return engine;
}
