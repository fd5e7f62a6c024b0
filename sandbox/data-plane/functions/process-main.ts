import { rmSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { compileCache } from "./compile-cache.ts";
import { memoryExceeded } from "./failure.ts";
import type { EnvironmentMessage, EnvironmentRequest, EnvironmentStart } from "./messages.ts";
import { siblingModule } from "./sibling-module.ts";

/**
 * The main thread of an execution environment's process. The handler runs in a second thread, so that this one always notices when
 * the sandbox has ended, even during an endless loop of the handler.
 */

/** The folder of the function's files, removed when the sandbox ends without closing. */
const [folder = ""] = process.argv.slice(2);
const HANDLER_THREAD = fileURLToPath(siblingModule("handler-thread", import.meta.url));
let thread: Worker | undefined;

process.on("message", (message: EnvironmentRequest) => {
  if (message.kind === "start") {
    thread = startThread(message.start);
    // The process ends by a signal, before which Node.js does not write it.
    flushCompileCache();
  } else thread?.postMessage(message);
});
process.on("disconnect", () => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  end();
});

function startThread(start: EnvironmentStart): Worker {
  const worker = new Worker(HANDLER_THREAD, {
    workerData: start,
    env: { ...start.variables, ...compileCache(process.env) },
    argv: [],
    execArgv: [],
    // Limits JavaScript's heap. Buffers are outside of it.
    resourceLimits: { maxOldGenerationSizeMb: start.memoryMegabytes },
    stdout: true,
    stderr: true,
  });
  let problem: string | undefined;
  worker.on("message", send);
  worker.on("error", (error: Error & { readonly code?: unknown }) => {
    problem =
      error.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? memoryExceeded(start.memoryMegabytes)
        : String(error?.message ?? error);
  });
  worker.on("exit", (code) => {
    const exited =
      code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
    // What the thread wrote last is still on its way.
    void Promise.allSettled([finished(worker.stdout), finished(worker.stderr)]).then(() =>
      send({ kind: "ended", message: problem ?? exited }, end),
    );
  });
  worker.stdout.setEncoding("utf8").on("data", (text: string) => log("OUT", text));
  worker.stderr.setEncoding("utf8").on("data", (text: string) => log("ERR", text));
  return worker;
}

function log(level: string, text: string): void {
  send({ kind: "log", requestId: undefined, level, text });
}

/** @param then called when the message is written, or cannot be */
function send(message: EnvironmentMessage, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, then);
  else then();
}

/** Ends the process with everything that the function started, which is in the same process group. */
function end(): never {
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // The platform has no process groups.
  }
  process.exit(0);
}
