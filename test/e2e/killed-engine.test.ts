import assert from "node:assert/strict";
import { typeOf } from "../../sandbox/control-plane/urn.ts";
import type { RequestLog } from "../../sandbox/data-plane/serving/request-log.ts";
import type { ResourceChange } from "../../sandbox/index.ts";
import { Deployment } from "../support/e2e/deployment.ts";
import { type RecordingBackend, startRecordingBackend } from "../support/e2e/recording-backend.ts";

/** The paths that require a token in every description that contains them. "/public" is open in both descriptions. */
const guarded = ["/guarded", "/items/1", "/items/new", "/goes/1", "/public/1"];

// A killed engine leaves a lock and partly created resources. Each attempt continues from there, as a user does.
describe("a gateway whose deployment is killed after any single resource", function () {
  this.timeout(600_000);
  const log: RequestLog[] = [];
  let deployment: Deployment;
  let backend: RecordingBackend;

  before(async () => {
    backend = await startRecordingBackend();
    deployment = await Deployment.start("killed", "every-vendor", {
      hosts: { "https://shop.example.com": backend.url },
      log: (line) => log.push(line),
      oneProgramProcess: true,
    });
  });

  after(async () => {
    await deployment?.stop();
    backend.close();
  });

  /**
   * Runs the engine, and kills it and its program after the given change is applied and before the engine learns of it.
   *
   * @param count the number of the change, from 1
   * @returns the applied changes; unless the engine finished, the last one is the change at which it was killed
   */
  async function killedAt(
    count: number,
    env: Readonly<Record<string, string>>,
    ...args: string[]
  ): Promise<{ readonly changes: readonly ResourceChange[]; readonly finished: boolean }> {
    const changes: ResourceChange[] = [];
    const lost = await deployment.killedAt(env, args, (change) => changes.push(change) === count);
    return { changes, finished: lost === undefined };
  }

  /** Asserts that every running gateway, even one that the stack does not contain, refuses requests without a token to guarded paths. */
  async function assertGuarded(when: string): Promise<void> {
    const open: string[] = [];
    const before = backend.seen.length;
    for (const { name, vendor, url } of deployment.sandbox.endpoints()) {
      for (const path of guarded) {
        const { status, body } = await fetch(`${url}${path}`);
        await body?.cancel();
        if (status < 400) open.push(`${when}: ${vendor} ${name} ${path}: ${status}`);
      }
    }
    assert.deepEqual(open, []);
    assert.equal(backend.seen.length, before, when);
  }

  const nameOf = ({ kind, urn }: ResourceChange): string =>
    `${kind} ${urn
      .split("::")
      .at(-1)
      ?.replace(/-?\d+$/, "")}`;

  it("refuses every guarded route while it is created", async () => {
    const changedTypes = new Set<string>();
    for (let count = 1; ; count++) {
      const stack = `create${count}`;
      await deployment.pulumi("stack", "init", stack);
      const env = { SUFFIX: `-c${count}` };
      const { changes, finished } = await killedAt(count, env, "up", "--yes", "--skip-preview", "--stack", stack);
      await assertGuarded(`created ${changes.length}`);
      for (const change of changes) changedTypes.add(typeOf(change.urn));
      if (finished) break;
      assert.ok(count < 60, "the engine does not finish");
    }
    assert.deepEqual([...changedTypes].filter((type) => /apigateway|apimanagement:Api/.test(type)).toSorted(), [
      "aws:apigateway/deployment:Deployment",
      "aws:apigateway/methodSettings:MethodSettings",
      "aws:apigateway/restApi:RestApi",
      "aws:apigateway/stage:Stage",
      "aws:apigatewayv2/api:Api",
      "aws:apigatewayv2/deployment:Deployment",
      "aws:apigatewayv2/stage:Stage",
      "azure-native:apimanagement:Api",
      "azure-native:apimanagement:ApiManagementService",
      "azure-native:apimanagement:ApiPolicy",
      "gcp:apigateway/api:Api",
      "gcp:apigateway/apiConfig:ApiConfig",
      "gcp:apigateway/gateway:Gateway",
    ]);
  });

  it("refuses every guarded route while it is updated, and converges when it is updated again", async () => {
    const stack = "update";
    const up = ["up", "--yes", "--skip-preview", "--stack", stack];
    const suffix = { SUFFIX: "-u" };
    await deployment.pulumi("stack", "init", stack);
    await deployment.pulumiIn(suffix, ...up);
    const killPoints: string[] = [];
    // Alternates between the two descriptions. Each attempt is killed one change later.
    for (let count = 1, finished = false; !finished; count++) {
      const env = count % 2 === 1 ? { ...suffix, NEW: "1" } : suffix;
      const run = await killedAt(count, env, ...up);
      finished = run.finished;
      const last = run.changes.at(-1);
      if (last !== undefined && !finished) killPoints.push(nameOf(last));
      await assertGuarded(`update, killed at ${killPoints.at(-1)}`);
      await deployment.pulumiIn(env, ...up);
      await assertGuarded(`updated after it was killed at ${killPoints.at(-1)}`);
      assert.ok(count < 60, `the engine does not finish: ${killPoints.join(", ")}`);
    }
    assert.ok(killPoints.length >= 7, killPoints.join(", "));
    const endpoints = deployment.sandbox.endpoints().filter(({ name }) => name.includes("-u"));
    const names = deployment.sandbox.endpoints().map(({ name }) => name);
    assert.equal(endpoints.length, 4, `${names.join(", ")} after ${killPoints.join(", ")}`);
    const env = killPoints.length % 2 === 0 ? { ...suffix, NEW: "1" } : suffix;
    await deployment.pulumiIn(env, "preview", "--expect-no-changes", "--stack", stack);
  });

  it("refuses every guarded route while it is deleted", async () => {
    // Google does not delete an API that has a config, and an engine that is killed while it creates a config leaves one that is not in
    // its stack. Therefore this test deletes a stack that was never updated.
    const stack = "delete";
    const env = { SUFFIX: "-d" };
    await deployment.pulumi("stack", "init", stack);
    await deployment.pulumiIn(env, "up", "--yes", "--skip-preview", "--stack", stack);
    const killPoints: string[] = [];
    // The engine first deletes again the resource whose deletion it did not learn of. The second change is therefore the next resource.
    for (let attempt = 1, finished = false; !finished; attempt++) {
      const run = await killedAt(attempt === 1 ? 1 : 2, env, "destroy", "--yes", "--skip-preview", "--stack", stack);
      finished = run.finished;
      const last = run.changes.at(-1);
      if (last !== undefined && !finished) killPoints.push(nameOf(last));
      await assertGuarded(`delete, killed at ${killPoints.at(-1)}`);
      assert.ok(attempt < 60, `the engine does not finish: ${killPoints.join(", ")}`);
    }
    assert.ok(killPoints.length >= 7, killPoints.join(", "));
    assert.ok(log.some(({ decision, status }) => decision === "unauthenticated" && status === 401));
  });
});
