import { spawn } from "node:child_process";
import { constants } from "node:os";

/** The signals that ask a process to end. */
const ENDING = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * One Ctrl-C arrives several times: from the terminal, and from npm, which forwards its own. Equal signals within this
 * many milliseconds count as one.
 */
const SAME_SIGNAL = 300;

/**
 * Runs a program in the place of this one: it inherits the streams, receives the signals, and determines the exit code.
 *
 * The program runs in a process group of its own, so that each Ctrl-C reaches it exactly once. It ends when this process
 * ends, even by SIGKILL: see parent-watch.js.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} The exit code. As in a shell, it is 128 plus the signal's number if a signal ended the program.
 */
export function runInPlace(file, args, env) {
  return new Promise((resolve, reject) => {
    // On Windows, a group of its own would be a console of its own, and a console sends Ctrl-C to all of its processes.
    const detached = process.platform !== "win32";
    const child = spawn(file, args, { stdio: "inherit", detached, env });
    let last = { signal: "", at: 0 };
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      const now = Date.now();
      if (detached && (signal !== last.signal || now - last.at > SAME_SIGNAL)) child.kill(signal);
      last = { signal, at: now };
    };
    for (const signal of ENDING) process.on(signal, forward);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      for (const ending of ENDING) process.off(ending, forward);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
