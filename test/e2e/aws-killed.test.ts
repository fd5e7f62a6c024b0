import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResourceChange } from "../../sandbox/index.ts";
import { Store } from "../../sandbox/store.ts";
import { run } from "../cli/command.ts";
import { Deployment } from "./deployment.ts";

const typeOf = ({ urn }: ResourceChange): string => urn.split("::")[2]?.split("$").at(-1) ?? "";

describe("a stack on AWS whose engine was killed", function () {
  this.timeout(600_000);
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

  it("converges with what polygate pending says, whatever was being made: nothing is twice, and nothing stays", async () => {
    const state = join(deployment.folder, "state.json");
    const found = join(deployment.folder, "found.json");
    const met: string[] = [];
    for (;;) {
      const lost = await deployment.killedAt({}, ["up", "--yes", "--skip-preview"], (change) => {
        const ours = change.kind === "create" && change.urn.includes("::polygate:index:");
        return ours && !met.includes(typeOf(change));
      });
      if (lost === undefined) break;
      met.push(typeOf(lost));
      assert.ok(met.length < 60, "the engine does not come to an end");
      await deployment.pulumi("stack", "export", "--file", state);
      const name = lost.urn.split("::")[3] ?? "";
      const told = await run(["pending", state]);
      const lines = told.stdout.split("\n\n").find((text) => text.startsWith(`${name} (${typeOf(lost)})`));
      assert.ok(lines !== undefined, `${told.stdout}${told.stderr}`);
      if (lines.endsWith("The next update makes the same one, there or not.")) continue;
      assert.match(lines, /^ {2}Look: {2}aws /m);
      const word = /There: --found \S+?(?<id>=ID)?$/.exec(lines);
      assert.ok(word !== null, lines);
      const imported = await run([
        "pending",
        state,
        "--found",
        word.groups?.id === undefined ? name : `${name}=${lost.id}`,
      ]);
      assert.equal(imported.code, 0, imported.stderr);
      writeFileSync(found, imported.stdout);
      await deployment.pulumi(
        "import",
        "--file",
        found,
        "--protect=false",
        "--generate-code=false",
        "--yes",
        "--skip-preview",
      );
    }
    assert.equal(met.length, 43, met.join(" "));
    await deployment.pulumi("refresh", "--clear-pending-creates", "--yes", "--skip-preview", "--expect-no-changes");
    assert.doesNotMatch(await deployment.pulumi("preview", "--expect-no-changes"), /pending operation/);
    await deployment.pulumi("destroy", "--yes", "--skip-preview");
    await deployment.sandbox.close();
    const store = new Store(deployment.sandbox.dir);
    const left = store.list("").map(([key]) => key);
    store.close();
    assert.deepEqual(left, []);
  });
});
