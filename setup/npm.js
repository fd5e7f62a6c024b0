import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SetupError, toolFailure } from "./setup-error.js";
import { onPath, runTool, withPath } from "./tool.js";

/** Set by the npm that runs a script, about the project that the script is of: they would mislead another npm. */
const OUTER_PROJECT = ["npm_config_local_prefix", "npm_config_workspace", "npm_config_workspaces", "npm_config_prefix"];

/**
 * Runs npm, on the Node given: npm complains of every package that wants a newer Node than it runs on itself.
 *
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {string} options.node The node to run npm with.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.what For messages: "installing the dependencies".
 * @param {(line: string) => void} [options.onLine]
 * @param {AbortSignal | undefined} [options.signal]
 */
export async function runNpm(args, { cwd, node, env, what, onLine, signal }) {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier"];
  // A registry that does not answer is found out within seconds; npm's own default is minutes.
  const impatient = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000"];
  const inner = Object.fromEntries(Object.entries(env).filter(([name]) => !OUTER_PROJECT.includes(name)));
  const { code, output } = await runTool(node, [npmScript(env), ...args, ...quiet, ...impatient], {
    cwd,
    env: withPath(inner, [dirname(node)]),
    ...(onLine !== undefined && { onLine }),
    signal,
  });
  if (code !== 0) {
    throw toolFailure({
      what,
      place: cwd,
      output,
      remedy: `run \`npm ${args.join(" ")}\` there, and see what it says.`,
    });
  }
}

/**
 * The script that is npm: the one that runs us, else the one on PATH, else the one installed with this Node.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function npmScript(env) {
  const installed = dirname(dirname(process.execPath));
  const found = [
    env.npm_execpath ?? "",
    ...onPath("npm", env).map((path) => realpathSync(path)),
    join(installed, "lib", "node_modules", "npm", "bin", "npm-cli.js"),
    join(dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js"),
  ].find((path) => basename(path) === "npm-cli.js" && existsSync(path));
  if (found === undefined) {
    throw new SetupError({
      code: "tool-missing",
      place: "PATH",
      rule: "npm is needed to install what Polygate depends on, and there is none.",
      remedy: "install Node with npm from https://nodejs.org/, and run the command again.",
    });
  }
  return found;
}
