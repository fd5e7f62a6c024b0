import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "../support/processes.ts";
import { BareMachine } from "../support/setup/bare-machine.ts";

const RUN = fileURLToPath(new URL("../../setup/run.js", import.meta.url));

type Process = ChildProcessByStdio<null, Readable, Readable>;

describe("node setup/run.js", () => {
  let machine: BareMachine;
  const started: Process[] = [];
  beforeEach(() => {
    machine = new BareMachine();
  });
  afterEach(() => {
    for (const process of started.splice(0)) process.kill("SIGKILL");
    machine.remove();
  });

  function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Process {
    const child = spawn(process.execPath, [RUN, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    started.push(child);
    return child;
  }

  async function toItsEnd(child: Process) {
    const text = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      text.stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => {
      text.stderr += chunk;
    });
    const [code] = await once(child, "close");
    return { code, ...text };
  }

  function script(content: string): string {
    const path = join(machine.folder, "script.ts");
    writeFileSync(path, content);
    return path;
  }

  /** A program that prints its process id and each signal that it receives. It ends at the second signal. */
  const LISTENER = `
    let received: number = 0;
    process.on("SIGINT", () => {
      console.log("received");
      received += 1;
      if (received === 2) process.exit(7);
    });
    setInterval(() => {}, 1000);
    console.log(process.pid);
  `;

  it("runs TypeScript with its arguments and the library's sources, and returns its exit code", async () => {
    const path = script(`
      const args: readonly string[] = process.argv.slice(2);
      console.log(JSON.stringify([args, process.execArgv[0], process.env["POLYGATE_SETUP_PID"] ?? null]));
      process.exitCode = 3;
    `);
    const { code, stdout, stderr } = await toItsEnd(run(["--no-engine", path, "a b", "--flag"]));
    assert.deepEqual([code, stderr], [3, ""]);
    assert.deepEqual(JSON.parse(stdout), [["a b", "--flag"], "--conditions=polygate-source", null]);
  });

  it("puts a recent Node and the engine first on PATH, so that the engine's programs run on that Node", async () => {
    const { folder } = (await import("../../engine/index.ts")).findEngine();
    const path = script(`console.log(process.env["PATH"]?.split(":").slice(0, 2).join(":"), process.execPath)`);
    const { code, stdout } = await toItsEnd(run([path]));
    assert.equal(code, 0);
    const node = process.execPath.slice(0, -"/node".length);
    assert.equal(stdout, `${node}:${folder} ${process.execPath}\n`);
  });

  it("runs the program without Envoy where it cannot be had, and tells the program and the user why", async () => {
    const path = script("console.log(process.env.POLYGATE_NO_ENVOY)");
    const { code, stdout, stderr } = await toItsEnd(run(["--no-engine", "--envoy", path], machine.env));
    assert.equal(code, 0);
    assert.match(stdout, /^Envoy 1\.\d+\.\d+ cannot be provided: Python 3 is not on PATH\.\n/);
    assert.equal(stderr, `polygate: ${stdout}`);
  });

  it("tells the program where Envoy is, for the sandbox", async () => {
    const { program } = (await import("../../engine/index.ts")).findEnvoy();
    const path = script("console.log(process.env.POLYGATE_ENVOY)");
    for (const options of [["--no-engine", "--envoy"], ["--no-engine"]]) {
      assert.equal((await toItsEnd(run([...options, path]))).stdout, `${program}\n`);
    }
  });

  it("forwards one Ctrl-C once, even if it arrives several times at once, and forwards a later one again", async () => {
    const child = run(["--no-engine", script(LISTENER)]);
    const lines = child.stdout.setEncoding("utf8")[Symbol.asyncIterator]();
    await lines.next();
    for (let times = 0; times < 20; times++) child.kill("SIGINT");
    assert.equal((await lines.next()).value, "received\n");
    await sleep(1_000);
    assert.equal(child.exitCode, null, "the duplicates must not reach it");
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "exit"), [7, null]);
  });

  it("exits with the code of the signal if a signal ended the program", async () => {
    assert.equal((await toItsEnd(run(["--no-engine", script(`process.kill(process.pid, "SIGTERM")`)]))).code, 143);
  });

  it("leaves no program behind if it is killed", async () => {
    const child = run(["--no-engine", script(`setInterval(() => {}, 1000); console.log(process.pid);`)]);
    const [chunk] = await once(child.stdout.setEncoding("utf8"), "data");
    const pid = Number(chunk);
    process.kill(pid, 0);
    child.kill("SIGKILL");
    const deadline = Date.now() + 30_000;
    while (isAlive(pid) && Date.now() < deadline) await sleep(50);
    assert.equal(isAlive(pid), false);
  });

  it("rejects an unknown option", async () => {
    const { code, stderr } = await toItsEnd(run(["--no-engin", "x.ts"]));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^polygate: The option --no-engin does not exist\.\n {2}where: {2}.*\n {2}remedy: Run: node setup\/run\.js \[/,
    );
  });

  it("names the cache folder that it cannot write to", async () => {
    const file = join(machine.folder, "file");
    writeFileSync(file, "");
    const { code, stderr } = await toItsEnd(run([script("")], { ...machine.env, XDG_CACHE_HOME: file }));
    assert.equal(code, 1);
    assert.match(stderr, /^polygate: The set-up cannot write to this folder/);
    assert.ok(stderr.includes(`where:  ${file}/polygate/engine\n`), stderr);
    assert.match(stderr, /remedy: Make the folder writable, or set XDG_CACHE_HOME/);
  });

  it("reports a full disk if a tool does, and leaves no incomplete folder", async () => {
    // `ulimit` limits files to 50 KiB. Go then fails as it does on a full disk.
    machine.go('mkdir -p "$TMPDIR"; head -c 200000 /dev/zero > "$TMPDIR/object" || exit 1');
    const env = { ...machine.env, TMPDIR: join(machine.folder, "tmp") };
    const limited = spawn("/bin/bash", ["-c", `ulimit -f 50; exec "$0" "$@"`, process.execPath, RUN, script("")], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(limited);
    const { code, stderr } = await toItsEnd(limited);
    assert.equal(code, 1, stderr);
    assert.match(
      stderr,
      /The disk has too little space for the set-up \(building the Pulumi engine with Go, with the output:/,
    );
    assert.deepEqual(readdirSync(join(machine.cache, "engine")), []);
  });

  it("stops at once on Ctrl-C during the set-up, and leaves no incomplete folder", async () => {
    machine.go("sleep 30");
    const child = run([script("")], machine.env);
    const ended = toItsEnd(child);
    while (!machine.calls("go").some((call) => call.startsWith("build"))) await sleep(20);
    const interrupted = Date.now();
    child.kill("SIGINT");
    assert.equal((await ended).code, 130);
    assert.ok(Date.now() - interrupted < 20_000);
    assert.deepEqual(readdirSync(join(machine.cache, "engine")), []);
  });
});
