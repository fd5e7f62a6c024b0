import { dirname } from "node:path";
import { provideEngine } from "../engine/engine.js";
import { cacheFolder } from "./cache.js";
import { provideDependencies } from "./dependencies.js";
import { provideNode } from "./recent-node.js";
import { withPath } from "./tool.js";

/**
 * Has everything that the repository runs on: a recent Node, the dependencies, and a Pulumi engine if one is wanted.
 *
 * @param {object} options
 * @param {string} options.root The repository.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {boolean} options.engine
 * @param {import("./progress.js").Progress} options.progress
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<{ node: string, env: NodeJS.ProcessEnv }>} The environment has the recent Node, the engine and the
 *   repository's commands first on PATH.
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
