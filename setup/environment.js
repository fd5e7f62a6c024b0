import { dirname } from "node:path";
import { provideEngine } from "../engine/engine.js";
import { cacheFolder } from "./cache.js";
import { provideDependencies } from "./dependencies.js";
import { provideNode } from "./recent-node.js";
import { withPath } from "./tool.js";

/**
 * Installs everything that the repository needs to run: a recent Node, the dependencies, and optionally a Pulumi engine.
 *
 * @param {object} options
 * @param {string} options.root The repository.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} options.engine Whether a Pulumi engine is needed.
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} The path of Node, and an environment that has Node and the
 *   engine first on PATH.
 * @throws {import("./setup-error.js").SetupError}
 */
export async function provideEnvironment({ root, env, engine, progress, signal }) {
  const cache = cacheFolder(env);
  const node = await provideNode({ cache, env, progress, signal });
  await provideDependencies({ root, node, env, progress, signal });
  const folders = [dirname(node)];
  if (engine) folders.push((await provideEngine({ env, cache, progress, signal })).folder);
  return { node, env: withPath(env, folders) };
}
