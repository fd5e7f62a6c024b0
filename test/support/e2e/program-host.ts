import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const FIXTURE = fileURLToPath(new URL("program-host.fixture.ts", import.meta.url));

/**
 * A process that runs a program as often as the engine requests it, as the Automation API does. It loads the SDKs once, which takes longer
 * than most updates.
 */
export class ProgramHost {
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  /** @param env the environment of the process */
  static async start(program: string, cwd: string, env: NodeJS.ProcessEnv): Promise<ProgramHost> {
    const child = fork(FIXTURE, [program], {
      cwd,
      env,
      execArgv: ["--conditions=polygate-source", "--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    return new ProgramHost(child, await answer(child));
  }

  /** The option that makes the engine request the program from this process. */
  get option(): string {
    return `--client=127.0.0.1:${this.#port}`;
  }

  /** Sets variables for the next runs, and removes those of the runs before. */
  async setVariables(env: Readonly<Record<string, string>>): Promise<void> {
    this.#child.send(env);
    await answer(this.#child);
  }

  /** Ends the process at once, also while it runs the program. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}

/** Waits for the next message of the process. Fails when it ends without one. */
async function answer(child: ChildProcess): Promise<number> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    const ended = once(child, "exit", { signal }).then(([code]): never => {
      throw new Error(`The process that runs the program ended with exit code ${code}.`);
    });
    ended.catch(() => {});
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } finally {
    waiting.abort();
  }
}
