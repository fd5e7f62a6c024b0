import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { apiReports } from "../../docs/api/reports.ts";

const ROOT = new URL("../../", import.meta.url);

describe("the reports on the public types", () => {
  it("match the code, so that a pull request shows each change of a public type", async () => {
    const reports = await apiReports();
    assert.deepEqual(globSync("docs/api/*.api.md", { cwd: fileURLToPath(ROOT) }).sort(), Object.keys(reports).sort());
    for (const [path, text] of Object.entries(reports)) {
      const stale = readFileSync(new URL(path, ROOT), "utf8") !== text;
      assert.ok(!stale, `${path} is stale: run \`npm run docs\` and commit it`);
    }
  }).timeout(180_000);
});
