/** Finds the Pulumi engine and the Envoy of this machine, for programs that run after the set-up: the demo, the sandbox, the tests. */

import { cacheFolder } from "../setup/cache.js";
import type { Engine } from "./engine.js";
import { findEngine as find } from "./engine.js";
import type { Envoy } from "./envoy.js";
import { cachedEnvoy, NO_ENVOY } from "./envoy.js";

export type { Engine } from "./engine.js";
export type { Envoy } from "./envoy.js";
export { OLDEST_ENGINE, pinnedEngine } from "./version.js";

/**
 * The engine that the set-up installed, or a recent one on PATH.
 *
 * @param env The environment with PATH and the location of the cache folder.
 * @throws {Error} If neither exists. The message explains how to install one.
 */
export function findEngine(env: NodeJS.ProcessEnv = process.env): Engine {
  const { engine, refused } = find({ env, cache: cacheFolder(env) });
  if (engine !== undefined) return engine;
  const why = refused.length === 0 ? "" : ` (${refused.join("; ")})`;
  throw new Error(
    `No Pulumi engine was found on PATH or in the cache${why}. Run \`node setup/run.js\` once, which installs one, or ` +
      "install Pulumi: https://www.pulumi.com/docs/install/",
  );
}

/**
 * The Envoy that the set-up installed.
 *
 * @param env The environment with the location of the cache folder.
 * @throws {Error} If the cache has none. The message contains the set-up's reason, or explains how to install it.
 */
export function findEnvoy(env: NodeJS.ProcessEnv = process.env): Envoy {
  const envoy = cachedEnvoy(cacheFolder(env));
  if (envoy !== undefined) return envoy;
  const reason = env[NO_ENVOY] ?? "";
  throw new Error(
    reason === "" ? "No Envoy is in the cache. Run `node setup/run.js --envoy` once, which installs it." : reason,
  );
}
