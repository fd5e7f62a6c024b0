import { dirname } from "node:path";
import { provideEngine } from "../engine/engine.js";
import { cachedEnvoy, ENVOY, NO_ENVOY, provideEnvoy } from "../engine/envoy.js";
import { cacheFolder } from "./cache.js";
import { provideDependencies } from "./dependencies.js";
import { provideNode } from "./recent-node.js";
import { SetupError } from "./setup-error.js";
import { withPath } from "./tool.js";

/**
 * Installs everything that the repository needs to run: a recent Node, the dependencies, and optionally a Pulumi engine and
 * Envoy.
 *
 * @param {object} options
 * @param {string} options.root The repository.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} options.engine Whether a Pulumi engine is needed.
 * @param {boolean} options.envoy Whether Envoy is wanted. Where it cannot be had, the rest is provided all the same, and the
 *   returned environment contains the reason.
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} The path of Node, and an environment that has Node and the
 *   engine first on PATH, and the path of Envoy, if the cache has one.
 * @throws {import("./setup-error.js").SetupError}
 */
export async function provideEnvironment({ root, env, engine, envoy, progress, signal }) {
  const cache = cacheFolder(env);
  const node = await provideNode({ cache, env, progress, signal });
  await provideDependencies({ root, node, env, progress, signal });
  const folders = [dirname(node)];
  if (engine) folders.push((await provideEngine({ env, cache, progress, signal })).folder);
  const reason = envoy ? await reasonForNoEnvoy({ env, cache, progress, signal }) : undefined;
  const found = cachedEnvoy(cache);
  return {
    node,
    env: {
      ...withPath(env, folders),
      ...(reason !== undefined && { [NO_ENVOY]: reason }),
      ...(found !== undefined && { [ENVOY]: found.program }),
    },
  };
}

/**
 * Provides Envoy.
 *
 * @param {Parameters<typeof provideEnvoy>[0]} options
 * @returns {Promise<string | undefined>} Why it cannot be had. Only a part of the tests needs it, and they fail with this reason.
 */
async function reasonForNoEnvoy(options) {
  try {
    await provideEnvoy(options);
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError) || error.code !== "no-envoy") throw error;
    options.progress.note(error.message);
    return error.message;
  }
}
