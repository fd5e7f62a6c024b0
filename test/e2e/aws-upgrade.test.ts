import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Deployment } from "./deployment.ts";

/**
 * The state of a stack that an earlier Polygate made of this program, or of as much of it as there was then. It is never made anew: what
 * users have is not, either.
 */
const earlier = fileURLToPath(new URL("./fixtures/aws-2026-11-27.json", import.meta.url));

/** As `pulumi preview --json` prints it: steps without those that change nothing, and how many there are of each. */
interface Digest {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
  readonly changeSummary: Readonly<Record<string, number>>;
}

describe("a stack on AWS that an earlier Polygate made", function () {
  this.timeout(60_000);
  let deployment: Deployment;

  before(async () => {
    // By the project's name URNs begin.
    deployment = await Deployment.start("mig", "aws-everything");
  });

  after(async () => {
    await deployment?.stop();
  });

  it("keeps every resource in its place: none is replaced, and none goes", async () => {
    await deployment.pulumi("stack", "import", "--file", earlier);
    const { command, options } = deployment.command({}, "preview", "--json");
    const { stdout } = await promisify(execFile)(...command, { ...options, maxBuffer: 64 * 1024 * 1024 });
    const { steps, changeSummary } = JSON.parse(stdout) as Digest;
    // What an earlier version did not have yet may come.
    const moved = steps.filter(({ op }) => op !== "same" && op !== "update" && op !== "create");
    assert.deepEqual(moved, []);
    const { resources } = (JSON.parse(readFileSync(earlier, "utf8")) as { deployment: { resources: Digest["steps"] } })
      .deployment;
    const standing = resources.filter(({ urn }) => !urn.includes("::pulumi:providers:"));
    assert.equal((changeSummary.same ?? 0) + (changeSummary.update ?? 0), standing.length);
  });
});
