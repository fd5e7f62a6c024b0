import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../../../setup/tool.js";
import { programFor, VENDORS, type VendorEntry } from "./programs.ts";
import { NEWEST_COMPILER, type Projects, ROOT, readManifest, write } from "./projects.ts";

/** Without the declarations of libraries: the newest SDKs check those. */
const PROGRAM_OPTIONS = { strict: true, target: "es2022", module: "nodenext", skipLibCheck: true, types: ["node"] };

/** The repository's own options. Without exactOptionalPropertyTypes: older SDKs do not declare `undefined` as a value. */
const SOURCE_OPTIONS = { types: ["node"], customConditions: [], exactOptionalPropertyTypes: false };

/** Tests that the packages work with the lowest version of each of their peer ranges. */
export function describeOldestPeers(packed: () => Projects): void {
  describe("with the oldest SDKs that its peer ranges accept", () => {
    const vendors = Object.keys(VENDORS) as VendorEntry[];
    const oldest = Object.entries(readManifest(ROOT).peerDependencies)
      .filter(([name]) => name.startsWith("@pulumi/"))
      .map(([name, range]) => ({ name, version: range.replace(/^\^/, "") }));
    let folder: string;

    before(async () => {
      const peers = oldest.map(({ name, version }) => `${name}@${version}`);
      const tools = ["typescript", "@types/node"];
      folder = await packed().install("oldest", ["polygate", "polygate-sandbox", ...peers, ...tools]);
    });

    async function assertRuns(...args: readonly string[]): Promise<void> {
      const { code, output } = await runTool(process.execPath, args, { cwd: folder });
      assert.equal(code, 0, output);
    }

    it("installs exactly those versions", () => {
      for (const { name, version } of oldest) {
        assert.equal(readManifest(join(folder, "node_modules", name)).version, version, name);
      }
      const [library, sandbox] = [ROOT, join(ROOT, "sandbox")].map((path) => readManifest(path).peerDependencies);
      assert.equal(sandbox?.["@pulumi/pulumi"], library?.["@pulumi/pulumi"]);
    });

    it("type-checks a program of each vendor, with the oldest TypeScript", async () => {
      const files = vendors.map((vendor) => `${vendor}.mts`);
      write(folder, {
        ...Object.fromEntries(vendors.map((vendor) => [`${vendor}.mts`, programFor(vendor)])),
        "programs.json": JSON.stringify({ compilerOptions: PROGRAM_OPTIONS, files }),
      });
      await assertRuns("node_modules/typescript/bin/tsc", "--noEmit", "-p", "programs.json");
    });

    it("loads each entry", async () => {
      const entries = ["polygate", "polygate-sandbox", ...vendors.map((vendor) => `polygate/${vendor}`)];
      const imports = entries.map((entry) => `await import("${entry}");`);
      await assertRuns("--input-type=module", "-e", imports.join("\n"));
    });

    // An SDK drops an argument that it does not declare, without an error. The compiler reports it.
    it("passes no argument and no option that those SDKs do not declare", async () => {
      cpSync(join(ROOT, "components"), join(folder, "components"), { recursive: true });
      write(join(folder, "components"), { "package.json": JSON.stringify({ type: "module" }) });
      const extended = { extends: join(ROOT, "tsconfig.json"), include: ["components"], exclude: [] };
      write(folder, { "sources.json": JSON.stringify({ ...extended, compilerOptions: SOURCE_OPTIONS }) });
      await assertRuns(NEWEST_COMPILER, "--noEmit", "-p", "sources.json");
    });
  });
}
