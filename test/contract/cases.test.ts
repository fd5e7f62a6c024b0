import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { caseNames, cases, featureOf } from "./cases.ts";
import { carriesOf } from "./divergence.ts";
import { nameOf } from "./vendors/vendor.ts";
import { heldForms, vendors } from "./vendors/vendors.ts";

describe("the contract suite", () => {
  it("knows the feature of each case", () => {
    for (const name of caseNames) {
      const feature = featureOf(name);
      for (const vendor of vendors)
        assert.equal(typeof (feature === undefined || carriesOf(vendor)(feature)), "boolean");
      assert.notEqual(cases[name].rule, "");
    }
  });

  it("holds every gateway class to the contract", () => {
    const cwd = fileURLToPath(new URL("classes/", import.meta.url));
    const held = globSync("*.test.ts", { cwd }).map(
      (file) => /^holdToContract\("([\w ]+)"\);$/m.exec(readFileSync(`${cwd}${file}`, "utf8"))?.[1],
    );
    assert.deepEqual(held.toSorted(), heldForms.map(nameOf).toSorted());
  });
});
