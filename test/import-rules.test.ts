import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTool } from "../setup/tool.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

interface Import {
  readonly from: string;
  /** A file of the repository, or a package. */
  readonly to: string;
  readonly typeOnly?: boolean;
}

const FORBIDDEN: readonly (Import & { readonly rule: string })[] = [
  { rule: "api-is-plain-data", from: "components/api/checked-api.ts", to: "@pulumi/pulumi" },
  { rule: "api-is-plain-data", from: "components/api/checked-api.ts", to: "components/aws/index.ts" },
  { rule: "gateway-knows-no-vendor", from: "components/gateway/omit.ts", to: "components/aws/index.ts" },
  {
    rule: "a-vendor-stands-alone",
    from: "components/aws/http-api/http-api.ts",
    to: "components/gcp/api-gateway/api-gateway.ts",
  },
  {
    rule: "a-class-stands-alone",
    from: "components/aws/rest-api/rest-api.ts",
    to: "components/aws/http-api/args.ts",
  },
  { rule: "compilers-are-pure", from: "components/aws/rest-api/document.ts", to: "@pulumi/pulumi" },
  { rule: "components-load-single-resources", from: "components/aws/http-api/stage.ts", to: "@pulumi/aws" },
  { rule: "components-know-no-sandbox", from: "components/aws/http-api/http-api.ts", to: "sandbox/store.ts" },
  { rule: "sandbox-knows-no-components", from: "sandbox/data-plane/server.ts", to: "components/api/path/pattern.ts" },
  // Node does not even load an import of types.
  {
    rule: "sandbox-knows-no-components",
    from: "sandbox/types.ts",
    to: "components/api/path/pattern.ts",
    typeOnly: true,
  },
  { rule: "stacks-use-public-names", from: "stacks/main/index.ts", to: "components/aws/http-api/http-api.ts" },
  { rule: "the-oracle-is-independent", from: "test/contract/oracle/decide.ts", to: "components/api/path/pattern.ts" },
  { rule: "the-oracle-is-independent", from: "test/contract/oracle/decide.ts", to: "sandbox/store.ts" },
  { rule: "nothing-imports-cli", from: "sandbox/server.ts", to: "cli/polygate.ts" },
  { rule: "the-set-up-needs-nothing", from: "setup/run.js", to: "yaml" },
  { rule: "the-set-up-is-plain-javascript", from: "engine/engine.js", to: "engine/version.ts" },
  { rule: "no-cycles", from: "demo/first.ts", to: "demo/second.ts" },
];

const ALLOWED: readonly Import[] = [
  { from: "components/aws/http-api/http-api.ts", to: "components/api/path/pattern.ts" },
  { from: "components/aws/rest-api/rest-api.ts", to: "components/aws/policy-document.ts" },
  { from: "components/aws/http-api/route-key.ts", to: "@pulumi/aws", typeOnly: true },
  { from: "stacks/other/index.ts", to: "components/aws/index.ts" },
  // The other half of the cycle, which is reported once.
  { from: "demo/second.ts", to: "demo/first.ts", typeOnly: true },
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

describe("the import rules", function () {
  this.timeout(60_000);
  let folder: string;
  /** Each as "RULE: FROM imports TO". */
  let violations: readonly string[];

  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), "polygate-rules-"));
    cpSync(join(ROOT, ".dependency-cruiser.mjs"), join(folder, ".dependency-cruiser.mjs"));
    cpSync(join(ROOT, "tsconfig.json"), join(folder, "tsconfig.json"));
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    write("package.json", '{ "type": "module", "dependencies": { "@pulumi/pulumi": "*", "yaml": "*" } }');
    writeImports([...FORBIDDEN, ...ALLOWED]);
    violations = await cruise();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }

  /** Writes each file that imports others, and each file that is only imported. */
  function writeImports(imports: readonly Import[]): void {
    const importers = Map.groupBy(imports, ({ from }) => from);
    for (const { to } of imports) {
      if (isFile(to) && !importers.has(to)) write(to, "export const it = 1; export type It = 1;");
    }
    for (const [from, imported] of importers) {
      const lines = imported.map(({ to, typeOnly }, index) => {
        const specifier = isFile(to) ? `${"../".repeat(from.split("/").length - 1)}${to}` : to;
        return typeOnly ? `import type { It } from "${specifier}";` : `import * as it${index} from "${specifier}";`;
      });
      write(from, `${lines.join("\n")}\nexport const it = 1; export type It = 1;\n`);
    }
  }

  async function cruise(): Promise<readonly string[]> {
    const script = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const folders = [...new Set([...FORBIDDEN, ...ALLOWED].map(({ from }) => from.split("/")[0] ?? ""))];
    const args = [script, "--config", ".dependency-cruiser.mjs", "--output-type", "json", ...folders];
    const { stdout, output } = await runTool(process.execPath, args, { cwd: folder });
    assert.ok(stdout.startsWith("{"), output);
    const found: readonly Violation[] = JSON.parse(stdout).summary.violations;
    return found.map(({ rule, from, to }) => described(rule.name, from, to));
  }

  for (const { rule, from, to, typeOnly } of FORBIDDEN) {
    it(`reject that ${from} imports ${typeOnly ? "types of " : ""}${to}`, () => {
      const expected = described(rule, from, to);
      assert.ok(violations.includes(expected), `${expected} is not among:\n${violations.join("\n")}`);
    });
  }

  for (const { from, to } of ALLOWED) {
    it(`allow that ${from} imports ${to}`, () => {
      assert.deepEqual(
        violations.filter((violation) => violation.endsWith(`${from} imports ${to}`)),
        [],
      );
    });
  }

  it("reject nothing else", () => {
    const expected = FORBIDDEN.map(({ rule, from, to }) => described(rule, from, to));
    assert.deepEqual([...violations].sort(), expected.sort());
  });
});

function isFile(path: string): boolean {
  return /\.(?:ts|js)$/.test(path);
}

function described(rule: string, from: string, to: string): string {
  const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(to) ?? [];
  return `${rule}: ${from} imports ${name ?? to}`;
}
