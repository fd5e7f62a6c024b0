import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pages } from "../../docs/pages.ts";

describe("the pages that are generated from the code", () => {
  for (const [path, text] of Object.entries(pages())) {
    it(`${path} matches the code`, () => {
      const committed = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
      assert.ok(committed === text, `${path} is stale: run \`npm run docs\` and commit it`);
    });
  }
});
