import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findEngine } from "../../engine/index.ts";
import { runTool, withPath } from "../../setup/tool.js";
import { isAlive } from "../support/processes.ts";

const NODE_MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** Each case runs the engine at least twice. */
const TIMEOUT = 60_000;

describe("the engine with its Node language host", function () {
  this.timeout(TIMEOUT);
  const engine = findEngine();
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "polygate-program-"));
    const program = join(folder, "project", "program");
    mkdirSync(program, { recursive: true });
    mkdirSync(join(folder, "state"));
    symlinkSync(NODE_MODULES, join(folder, "project", "node_modules"));
    writeFileSync(
      join(folder, "project", "Pulumi.yaml"),
      [
        "name: tiny",
        "main: program/index.ts",
        "runtime:",
        "  name: nodejs",
        "  options:",
        "    typescript: false",
        "    nodeargs: \"--conditions=polygate-source --title='two words'\"",
        "",
      ].join("\n"),
    );
    writeFileSync(join(program, "package.json"), JSON.stringify({ name: "tiny", type: "module" }));
    env = {
      ...withPath(process.env, [dirname(process.execPath), engine.folder]),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_HOME: join(folder, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const { code, output } = await pulumi("stack", "init", "dev");
    assert.equal(code, 0, output);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(source: string): void {
    writeFileSync(join(folder, "project", "program", "index.ts"), source);
  }

  function pulumi(...args: string[]) {
    return runTool(engine.pulumi, [...args, "--non-interactive", "--color=never"], {
      cwd: join(folder, "project"),
      env,
    });
  }

  /** Starts `pulumi preview` with a program that never ends, and waits until the program runs. */
  async function upForEver() {
    const started = join(folder, "pid");
    program(`
      import { writeFileSync } from "node:fs";
      writeFileSync(${JSON.stringify(started)}, String(process.pid));
      setInterval(() => {}, 1000);
      await new Promise(() => {});
    `);
    const child = spawn(engine.pulumi, ["preview", "--non-interactive"], {
      cwd: join(folder, "project"),
      env,
      stdio: "ignore",
    });
    while (readText(started) === "") await sleep(50);
    return { child, pid: Number(readText(started)) };
  }

  async function assertGone(pid: number): Promise<void> {
    const deadline = Date.now() + 10_000;
    while (isAlive(pid) && Date.now() < deadline) await sleep(50);
    assert.equal(isAlive(pid), false, "the program outlived its engine");
  }

  it("runs an ES module in TypeScript, with the project's configuration, secrets, arguments and folders", async () => {
    program(`
      import * as pulumi from "@pulumi/pulumi";
      const config = new pulumi.Config();
      export const greeting: string = "hello " + config.require("who");
      export const secret = config.requireSecret("token");
      export const token = config.get("token") === "t0p" ? "is readable" : "is not";
      export const place = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
      export const folders = [process.cwd(), pulumi.getRootDirectory?.() ?? "", process.title];
      export const flags = process.execArgv;
      export const node = process.version;
      console.log("a line of the program's");
      console.error("a line of its errors");
    `);
    assert.equal((await pulumi("config", "set", "who", "you")).code, 0);
    assert.equal((await pulumi("config", "set", "--secret", "token", "t0p")).code, 0);

    const up = await pulumi("up", "--yes");
    assert.equal(up.code, 0, up.output);
    assert.match(up.stdout, /greeting: +"hello you"/);
    assert.match(up.stdout, /secret +: +\[secret\]/);
    assert.match(up.stdout, /a line of the program's/);
    assert.match(up.stdout, /a line of its errors/);
    assert.doesNotMatch(up.output, /warning/i);

    const { stdout } = await pulumi("stack", "output", "--json", "--show-secrets");
    const project = join(folder, "project");
    assert.deepEqual(JSON.parse(stdout), {
      greeting: "hello you",
      secret: "t0p",
      token: "is readable",
      place: "organization/tiny/dev",
      folders: [join(project, "program"), project, "two words"],
      flags: ["--conditions=polygate-source", "--title=two words"],
      node: process.version,
    });
  });

  it("shows the error that a program throws, adds nothing to it, and fails", async () => {
    program(`import "@pulumi/pulumi"; throw new Error("the program is broken");`);
    const { code, output } = await pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /the program is broken/);
    assert.doesNotMatch(output, /exited with (non-zero exit )?code/, "the host adds nothing to a reported error");
  });

  it("shows a RunError without a stack trace", async () => {
    program(`import { RunError } from "@pulumi/pulumi"; throw new RunError("refused, and why");`);
    const { code, output } = await pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(output, /error: refused, and why/);
    assert.doesNotMatch(output, /\n\s+at /);
  });

  it("fails with the exit code of a program that exits without an error", async () => {
    program(`process.exit(9);`);
    const { code, output } = await pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(output, /code:? 9/);
  });

  it("reports a missing SDK", async () => {
    program("export const nothing = 1;");
    rmSync(join(folder, "project", "node_modules"));
    const { code, output } = await pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(output, /Pulumi SDK.* not.* installed/s);
  });

  it("leaves no program behind if the engine is killed", async () => {
    const { child, pid } = await upForEver();
    child.kill("SIGKILL");
    await assertGone(pid);
  });

  it("ends the program if the engine is interrupted", async () => {
    const { child, pid } = await upForEver();
    child.kill("SIGINT");
    await once(child, "exit");
    await assertGone(pid);
  });

  it("passes the environment to a program without a shell", async () => {
    env.POLYGATE_HOSTILE = "a b; $(touch x) 'quote\" \\ ü";
    program(`export const seen = process.env["POLYGATE_HOSTILE"];`);
    assert.equal((await pulumi("up", "--yes", "--skip-preview")).code, 0);
    const { stdout } = await pulumi("stack", "output", "seen");
    assert.equal(stdout.trimEnd(), env.POLYGATE_HOSTILE);
  });
});

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
