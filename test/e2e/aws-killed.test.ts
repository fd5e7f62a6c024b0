import assert from "node:assert/strict";
import { typeOf } from "../../sandbox/control-plane/urn.ts";
import { Store } from "../../sandbox/store.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { adoptLostCreations } from "../support/e2e/lost-creations.ts";

/** What `polygate pending` says of a creation that was lost: nothing is to be done, or how to look for it and what to write then. */
const WAY_ON =
  /\n {2}(?:The next update creates it or takes it over\. Nothing to do\.|Look: {6}aws .*\n {2}If found: {2}--found \S+)$/s;

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
        return change.urn.includes("::polygate:index:") && !lostTypes.has(typeOf(change.urn));
      });
      if (lost.length === 0) break;
      rounds.push(lost.length);
      for (const change of lost) lostTypes.add(typeOf(change.urn));
      const said = await adoptLostCreations(deployment, lost);
      for (const { urn } of lost) assert.match(said.get(urn) ?? "", WAY_ON, urn);
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
});
