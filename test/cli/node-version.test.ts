import assert from "node:assert/strict";
import { requireNode } from "../../cli/node-version.ts";

describe("polygate on an older Node", () => {
  it("names the version that the sandbox needs, before it loads the sandbox", () => {
    for (const version of ["v20.20.2", "v22.17.1", "v18.0.0"]) {
      assert.throws(() => requireNode(version), {
        message: `the sandbox needs Node 22.18 or newer, and this is Node ${version}; install a newer Node`,
      });
    }
    for (const version of ["v22.18.0", "v23.0.0", "v26.10.0", process.version]) requireNode(version);
  });
});
