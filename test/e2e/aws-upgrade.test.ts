import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Deployment } from "../support/e2e/deployment.ts";

/**
 * The state of a stack that an earlier version of Polygate created from this program, as far as the program existed then. Never create this
 * file again: the stacks of users are not created again either.
 */
const earlierState = fileURLToPath(new URL("./fixtures/aws-2026-11-27.json", import.meta.url));

/** The output of `pulumi preview --json`: all steps except unchanged resources, and the number of steps by operation. */
interface Digest {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
  readonly changeSummary: Readonly<Record<string, number>>;
}

describe("an AWS stack of an earlier version of Polygate", function () {
  this.timeout(600_000);
  let deployment: Deployment;

  before(async () => {
    // The project name is part of every URN in the fixture.
    deployment = await Deployment.start("mig", "aws-everything");
  });

  after(async () => {
    await deployment?.stop();
  });

  it("keeps every resource, except functions with newer code and the deployment that refers to them", async () => {
    await deployment.pulumi("stack", "import", "--file", earlierState);
    const { command, options } = await deployment.command({}, "preview", "--json");
    const { stdout } = await promisify(execFile)(...command, { ...options, maxBuffer: 64 * 1024 * 1024 });
    const { steps, changeSummary } = JSON.parse(stdout) as Digest;
    // New versions may create resources that the earlier version did not have.
    const lost = steps.filter(({ op }) => op !== "same" && op !== "update" && op !== "create");
    // Functions that Polygate deploys never change (decision 8): newer code is another function, which the stage uses at once.
    const name = "rest-authorizer-staff_54611ad68852046d";
    assert.deepEqual(lost.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).toSorted(), [
      `replace ${name}`,
      `replace ${name}-permission`,
      "replace rest-deployment",
    ]);
    const { resources } = (
      JSON.parse(readFileSync(earlierState, "utf8")) as { deployment: { resources: Digest["steps"] } }
    ).deployment;
    const existing = resources.filter(({ urn }) => !urn.includes("::pulumi:providers:"));
    assert.equal((changeSummary.same ?? 0) + (changeSummary.update ?? 0) + lost.length, existing.length);
  });
});
