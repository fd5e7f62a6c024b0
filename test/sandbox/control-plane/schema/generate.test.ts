import assert from "node:assert/strict";
import { generateSchema } from "../../../../sandbox/control-plane/schema/generate.ts";
import { resourceSchemas } from "../../../../sandbox/control-plane/schema/resource-schema.ts";

describe("the committed schema of the SDKs' types", () => {
  it("is what the installed SDKs declare; else run `node sandbox/control-plane/schema/generate.ts`", function () {
    // It parses declarations of some 20 MB.
    this.timeout(60_000);
    assert.deepEqual(resourceSchemas, generateSchema());
  });
});
