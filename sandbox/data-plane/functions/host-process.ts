import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
// Run as a process and as threads, which a build would not see: with this they are part of it.
import type {} from "./environment.ts";
import type {} from "./host.ts";
import type { EnvironmentMessage, FromEnvironment, HostMessage } from "./messages.ts";
import { siblingModule } from "./sibling-module.ts";

/** How long a host that is told to end may take for it, in milliseconds. */
const END_MS = 2_000;

/** The process that hosts the functions, as the sandbox holds it. */
export class HostProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #listeners = new Map<number, (message: EnvironmentMessage) => void>();

  /** @param folder of the functions' files, which it removes when the sandbox goes without a word */
  constructor(folder: string) {
    this.#child = fork(fileURLToPath(siblingModule("host", import.meta.url)), [folder], {
      // Nothing of the sandbox's own environment: it may hold credentials.
      env: { TZ: "UTC", PATH: "/usr/local/bin:/usr/bin:/bin" },
      execArgv: [],
      cwd: folder,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      // A signal from the terminal is the sandbox's to handle; and what functions start ends with the group.
      detached: true,
    });
    this.#exited = once(this.#child, "exit");
    this.#child.on("error", () => this.#child.kill("SIGKILL"));
    this.#child.on("message", (sent) => {
      const { environment, message } = sent as FromEnvironment;
      this.#listeners.get(environment)?.(message);
      if (message.kind === "ended") this.#listeners.delete(environment);
    });
    this.#child.on("exit", (code, signal) => {
      const message = `the process that hosts the functions ended: ${signal ?? code}`;
      const listeners = [...this.#listeners.values()];
      this.#listeners.clear();
      for (const listener of listeners) listener({ kind: "ended", message });
    });
  }

  get running(): boolean {
    return this.#child.connected;
  }

  /** Who is told what an execution environment says, until it has ended. */
  listen(environment: number, listener: (message: EnvironmentMessage) => void): void {
    this.#listeners.set(environment, listener);
  }

  send(message: HostMessage): void {
    // A host that is gone says so itself, to every listener.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Ends it and all functions. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    if (this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), END_MS);
    await this.#exited;
    clearTimeout(late);
  }
}
