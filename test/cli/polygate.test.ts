import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Folder, moduleText, orders, ROOT, run } from "../support/cli/command.ts";

describe("polygate", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
    folder.write("orders.yaml", orders);
  });

  after(() => folder.remove());

  it("prints its version and, with --help, its commands, and exits with 0", async () => {
    const [version, help] = await Promise.all([run(["--version"]), run(["--help"])]);
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
    assert.deepEqual(version, { code: 0, stdout: `${manifest.version}\n`, stderr: "" });
    assert.equal(help.code, 0);
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);
    assert.deepEqual(commands, ["init", "check", "render", "sandbox", "endpoints", "link", "pending", "token", "help"]);
  });

  it("exits with 1 and a suggestion for an unknown command or option", async () => {
    assert.deepEqual(await run(["chekc"]), {
      code: 1,
      stdout: "",
      stderr: "polygate: unknown command 'chekc'\n(Did you mean check?)\n",
    });
    assert.deepEqual(await run(["check", "orders.yaml", "--vendro", "azure"]), {
      code: 1,
      stdout: "",
      stderr: "polygate: unknown option '--vendro'\n(Did you mean --vendor?)\n",
    });
  });

  it("exits with 1 and its usage without a command", async () => {
    const { code, stdout, stderr } = await run([]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^Usage: polygate /);
  });

  it("prints an error in one line, and its stack trace with --debug", async () => {
    folder.write(
      "throws.ts",
      'export const broken = (): never => {\n  throw new Error("no such thing");\n};\nbroken();\n',
    );
    const message = "polygate: throws.ts: cannot load the module: no such thing\n";
    assert.deepEqual(await run(["check", "throws.ts"], { cwd: folder.path }), { code: 1, stdout: "", stderr: message });
    for (const args of [
      ["check", "throws.ts", "--debug"],
      ["--debug", "check", "throws.ts"],
    ]) {
      const { code, stdout, stderr } = await run(args, { cwd: folder.path });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /throws\.ts:2:9/);
    }
  });

  it("reports that its output cannot be written, and exits with 1", async () => {
    // Linux has a device that is always full. Elsewhere, a file that may not grow has the same effect.
    const script = existsSync("/dev/full")
      ? `"$0" --conditions=polygate-source "$1" --version > /dev/full`
      : `ulimit -f 0; "$0" --conditions=polygate-source "$1" --version > out`;
    const child = spawn("sh", ["-c", script, process.execPath, join(ROOT, "cli/polygate.ts")], {
      cwd: folder.path,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (text) => {
      errors += text;
    });
    const [code] = await once(child, "close");
    assert.match(errors, /^polygate: cannot write standard output: (?:ENOSPC|EFBIG): [^\n]*\n$/);
    assert.equal(code, 1);
  });

  it("hides warnings for developers, and no others", async () => {
    const warnings = 'process.emitWarning("new here", "ExperimentalWarning");\nprocess.emitWarning("look out");\n';
    folder.write("warns.ts", moduleText(`${warnings}export default 1;`));
    const { stderr } = await run(["check", "warns.ts"], { cwd: folder.path });
    const warned = stderr.split("\n").filter((line) => line.startsWith("(node:"));
    assert.deepEqual(
      warned.map((line) => line.replace(/\d+/, "1")),
      ["(node:1) Warning: look out"],
    );
  });

  it("prints no error if its reader stops reading", async () => {
    const script = `"$0" --conditions=polygate-source "$1" check orders.yaml --json | head -n 1`;
    const child = spawn("sh", ["-c", script, process.execPath, join(ROOT, "cli/polygate.ts")], {
      cwd: folder.path,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      errors += text;
    });
    await once(child, "close");
    assert.deepEqual([output, errors], ["{\n", ""]);
  });

  it("colours its output on a terminal only", async () => {
    const { stdout } = await run(["check", "orders.yaml"], { cwd: folder.path, env: { FORCE_COLOR: undefined } });
    assert.equal(stdout.includes("\u001b"), false);
    const coloured = await run(["check", "orders.yaml"], { cwd: folder.path, env: { FORCE_COLOR: "1" } });
    assert.equal(coloured.stdout.includes("\u001b["), true);
  });
});
