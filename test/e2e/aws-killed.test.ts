import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceChange } from "../../sandbox/index.ts";
import { Store } from "../../sandbox/store.ts";
import { type Ran, run } from "../cli/command.ts";
import { Deployment } from "./deployment.ts";

const typeOf = ({ urn }: ResourceChange): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

describe("a stack on AWS whose engine was killed", function () {
  this.timeout(300_000);
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

  it("converges with what polygate pending says when several creations are lost at once, of every type that Polygate declares", async () => {
    const met = new Set<string>();
    const rounds: number[] = [];
    for (;;) {
      const lost = await deployment.killedCreating({}, ["up", "--yes", "--skip-preview"], (change) => {
        return change.urn.includes("::polygate:index:") && !met.has(typeOf(change));
      });
      if (lost.length === 0) break;
      rounds.push(lost.length);
      for (const change of lost) met.add(typeOf(change));
      await adopt(lost);
      assert.ok(rounds.length < 30, `the engine does not come to an end: ${rounds}`);
    }
    assert.equal(met.size, 43, [...met].join(" "));
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

  /** Does what `polygate pending` says of each lost creation: looks for the resource, and imports it where that is needed. */
  async function adopt(lost: readonly ResourceChange[]): Promise<void> {
    const state = join(deployment.folder, "state.json");
    await deployment.pulumi("stack", "export", "--file", state);
    const told = await run(["pending", state]);
    const found = lost.flatMap((change) => foundArgument(change, told)).flatMap((argument) => ["--found", argument]);
    if (found.length === 0) return;
    const imported = await run(["pending", state, ...found]);
    assert.equal(imported.code, 0, imported.stderr);
    const file = join(deployment.folder, "found.json");
    writeFileSync(file, imported.stdout);
    const options = ["--protect=false", "--generate-code=false", "--yes", "--skip-preview"];
    await deployment.pulumi("import", "--file", file, ...options);
  }
});

/** What to pass to `--found` for a creation whose resource exists; nothing where the next update creates the same one again. */
function foundArgument(change: ResourceChange, told: Ran): readonly string[] {
  const name = change.urn.split("::")[3] ?? "";
  const lines = told.stdout.split("\n\n").find((text) => text.startsWith(`${name} (${typeOf(change)})`));
  assert.ok(lines !== undefined, `${told.stdout}${told.stderr}`);
  if (lines.endsWith("The next update creates it or takes it over. Nothing to do.")) return [];
  assert.match(lines, /^ {2}Look: {6}aws /m);
  const word = /If found: {2}--found \S+?(?<id>=ID)?$/.exec(lines);
  assert.ok(word !== null, lines);
  return [word.groups?.id === undefined ? name : `${name}=${change.id}`];
}
