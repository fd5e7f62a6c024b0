/** Processes that the benchmark starts to its side, so that what is measured shares no thread with what measures. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

/** How long a child may take to end by itself, in milliseconds. */
const GRACE = 8_000;

type Message = { readonly answer: unknown } | { readonly error: string };

/** A process that answers one question after another. */
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

  /** @param script runs {@link answerParent} */
  static start(script: URL, env: NodeJS.ProcessEnv = process.env): Child {
    const name = script.pathname.slice(script.pathname.lastIndexOf("/") + 1);
    const child = fork(script, {
      // Not this process's own: the watch for its parent would end a child of a child.
      execArgv: ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning"],
      env,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    return new Child(name, child);
  }

  /** @throws Error when the child cannot answer, or the signal fires first: then the signal's reason. */
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
        // A child that is gone says so by its end, with what it wrote.
        child.send(question, (error) => error !== null && !child.connected && child.exitCode !== null && gone());
      });
    } finally {
      settled.abort();
    }
  }

  /** Has it end in good order, and makes it. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    // Not "close", which does not come when this side has let go of the channel.
    const ended = once(this.#process, "exit");
    if (this.#process.connected) this.#process.disconnect();
    const insist = setTimeout(() => this.#process.kill("SIGKILL"), GRACE);
    await ended;
    clearTimeout(insist);
  }
}

/**
 * The child's side: answers the parent's questions, one at a time, until the parent lets go or is gone.
 * @param close what is to be done then
 */
export function answerParent<Question>(
  answer: (question: Question) => Promise<unknown> | unknown,
  close: () => Promise<void> | void = () => {},
): void {
  // A terminal's Ctrl-C goes to all processes; it is the parent's to say what is to be done.
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
