import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Signals that ask a process to end. */
const ENDING = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * One Ctrl-C arrives several times: from the terminal, and from npm, which passes on what it gets itself. What comes
 * within this many milliseconds is the same one.
 */
const SAME_SIGNAL = 300;

/**
 * Runs the program in this one's place: its streams, its signals, its end.
 *
 * It runs in a process group of its own, so that each Ctrl-C reaches it once, through here. It ends when this process
 * does, however that ends: see parent-watch.js.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} The exit code, as a shell would give it: 128 and the signal's number when a signal ended it.
 */
export function runInPlace(file, args, env) {
  return new Promise((resolve, reject) => {
    // On Windows a group of its own would be a console of its own, and the console sends Ctrl-C to all in it anyway.
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
