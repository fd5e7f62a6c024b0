import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compileCache } from "./compile-cache.ts";
import { memoryExceeded } from "./failure.ts";
// These modules are started as a process and as a thread, which a build would not notice. The imports make them part of it.
import type {} from "./handler-thread.ts";
import type { EnvironmentMessage, EnvironmentRequest, EnvironmentStart, InvokeMessage } from "./messages.ts";
import type { PackageFolder } from "./package-folder.ts";
import type {} from "./process-main.ts";
import { siblingModule } from "./sibling-module.ts";

/** How long the output of an ended process is read: a process that it started may keep the pipe open. In milliseconds. */
const OUTPUT_MS = 1_000;

/** What V8 writes before it aborts the process. */
const OUT_OF_MEMORY = "heap out of memory";

/**
 * The process of one execution environment, as the sandbox controls it. Each environment has its own, because V8 may abort the
 * whole process when one function runs out of memory.
 */
export class EnvironmentProcess {
  readonly #child: ChildProcess;
  readonly #start: EnvironmentStart;
  readonly #listener: (message: EnvironmentMessage) => void;
  /** Why the environment ended, when it could still report that. */
  #reason: string | undefined;
  #outOfMemory = false;
  #ended = false;

  /** @param listener receives the messages of the environment; `ended` is the last one, and always comes */
  constructor(folder: PackageFolder, start: EnvironmentStart, listener: (message: EnvironmentMessage) => void) {
    this.#start = start;
    this.#listener = listener;
    this.#child = fork(fileURLToPath(siblingModule("process-main", import.meta.url)), [folder.path], {
      // The sandbox's own environment may contain credentials.
      env: { TZ: "UTC", PATH: "/usr/local/bin:/usr/bin:/bin", ...compileCache(process.env) },
      execArgv: [],
      cwd: folder.root,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // A process group of its own: a terminal's signals reach only the sandbox, and what the function starts can be ended with it.
      detached: true,
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#wrote(text));
    this.#child.on("message", (message) => this.#received(message as EnvironmentMessage));
    this.#child.on("exit", () => {
      this.stop();
      setTimeout(() => this.#child.stderr?.destroy(), OUTPUT_MS).unref();
    });
    this.#child.on("error", (error) => {
      if (this.#child.pid === undefined) this.#end(`the function's process cannot be started: ${error.message}`);
      else this.stop();
    });
    this.#child.on("close", (code, signal) => this.#end(this.#reason ?? this.#exitReason(code, signal)));
    this.#send({ kind: "start", start });
  }

  invoke(message: InvokeMessage): void {
    this.#send(message);
  }

  /** Kills the process with everything that the function started. */
  stop(): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The group has ended, or the platform has no process groups.
      this.#child.kill("SIGKILL");
    }
  }

  #send(message: EnvironmentRequest): void {
    // A process that has ended is reported by its "close" event.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #received(message: EnvironmentMessage): void {
    if (message.kind === "ended") this.#reason = message.message;
    else this.#listener(message);
  }

  #wrote(text: string): void {
    if (text.includes(OUT_OF_MEMORY)) this.#outOfMemory = true;
    this.#listener({ kind: "log", requestId: undefined, level: "ERR", text });
  }

  #exitReason(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#outOfMemory) return memoryExceeded(this.#start.memoryMegabytes);
    return `Runtime exited with error: ${signal === null ? `exit status ${code}` : `signal: ${signal}`}`;
  }

  #end(message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener({ kind: "ended", message });
  }
}
