import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceChange } from "../../sandbox/index.ts";
import { Store } from "../../sandbox/store.ts";
import { type Ran, run } from "../support/cli/command.ts";
import { Deployment } from "../support/e2e/deployment.ts";

const typeOf = ({ urn }: ResourceChange): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

describe("a stack on AWS whose engine was killed", function () {
  // A machine that is busy with other work needs many minutes.
  this.timeout(900_000);
  let deployment: Deployment;

  before(async () => {
    deployment = await Deployment.start("killed-aws", "aws-everything", {
      hosts: {
        "https://erp.example.com": "http://127.0.0.1:9",
        "https://10.20.0.5:8443": "http://127.0.0.1:9",
        "https://10.30.0.5:8443": "http://127.0.0.1:9",
      },
    });
  });

  after(async () => {
    await deployment?.stop();
  });

  it("converges with the commands of polygate pending when several creations are lost at once, for every resource type", async () => {
    const lostTypes = new Set<string>();
    const rounds: number[] = [];
    for (;;) {
      const lost = await deployment.killedCreating({}, ["up", "--yes", "--skip-preview"], (change) => {
        return change.urn.includes("::polygate:index:") && !lostTypes.has(typeOf(change));
      });
      if (lost.length === 0) break;
      rounds.push(lost.length);
      for (const change of lost) lostTypes.add(typeOf(change));
      await adopt(lost);
      assert.ok(rounds.length < 30, `the engine does not finish: ${rounds}`);
    }
    assert.equal(lostTypes.size, 43, [...lostTypes].join(" "));
    assert.ok(rounds.filter((count) => count > 1).length >= 5, `creations lost in each round: ${rounds}`);
    await deployment.pulumi("refresh", "--clear-pending-creates", "--yes", "--skip-preview", "--expect-no-changes");
    assert.doesNotMatch(await deployment.pulumi("preview", "--expect-no-changes"), /pending operation/);
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    await deployment.sandbox.close();
    const store = new Store(deployment.sandbox.dir);
    const left = store.list("").map(([key]) => key);
    store.close();
    assert.deepEqual(left, []);
  });

  /** Follows `polygate pending` for each lost creation: looks for the resource, and imports it if it exists and must be imported. */
  async function adopt(lost: readonly ResourceChange[]): Promise<void> {
    const state = join(deployment.folder, "state.json");
    await deployment.pulumi("stack", "export", "--file", state);
    const pending = await run(["pending", state]);
    const found = lost.flatMap((change) => foundArgument(change, pending)).flatMap((argument) => ["--found", argument]);
    if (found.length === 0) return;
    const imported = await run(["pending", state, ...found]);
    assert.equal(imported.code, 0, imported.stderr);
    const file = join(deployment.folder, "found.json");
    writeFileSync(file, imported.stdout);
    const options = ["--protect=false", "--generate-code=false", "--yes", "--skip-preview"];
    await deployment.pulumi("import", "--file", file, ...options);
  }
});

/** Returns the value of `--found` for a lost creation; none when the next update handles the resource itself. */
function foundArgument(change: ResourceChange, pending: Ran): readonly string[] {
  const name = change.urn.split("::")[3] ?? "";
  const lines = pending.stdout.split("\n\n").find((text) => text.startsWith(`${name} (${typeOf(change)})`));
  assert.ok(lines !== undefined, `${pending.stdout}${pending.stderr}`);
  if (lines.endsWith("The next update creates it or takes it over. Nothing to do.")) return [];
  assert.match(lines, /^ {2}Look: {6}aws /m);
  const instruction = /If found: {2}--found \S+?(?<id>=ID)?$/.exec(lines);
  assert.ok(instruction !== null, lines);
  return [instruction.groups?.id === undefined ? name : `${name}=${change.id}`];
}
