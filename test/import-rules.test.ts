import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../setup/tool.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

describe("the import rules", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "polygate-rules-"));
    cpSync(join(ROOT, ".dependency-cruiser.mjs"), join(folder, ".dependency-cruiser.mjs"));
    cpSync(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    write("package.json", '{ "type": "module", "dependencies": { "@pulumi/pulumi": "*", "yaml": "*" } }');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }

  /** Which rules a file that imports another breaks. */
  async function broken(from: string, to: string, { typeOnly = false } = {}): Promise<string[]> {
    const relative = to.startsWith("@") || /^\w+$/.test(to);
    if (!relative) write(to, "export const it = 1; export type It = 1;");
    const specifier = relative ? to : `${"../".repeat(from.split("/").length - 1) || "./"}${to}`;
    write(
      from,
      `import ${typeOnly ? "type { It }" : "* as it"} from "${specifier}"; export default ${typeOnly ? "1 as It" : "it"};`,
    );
    const script = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const folders = [...new Set([from, ...(relative ? [] : [to])].map((path) => path.split("/")[0] ?? ""))];
    const args = [script, "--config", ".dependency-cruiser.mjs", "--output-type", "json", ...folders];
    const { stdout, output } = await runTool(process.execPath, args, { cwd: folder });
    assert.ok(stdout.startsWith("{"), output);
    const violations: { rule: { name: string } }[] = JSON.parse(stdout).summary.violations;
    return violations.map(({ rule }) => rule.name);
  }

  for (const { rule, from, to } of [
    { rule: "api-is-plain-data", from: "components/api/checked-api.ts", to: "@pulumi/pulumi" },
    { rule: "api-is-plain-data", from: "components/api/checked-api.ts", to: "components/aws/index.ts" },
    {
      rule: "a-vendor-stands-alone",
      from: "components/aws/http-api/http-api.ts",
      to: "components/gcp/api-gateway/api-gateway.ts",
    },
    { rule: "components-know-no-sandbox", from: "components/aws/http-api/http-api.ts", to: "sandbox/store.ts" },
    { rule: "sandbox-knows-no-components", from: "sandbox/data-plane/server.ts", to: "components/api/path/pattern.ts" },
    { rule: "stacks-use-public-names", from: "stacks/main/index.ts", to: "components/aws/http-api/http-api.ts" },
    { rule: "the-oracle-is-independent", from: "test/contract/oracle/decide.ts", to: "components/api/path/pattern.ts" },
    { rule: "the-oracle-is-independent", from: "test/contract/oracle/decide.ts", to: "sandbox/store.ts" },
    { rule: "nothing-imports-cli", from: "sandbox/server.ts", to: "cli/polygate.ts" },
    { rule: "the-set-up-needs-nothing", from: "setup/run.js", to: "yaml" },
    { rule: "the-set-up-is-plain-javascript", from: "engine/engine.js", to: "engine/version.ts" },
  ]) {
    it(`catch ${from} importing ${to}`, async () => assert.deepEqual(await broken(from, to), [rule]));
  }

  it("catch an import of nothing but types, which Node would not even load", async () => {
    assert.deepEqual(await broken("sandbox/server.ts", "components/api/checked-api.ts", { typeOnly: true }), [
      "sandbox-knows-no-components",
    ]);
  });

  it("let a vendor's target import the description, and a stack the public names", async () => {
    assert.deepEqual(await broken("components/aws/http-api/http-api.ts", "components/api/checked-api.ts"), []);
    assert.deepEqual(await broken("components/aws/rest-api/rest-api.ts", "components/aws/policy-document.ts"), []);
    assert.deepEqual(await broken("stacks/main/index.ts", "components/aws/index.ts"), []);
  });
}).timeout(30_000);
