/** A command in a real terminal, for tests that type. Python's module `pty` makes the terminal. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import xterm from "@xterm/headless";
import { ROOT } from "./command.ts";

const ROWS = 400;
/** So wide that no line of a session breaks. */
const COLUMNS = 300;

/** Keys that are no text. */
export const keys = { enter: "\r", down: "\u001b[B", interrupt: "\u0003" } as const;

export class Terminal {
  readonly #child: ChildProcess;
  readonly #screen = new xterm.Terminal({ rows: ROWS, cols: COLUMNS, allowProposedApi: true });
  readonly #closed: Promise<number | null>;

  constructor(command: readonly string[], options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }) {
    const script = fileURLToPath(new URL("./terminal.py", import.meta.url));
    this.#child = spawn("python3", [script, String(ROWS), String(COLUMNS), ...command], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env, TERM: "xterm-256color", CI: "" },
      stdio: ["pipe", "pipe", "inherit"],
      detached: true,
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#screen.write(text, () => this.#child.emit("shown"));
    });
    this.#closed = once(this.#child, "close").then(([code]) => code as number | null);
  }

  /** The command `polygate` in a terminal. */
  static polygate(
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
  ): Terminal {
    const node = [process.execPath, "--conditions=polygate-source", join(ROOT, "cli/polygate.ts")];
    return new Terminal([...node, ...args], options);
  }

  /** The lines that a person sees. */
  get screen(): string {
    const buffer = this.#screen.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, index) => buffer.getLine(index)?.translateToString(true));
    return lines.join("\n").trimEnd();
  }

  /** Waits until the screen matches. Fails with the screen if the command ends before. */
  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.screen)) {
      const end = await Promise.race([once(this.#child, "shown").then(() => undefined), this.#closed]);
      if (end !== undefined && !pattern.test(this.screen)) throw new Error(`ended with ${end}:\n${this.screen}`);
    }
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Waits for a question, and answers it. */
  async answer(question: RegExp, text: string): Promise<void> {
    await this.shows(question);
    this.type(text);
  }

  /** The exit code. */
  async ended(): Promise<number | null> {
    const code = await this.#closed;
    await new Promise<void>((resolve) => this.#screen.write("", resolve));
    return code;
  }

  kill(): void {
    if (this.#child.exitCode === null && this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
  }
}
