import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SetupError, toolFailure } from "./setup-error.js";
import { onPath, runTool, withPath } from "./tool.js";

/** Variables that npm sets for a script and that describe the script's project. They would mislead a second npm. */
const OUTER_PROJECT = ["npm_config_local_prefix", "npm_config_workspace", "npm_config_workspaces", "npm_config_prefix"];

/**
 * Runs npm with a certain Node, because npm warns of every package that requires a newer Node than its own.
 *
 * @param {readonly string[]} args
 * @param {object} options
 * @param {string} options.cwd
 * @param {string} options.node The path of the Node that runs npm.
 * @param {NodeJS.ProcessEnv} options.env
 * @param {string} options.what The task, for messages: "installing the dependencies".
 * @param {(line: string) => void} [options.onLine]
 * @param {AbortSignal | undefined} [options.signal]
 */
export async function runNpm(args, { cwd, node, env, what, onLine, signal }) {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier"];
  // Detect an unreachable registry within seconds. npm's defaults take minutes.
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
      remedy: `Run \`npm ${args.join(" ")}\` there, and follow its message.`,
    });
  }
}

/**
 * The path of npm's script: the npm that runs this process, else the one on PATH, else the one installed with this Node.
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
      rule: "npm, which installs the dependencies, was not found.",
      remedy: "Install Node with npm from https://nodejs.org/, and run the command again.",
    });
  }
  return found;
}
