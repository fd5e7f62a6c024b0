import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = fileURLToPath(
  new URL("../../../../support/sandbox/data-plane/gcp/cloud-run/closed-relay.ts", import.meta.url),
);

describe("a relay to a server on a private network", () => {
  it("keeps no process alive, even if its connections are ending when it is closed", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], {
      timeout: 20_000,
      killSignal: "SIGKILL",
    });
    assert.equal(stdout, "closed\n");
  });
});
