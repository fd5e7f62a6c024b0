import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { CommandError } from "./command-error.ts";

const ending = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];

/**
 * Runs a program with this process's streams, and hands on what asks it to end.
 *
 * It stays in this process's group, so that it may ask questions on the terminal.
 *
 * @returns its exit code, as a shell would give it: 128 and the signal's number when a signal ended it.
 * @throws {CommandError} when it cannot be started.
 */
export function runInside(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", env });
    const terminal = hasTerminal();
    const forward = (signal: NodeJS.Signals): void => {
      // A terminal's Ctrl-C reaches the whole group; an engine takes a second one for "kill at once". Nothing tells who
      // sent a signal, so a SIGINT that was sent to this process alone is lost then; SIGTERM and SIGHUP never are.
      if (signal !== "SIGINT" || !terminal) child.kill(signal);
    };
    for (const signal of ending) process.on(signal, forward);
    const settle = (): void => {
      for (const signal of ending) process.off(signal, forward);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle();
      const why = error.code === "ENOENT" ? "there is no such program on PATH" : error.message;
      reject(new CommandError(`${file} cannot be started: ${why}`, { cause: error }));
    });
    child.on("exit", (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Whether there is a terminal whose Ctrl-C reaches this process; a stream that is one says nothing of that. */
function hasTerminal(): boolean {
  if (process.platform === "win32") return process.stdin.isTTY === true;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
