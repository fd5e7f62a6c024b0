/**
 * `node setup/run.js [--no-engine] [--envoy] [SCRIPT [ARGUMENTS…]]`
 *
 * Installs what is missing, then runs a script of this repository with its arguments. Without a script, it only installs.
 * It runs on Node 20 or newer, without any installed packages.
 */
import { constants } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runInPlace } from "./child.js";
import { provideEnvironment } from "./environment.js";
import { progressOn } from "./progress.js";
import { SetupError } from "./setup-error.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PARENT_WATCH = new URL("./parent-watch.js", import.meta.url).href;

const OPTIONS = ["--no-engine", "--envoy"];

/** The set-up received a signal. */
class Interrupted extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} The exit code.
 */
async function main(args) {
  const end = args.findIndex((arg) => !OPTIONS.includes(arg));
  const options = end === -1 ? args : args.slice(0, end);
  const [engine, envoy] = [!options.includes("--no-engine"), options.includes("--envoy")];
  const [script, ...rest] = args.slice(options.length);
  if (script?.startsWith("-")) {
    throw new SetupError({
      code: "usage",
      place: `node setup/run.js ${args.join(" ")}`,
      rule: `The option ${script} does not exist.`,
      remedy: "Run: node setup/run.js [--no-engine] [--envoy] [SCRIPT [ARGUMENTS…]]",
    });
  }

  const { node, env } = await interruptible((signal) =>
    provideEnvironment({ root: ROOT, env: process.env, engine, envoy, progress: progressOn(process.stderr), signal }),
  );
  if (script === undefined) return 0;
  const flags = ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning", `--import=${PARENT_WATCH}`];
  return runInPlace(node, [...flags, script, ...rest], { ...env, POLYGATE_SETUP_PID: String(process.pid) });
}

/**
 * Runs the set-up so that a signal aborts it and it can clean up.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function interruptible(work) {
  const controller = new AbortController();
  /** @param {NodeJS.Signals} signal */
  const interrupt = (signal) => controller.abort(new Interrupted(signal));
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    // The work failed because it was aborted.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof Interrupted) {
    process.exitCode = error.exitCode;
  } else if (error instanceof SetupError) {
    process.stderr.write(`polygate: ${error.message}\n`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
