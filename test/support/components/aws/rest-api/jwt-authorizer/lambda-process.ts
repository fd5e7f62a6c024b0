import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A runtime like Lambda's: it loads the handler and calls it for one event after the other. */
const BOOTSTRAP = `
import { createInterface } from "node:readline";
const [file, name] = process.argv[2].split(".");
const { [name]: handler } = await import("./" + file + ".mjs");
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { returned: await handler(JSON.parse(line), {}) };
  } catch (error) {
    answer = { failed: error.message };
  }
  process.stdout.write("answer " + JSON.stringify(answer) + "\\n");
}
`;

export type Answer = { readonly returned: unknown } | { readonly failed: string };

/** A process that runs a deployment package. */
export class LambdaProcess {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #log: string[] = [];

  constructor(node: string, files: Readonly<Record<string, string>>, handler: string, environment: NodeJS.ProcessEnv) {
    this.#folder = mkdtempSync(join(tmpdir(), "polygate-lambda-"));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.#folder, file), text);
    writeFileSync(join(this.#folder, "bootstrap.mjs"), BOOTSTRAP);
    this.#child = spawn(node, ["bootstrap.mjs", handler], {
      cwd: this.#folder,
      env: environment,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#log.push(text));
    if (this.#child.stdout === null) throw new Error("the process has no output");
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The text on standard error, and on standard output without the results. */
  get log(): string {
    return this.#log.join("");
  }

  async invoke(event: object): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(event)}\n`);
    for (;;) {
      const { done, value: line } = await this.#lines.next();
      if (done === true) throw new Error(`the process ended: ${this.log}`);
      if (line.startsWith("answer ")) return JSON.parse(line.slice(7)) as Answer;
      this.#log.push(`${line}\n`);
    }
  }

  async close(): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, "close") : undefined;
    this.#child.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
