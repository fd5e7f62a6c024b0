import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { EnvironmentMessage, EnvironmentStart, HostMessage } from "./messages.ts";
import { siblingModule } from "./sibling-module.ts";

/**
 * The process that hosts functions: one thread for each execution environment. Nothing but messages goes on in its own
 * thread, so that it hears when the sandbox is gone, whatever the functions do, and goes too.
 */

const [folder = ""] = process.argv.slice(2);
const ENVIRONMENT = fileURLToPath(siblingModule("environment", import.meta.url));
const workers = new Map<number, Worker>();

process.on("message", (message: HostMessage) => {
  if (message.kind === "start") start(message.environment, message.start);
  else if (message.kind === "tell") workers.get(message.environment)?.postMessage(message.message);
  else void workers.get(message.environment)?.terminate();
});
process.on("disconnect", end);

function start(environment: number, what: EnvironmentStart): void {
  const tell = (message: EnvironmentMessage) => {
    // A sandbox that is gone is heard of in another way.
    if (process.connected) process.send?.({ environment, message }, undefined, undefined, () => {});
  };
  const worker = new Worker(ENVIRONMENT, {
    workerData: what,
    env: { ...what.variables },
    argv: [],
    execArgv: [],
    // Of JavaScript's own memory; buffers are outside of it.
    resourceLimits: { maxOldGenerationSizeMb: what.memoryMegabytes },
    stdout: true,
    stderr: true,
  });
  workers.set(environment, worker);
  let problem: string | undefined;
  worker.on("message", tell);
  worker.on("error", (error: Error & { readonly code?: unknown }) => {
    const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    problem = outOfMemory
      ? `Runtime exited with error: signal: killed: over the memory of ${what.memoryMegabytes} MB`
      : String(error?.message ?? error);
  });
  worker.on("exit", (code) => {
    workers.delete(environment);
    const exited =
      code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
    tell({ kind: "ended", message: problem ?? exited });
  });
  for (const [stream, level] of [
    [worker.stdout, "OUT"],
    [worker.stderr, "ERR"],
  ] as const) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => tell({ kind: "log", requestId: undefined, level, text }));
  }
}

/** With all threads, also one that waits in native code, and with what functions started: they are of its group. */
function end(): never {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    process.kill(-process.pid, "SIGKILL");
  } catch {
    // Where there are no groups of processes.
  }
  process.exit(0);
}
