/** The Pulumi engine of this machine, for what runs after the set-up: the demonstration, the sandbox, the tests. */

import { cacheFolder } from "../setup/cache.js";
import type { Engine } from "./engine.js";
import { findEngine as find } from "./engine.js";

export type { Engine } from "./engine.js";
export { OLDEST_ENGINE, pinnedEngine } from "./version.js";

/**
 * The engine that the set-up provided, or that the user has on PATH.
 *
 * @param env Where PATH and the cache folder are taken from. Default: this process's environment.
 * @throws {Error} When there is none; says how to get one.
 */
export function findEngine(env: NodeJS.ProcessEnv = process.env): Engine {
  const { engine, refused } = find({ env, cache: cacheFolder(env) });
  if (engine !== undefined) return engine;
  const why = refused.length === 0 ? "" : ` (${refused.join("; ")})`;
  throw new Error(
    `There is no Pulumi engine on PATH or in the cache${why}. Run \`node setup/run.js\` once, which provides one, or ` +
      "install Pulumi: https://www.pulumi.com/docs/install/",
  );
}
