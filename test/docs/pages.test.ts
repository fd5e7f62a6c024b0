import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pages } from "../../docs/pages.ts";

describe("the pages that are made from the code", () => {
  for (const [path, text] of Object.entries(pages())) {
    it(`${path} is what the code says`, () => {
      const committed = readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
      assert.ok(committed === text, `${path} is stale: run \`npm run docs\` and commit it`);
    });
  }
});
