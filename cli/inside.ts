import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { CommandError } from "./command-error.ts";

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const satisfies readonly NodeJS.Signals[];

const PULUMI_INSTALLATION = "https://www.pulumi.com/docs/install/";

/**
 * Runs a program with this process's streams, and forwards the signals that ask a process to end.
 *
 * The program is in this process's group, so that it can read from the terminal.
 *
 * @returns its exit code, like a shell: 128 plus the signal's number if a signal ended it.
 * @throws {CommandError} if the program cannot be started.
 */
export function runInside(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: "inherit", env });
    const terminal = hasTerminal();
    const forward = (signal: NodeJS.Signals): void => {
      // A terminal sends Ctrl-C to the whole group, and a Pulumi engine that receives SIGINT twice stops at once. A SIGINT from
      // elsewhere cannot be told apart, so it is not forwarded on a terminal; SIGTERM and SIGHUP always are.
      if (signal !== "SIGINT" || !terminal) child.kill(signal);
    };
    for (const signal of endingSignals) process.on(signal, forward);
    const settle = (): void => {
      for (const signal of endingSignals) process.off(signal, forward);
    };
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle();
      const isMissing = error.code === "ENOENT";
      const reason = isMissing ? "no such program on PATH" : error.message;
      const remedy = isMissing && file === "pulumi" ? `; install Pulumi: ${PULUMI_INSTALLATION}` : "";
      reject(new CommandError(`cannot start ${file}: ${reason}${remedy}`, { cause: error }));
    });
    child.on("exit", (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Whether a terminal controls this process. A redirected stream does not tell. */
function hasTerminal(): boolean {
  if (process.platform === "win32") return process.stdin.isTTY === true;
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
