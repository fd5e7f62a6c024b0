import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** How much of a tool's output is kept for the message when it fails, in characters. */
const KEPT_OUTPUT = 4000;

/**
 * Runs a program to its end, reading what it prints. It never asks anything: its standard input is empty.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {(line: string) => void} [options.onLine] Gets each line of either stream as it comes.
 * @param {number} [options.timeout] In milliseconds; it is killed after them. Without a limit by default.
 * @param {AbortSignal | undefined} [options.signal] Kills it.
 * @returns {Promise<{ code: number | null, stdout: string, output: string }>} `output` is the end of both streams,
 *   for messages; `code` is null when it was killed.
 * @throws When it cannot be started, or the signal has fired.
 */
export function runTool(file, args, { cwd, env = process.env, onLine, timeout, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      ...(cwd !== undefined && { cwd }),
      ...(timeout !== undefined && { timeout, killSignal: "SIGKILL" }),
      ...(signal !== undefined && { signal }),
    });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text) => {
        output = (output + text).slice(-KEPT_OUTPUT);
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? "";
        if (onLine !== undefined) for (const line of lines) onLine(line);
      });
    }
    /** @type {Error | undefined} */
    let failure;
    child.on("error", (error) => {
      failure = error;
      if (child.pid === undefined) reject(error);
    });
    // Only when it has ended is what it wrote to safe to remove.
    child.on("close", (code) => (failure === undefined ? resolve({ code, stdout, output }) : reject(failure)));
  });
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
