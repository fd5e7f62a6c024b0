import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The number of characters of a tool's output that an error message contains, from its start and from its end. */
const OUTPUT_LENGTH = 2000;

const ELISION = "\n…\n";

/** The time that an aborted tool has to end before it is killed, in milliseconds. */
const GRACE = 2_000;

/** Windows has no such process groups, and would open a console. */
const OWN_GROUP = process.platform !== "win32";

/**
 * Runs a program to its end and returns its output. Its standard input is empty.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] Receives each line of both streams.
 * @param {AbortSignal | undefined} [options.signal] Ends the program and every process that it started.
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>} `output` contains both streams, abridged
 *   for messages. `code` is null if the program was killed.
 * @throws {Error} If the program cannot be started, or with the signal's reason if the signal fires.
 */
export async function runTool(file, args, { cwd, env = process.env, onLine, signal } = {}) {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      // With a group of its own, the tool's child processes end with it.
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
    // Only when the tool and its child processes have closed the streams can their files be removed safely.
    child.on("close", (code) => {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code, stdout, output });
    });
  });
}

/**
 * Like {@link runTool}, for a program that something else can replace: one that cannot be started has the code null, and the reason as
 * its output.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {AbortSignal | undefined} [options.signal]
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>}
 * @throws {Error} With the signal's reason if the signal fires.
 */
export async function tryTool(file, args, options = {}) {
  try {
    return await runTool(file, args, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { code: null, stdout: "", output: /** @type {Error} */ (error).message };
  }
}

/** @param {string} text */
function abridged(text) {
  if (text.length <= 2 * OUTPUT_LENGTH + ELISION.length) return text;
  return `${text.slice(0, OUTPUT_LENGTH)}${ELISION}${text.slice(-OUTPUT_LENGTH)}`;
}

/**
 * Asks a process and its descendants to end, and kills them after a grace period.
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
      // They have all ended.
    }
  };
  send("SIGTERM");
  const insist = setTimeout(() => send("SIGKILL"), GRACE);
  child.on("close", () => clearTimeout(insist));
}

/**
 * Every executable with the name of the command, in the order of PATH.
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
 * The folders of PATH, without empty entries, which would mean the working folder.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function searchPath(env) {
  return (env[pathVariable(env)] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/**
 * A copy of an environment with these folders first on PATH.
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
 * The name of PATH in an environment: Windows writes `Path`.
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
