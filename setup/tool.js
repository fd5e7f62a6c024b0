import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** How much of a tool's output is kept for the message when it fails: so many characters at the start and at the end. */
const KEPT_OUTPUT = 2000;

const ELISION = "\n…\n";

/** How long a tool that is told to end may take, in milliseconds. */
const GRACE = 2_000;

/** Windows has no process groups of this kind, and would open a console. */
const OWN_GROUP = process.platform !== "win32";

/**
 * Runs a program to its end, reading what it prints. It never asks anything: its standard input is empty.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] Gets each line of either stream as it comes.
 * @param {AbortSignal | undefined} [options.signal] Ends it, and all that it started.
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>} `output` is both streams,
 *   abridged, for messages; `code` is null when it was killed.
 * @throws When it cannot be started, or the signal has fired: then the signal's reason.
 */
export async function runTool(file, args, { cwd, env = process.env, onLine, signal } = {}) {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      // A group of its own: what a tool starts is ended with it.
      detached: OWN_GROUP,
      ...(cwd !== undefined && { cwd }),
    });
    const abort = () => endGroup(child);
    signal?.addEventListener("abort", abort, { once: true });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text) => {
        output = abridged(output + text);
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? "";
        if (onLine !== undefined) for (const line of lines) onLine(line);
      });
    }
    child.on("error", reject);
    // Not before it has closed its streams, all that it started included, is what it wrote to safe to remove.
    child.on("close", (code) => {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, stdout, output });
    });
  });
}

/** @param {string} text */
function abridged(text) {
  if (text.length <= 2 * KEPT_OUTPUT + ELISION.length) return text;
  return `${text.slice(0, KEPT_OUTPUT)}${ELISION}${text.slice(-KEPT_OUTPUT)}`;
}

/**
 * Asks the process and its descendants to end, and makes them.
 *
 * @param {import("node:child_process").ChildProcess} child
 */
function endGroup(child) {
  const { pid } = child;
  if (pid === undefined) return;
  /** @param {NodeJS.Signals} signal */
  const send = (signal) => {
    try {
      if (OWN_GROUP) process.kill(-pid, signal);
      else child.kill(signal);
    } catch {
      // All of them have ended.
    }
  };
  send("SIGTERM");
  const insist = setTimeout(() => send("SIGKILL"), GRACE);
  child.on("close", () => clearTimeout(insist));
}

/**
 * Every file that the command could be, in the order in which PATH has them.
 *
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
export function onPath(command, env) {
  const file = executable(command);
  return searchPath(env)
    .map((folder) => join(folder, file))
    .filter(isExecutable);
}

/**
 * The folders of PATH. An empty entry would be the working folder, where nothing is looked for.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function searchPath(env) {
  return (env[pathVariable(env)] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/**
 * The environment with these folders first on PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} folders
 * @returns {NodeJS.ProcessEnv}
 */
export function withPath(env, folders) {
  const others = searchPath(env).filter((folder) => !folders.includes(folder));
  return { ...env, [pathVariable(env)]: [...new Set(folders), ...others].join(delimiter) };
}

/**
 * PATH, in the spelling that this environment has: Windows writes `Path`.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function pathVariable(env) {
  return Object.keys(env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
}

/**
 * The file name of a program.
 *
 * @param {string} command
 */
export function executable(command) {
  return process.platform === "win32" ? `${command}.exe` : command;
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
