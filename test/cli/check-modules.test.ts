import assert from "node:assert/strict";
import type { Report } from "../support/cli/check-report.ts";
import { Folder, moduleText, orders, plainApi, type Ran, run } from "../support/cli/command.ts";

describe("polygate check of a module", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
    folder.write("orders.yaml", orders);
  });

  after(() => folder.remove());

  function check(...args: string[]): Promise<Ran> {
    return run(["check", ...args], { cwd: folder.path });
  }

  async function json(...args: string[]): Promise<Report> {
    const { stdout, stderr } = await check(...args, "--json");
    assert.equal(stderr, "");
    return JSON.parse(stdout) as Report;
  }

  it("prefers the default export, and requires --export if there are several descriptions", async () => {
    folder.write(
      "default.ts",
      moduleText(`export const other = ${plainApi};\nexport default { ...other, title: "Main" };`),
    );
    folder.write(
      "several.ts",
      moduleText(`export const a = ${plainApi};\nexport const b = { ...a, title: "B" };\nexport const c = 1;`),
    );
    assert.equal((await json("default.ts")).title, "Main");
    assert.deepEqual(await check("several.ts"), {
      code: 1,
      stdout: "",
      stderr: 'polygate: several.ts: the module exports several descriptions, "a", "b"; select one with --export\n',
    });
    assert.equal((await json("several.ts", "--export", "b")).title, "B");
    assert.deepEqual(
      (await check("several.ts", "--export", "d")).stderr,
      'polygate: several.ts: the module does not export "d"; it exports "a", "b", "c"\n',
    );
  });

  it("reads CommonJS modules, also those compiled from ES modules", async () => {
    const auth = '{ anyone: { kind: "open", reason: "-" } }';
    const routes = '{ "GET /": { reply: { status: 204 }, auth: "anyone" } }';
    const complete = `{ version: 1, title: "Old", backends: {}, auth: ${auth}, routes: ${routes} }`;
    folder.write("required.cjs", `module.exports = ${complete};\n`);
    folder.write("named.cjs", `exports.shop = ${complete};\n`);
    folder.write(
      "compiled.cjs",
      `Object.defineProperty(exports, "__esModule", { value: true });\nexports.default = ${complete};\n`,
    );
    const files = ["required.cjs", "named.cjs", "compiled.cjs"];
    const reports = await Promise.all(files.map((file) => json(file, "--vendor", "azure")));
    assert.deepEqual(
      reports.map(({ title, carried }) => [title, carried]),
      files.map(() => ["Old", true]),
    );
  });

  it("exits with 1 for a module without a description, or that cannot be loaded", async () => {
    folder.write("none.ts", "export const answer = 42;\n");
    folder.write("syntax.mjs", "export default {\n");
    folder.write("typed.ts", "export enum Colour { Red }\n");
    const [none, syntax, typed] = await Promise.all([check("none.ts"), check("syntax.mjs"), check("typed.ts")]);
    assert.deepEqual([none.code, syntax.code, typed.code], [1, 1, 1]);
    assert.equal(
      none.stderr,
      'polygate: none.ts: the module exports no description, only "answer"; export the result of defineApi or fromOpenApi\n',
    );
    assert.match(syntax.stderr, /^polygate: syntax\.mjs: cannot load the module: /);
    assert.match(typed.stderr, /^polygate: typed\.ts: cannot load the module: .*enum/s);
  });

  it("exits with 1 if the module ends the process or never finishes loading, and exits although the module keeps running", async () => {
    folder.write("exits.ts", "process.exit(0);\n");
    folder.write("waits.ts", "await new Promise(() => {});\n");
    folder.write("stays.ts", moduleText(`setInterval(() => {}, 1000);\nexport default ${plainApi};`));
    const [exits, waits, stays] = await Promise.all([
      check("exits.ts"),
      check("waits.ts"),
      check("stays.ts", "--vendor", "gcp"),
    ]);
    assert.deepEqual([exits.code, waits.code, stays.code], [1, 1, 0]);
    assert.match(exits.stderr, /^polygate: exits\.ts: the module ends the process, or never finishes loading/m);
    assert.match(waits.stderr, /^polygate: waits\.ts: the module ends the process, or never finishes loading/m);
  });
});
