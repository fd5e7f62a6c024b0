/** The first section of the guide about OpenAPI documents, typed in a terminal. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { findEngine } from "../../../engine/index.ts";
import { withPath } from "../../../setup/tool.js";
import { answerPetStore, confirmUpdate } from "../cli/petstore-session.ts";
import { keys, Terminal } from "../cli/terminal.ts";
import { type RecordingBackend, startRecordingBackend } from "../e2e/recording-backend.ts";
import { type Projects, ROOT } from "./projects.ts";

/** A command of the guide, and the lines that the guide shows of its output. */
interface Command {
  readonly text: string;
  readonly lines: readonly string[];
}

/** The commands from the installation to the first requests. */
function guideCommands(): readonly Command[] {
  const [section = ""] = readFileSync(join(ROOT, "docs/openapi.md"), "utf8").split("\n## Run it again");
  const shown = [...section.matchAll(/```console\n(.*?)```/gs)].flatMap(([, text = ""]) =>
    text.split(/^\$ /m).slice(1),
  );
  return shown.map((text) => {
    const [command = "", ...lines] = text.trimEnd().split("\n");
    return { text: command, lines: lines.filter((line) => line !== "" && line !== "…") };
  });
}

interface Waiting {
  /** Answers what the command asks. */
  readonly answer?: (terminal: Terminal) => Promise<void>;
  /** What the command prints when it is ready. By default, it is ready at its end. */
  readonly end?: RegExp;
}

/** A shell of a user, in a terminal. */
class Shell {
  readonly #terminal: Terminal;
  #count = 1;

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    this.#terminal = new Terminal(["bash", "--norc"], { cwd, env });
    // Each prompt has its number, so that the end of a command can be told from its beginning.
    this.#terminal.type(`PS1='\\n[\\#] $ '${keys.enter}`);
  }

  /** Types a command, and returns what it prints. */
  async run(text: string, { answer, end }: Waiting): Promise<string> {
    this.#count++;
    await this.#terminal.shows(this.#prompt(this.#count));
    this.#terminal.type(`${text}${keys.enter}`);
    await answer?.(this.#terminal);
    await this.#terminal.shows(end ?? this.#prompt(this.#count + 1));
    return this.#terminal.screen.split(`[${this.#count}] $`)[1] ?? "";
  }

  /** Ends the command that is running with Ctrl-C. */
  async interrupt(): Promise<void> {
    this.#terminal.type(keys.interrupt);
    await this.#terminal.shows(this.#prompt(this.#count + 1));
  }

  #prompt(count: number): RegExp {
    return new RegExp(`\\[${count}\\] \\$$`);
  }

  close(): void {
    this.#terminal.kill();
  }
}

/** The ports of a run in place of those in the guide. */
class Ports {
  readonly #actual: Map<string, string>;

  constructor(backend: RecordingBackend) {
    this.#actual = new Map([["4000", new URL(backend.url).port]]);
  }

  /** Learns the ports of the gateway and the issuer. */
  read(printed: string): void {
    const gateway = /aws: "http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
    const issuer = / is at http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
    if (gateway !== undefined) this.#actual.set("38117", gateway);
    if (issuer !== undefined) this.#actual.set("38119", issuer);
  }

  applied(text: string): string {
    return text.replaceAll(/(?<=127\.0\.0\.1:)\d+/g, (port) => this.#actual.get(port) ?? port);
  }
}

/** Declares the test with the installed packages, in the folder that has the sandbox. */
export function describeGuide(
  installed: () => {
    readonly projects: Projects;
    readonly equipped: string;
    readonly engine: ReturnType<typeof findEngine>;
  },
): void {
  it("leads from a document to a served gateway by the commands of the guide, typed in a terminal", async function () {
    this.timeout(240_000);
    const { projects, equipped, engine } = installed();
    const folder = projects.beside(equipped, "guide", {});
    copyFileSync(join(ROOT, "node_modules/@readme/oas-examples/3.0/yaml/petstore.yaml"), join(folder, "petstore.yaml"));
    const backend = await startRecordingBackend();
    const ports = new Ports(backend);
    const env = {
      ...withPath(process.env, [dirname(process.execPath), engine.folder]),
      PULUMI_HOME: join(projects.folder, "home"),
    };
    const shells: Shell[] = [];
    const shell = (cwd: string): Shell => {
      const opened = new Shell(cwd, env);
      shells.push(opened);
      return opened;
    };
    const follow = async (where: Shell, command: Command | undefined, waiting: Waiting = {}): Promise<void> => {
      assert.ok(command !== undefined, "the guide lacks a command");
      const printed = await where.run(ports.applied(command.text), waiting);
      ports.read(printed);
      const shown = ports.applied(printed).split(/ *\n/);
      const missing = command.lines.map((line) => ports.applied(line)).filter((line) => !shown.includes(line));
      assert.deepEqual(missing, [], printed);
    };
    // The packages of the first command are installed.
    const [, init, enter, deploy, serve, ...calls] = guideCommands();
    try {
      const first = shell(folder);
      await follow(first, init, { answer: answerPetStore });
      await follow(first, enter);
      await follow(first, deploy, { answer: confirmUpdate });
      await follow(first, serve, { end: /Ctrl-C stops\.$/ });
      const second = shell(join(folder, "gateway"));
      for (const call of calls) await follow(second, call);
      await first.interrupt();
      assert.deepEqual(
        backend.seen.map(({ method, url }) => `${method} ${url}`),
        ["GET /pet/findByTags"],
      );
    } finally {
      for (const each of shells) each.close();
      backend.close();
    }
  });
}
