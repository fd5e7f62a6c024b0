/** Child processes, so that the measured code shares no thread with the code that measures it. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

/** How long a child may take to end before it is killed, in milliseconds. */
const GRACE = 8_000;

type Message = { readonly answer: unknown } | { readonly error: string };

/** A process that answers questions, one at a time. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  #errors = "";

  private constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#process = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4_000);
    });
  }

  /** @param script A program that calls {@link answerParent}. */
  static start(script: URL, env: NodeJS.ProcessEnv = process.env): Child {
    const name = script.pathname.slice(script.pathname.lastIndexOf("/") + 1);
    const child = fork(script, {
      // Without this process's own flags: they load the watch on the set-up process, which is not the child's parent.
      execArgv: ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning"],
      env,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    return new Child(name, child);
  }

  /** @throws {Error} If the child cannot answer, or with the signal's reason if the signal fires first. */
  async ask<Answer>(question: object, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted();
    const child = this.#process;
    const settled = new AbortController();
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const heard = (message: unknown) => {
          const content = message as Message;
          if ("error" in content) reject(new Error(`${this.#name}: ${content.error}`));
          else resolve(content.answer as Answer);
        };
        const gone = () => reject(new Error(`${this.#name} ended before it answered\n${this.#errors}`.trimEnd()));
        const forget = () => child.off("message", heard).off("close", gone);
        child.on("message", heard).on("close", gone);
        settled.signal.addEventListener("abort", forget, { once: true });
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true, signal: settled.signal });
        // If the child has ended, its "close" event rejects with its output.
        child.send(question, (error) => error !== null && !child.connected && child.exitCode !== null && gone());
      });
    } finally {
      settled.abort();
    }
  }

  /** Asks the process to end, and kills it after a grace period. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    // Not "close", which is not emitted after this side has disconnected.
    const ended = once(this.#process, "exit");
    if (this.#process.connected) this.#process.disconnect();
    const insist = setTimeout(() => this.#process.kill("SIGKILL"), GRACE);
    await ended;
    clearTimeout(insist);
  }
}

/**
 * Answers the parent's questions in the child, one at a time, until the parent disconnects or ends.
 *
 * @param close Is called before the child ends.
 */
export function answerParent<Question>(
  answer: (question: Question) => Promise<unknown> | unknown,
  close: () => Promise<void> | void = () => {},
): void {
  // A terminal sends Ctrl-C to every process; the parent decides when its children end.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("message", async (question) => {
    let message: Message;
    try {
      message = { answer: await answer(question as Question) };
    } catch (error) {
      message = { error: error instanceof Error ? error.message : String(error) };
    }
    if (process.connected) process.send?.(message);
  });
  process.on("disconnect", async () => {
    await Promise.race([close(), wait(GRACE)]);
    process.exit();
  });
}
