import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { ARN, handler, lambda, TestRuntime } from "../../../support/sandbox/data-plane/functions/lambda.ts";
import { until } from "../../../support/sandbox/data-plane/test-data-plane.ts";

function folders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("polygate-functions-"));
}

describe("A Lambda function", function () {
  this.timeout(60_000);
  const runtime = new TestRuntime();
  after(() => runtime.close());

  it("calls an async handler with the event and the context", async () => {
    const target = lambda(
      handler(`
        const { awsRequestId, logStreamName, getRemainingTimeInMillis, done, succeed, fail, ...rest } = context;
        return { event, id: awsRequestId, stream: logStreamName, left: context.getRemainingTimeInMillis(), rest };`),
      { timeoutSeconds: 30 },
    );
    const result = (await runtime.returned(target, { a: [1, "ü"] })) as Record<string, never>;
    assert.deepEqual(result.event, { a: [1, "ü"] });
    assert.match(result.id ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    assert.match(result.stream ?? "", /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.ok(Number(result.left) > 20_000 && Number(result.left) <= 30_000);
    assert.deepEqual(result.rest, {
      callbackWaitsForEmptyEventLoop: true,
      functionName: "orders",
      functionVersion: "$LATEST",
      invokedFunctionArn: ARN,
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/orders",
    });
  });

  it("waits for the unfinished work of a handler with a callback before the next request", async () => {
    const target = lambda(`
      let done = 0;
      exports.handler = (event, context, callback) => {
        const before = done;
        setTimeout(() => { done += 1; console.log("all work is done"); }, 100);
        callback(null, before);
        callback(new Error("a second call counts for nothing"));
      };`);
    assert.equal(await runtime.returned(target), 0);
    await until("the end of the work", () => runtime.log.some(({ text }) => text.includes("all work is done")));
    assert.equal(await runtime.returned(target), 1);
    assert.equal(
      await runtime.failure(lambda("exports.handler = (event, context, callback) => callback('no');")),
      "error: no",
    );
    assert.equal(await runtime.returned(lambda("exports.handler = (event, context) => context.succeed(7);")), 7);
    assert.equal(
      await runtime.failure(lambda("exports.handler = (event, context) => context.fail();")),
      "error: handled",
    );
  });

  it("returns null for a handler without a result, when its event loop is empty", async () => {
    assert.equal(await runtime.returned(lambda("exports.handler = () => 'not a promise';")), null);
    assert.equal(await runtime.returned(lambda("exports.handler = () => new Promise(() => {});")), null);
    assert.equal(await runtime.returned(lambda("exports.handler = async () => {};")), null);
  });

  it("takes the plain result of a handler of Node.js 24, and refuses callbacks", async () => {
    const runtime24 = { runtime: "nodejs24.x" };
    assert.equal(await runtime.returned(lambda("exports.handler = () => 'plain';", runtime24)), "plain");
    assert.match(
      await runtime.failure(lambda("exports.handler = (event, context, callback) => callback();", runtime24)),
      /^error: Runtime\.CallbackHandlerDeprecated: /,
    );
    assert.match(
      await runtime.failure(lambda("exports.handler = () => new Promise(() => {});", runtime24)),
      /can no longer be settled/,
    );
  });

  it("uses a warm environment again, for one request at a time, and starts more for concurrent requests", async () => {
    const target = lambda(`
      let calls = 0; let now = 0; const self = Math.random();
      exports.handler = async () => {
        const alone = ++now === 1;
        await new Promise((resolve) => setTimeout(resolve, 100));
        now--;
        return { self, calls: ++calls, alone };
      };`);
    const one = (await runtime.returned(target)) as { self: number };
    assert.deepEqual(await runtime.returned({ ...target }), { self: one.self, calls: 2, alone: true });
    const several = (await Promise.all(Array.from({ length: 40 }, () => runtime.returned(target)))) as (typeof one & {
      readonly alone: boolean;
    })[];
    assert.ok(several.every(({ alone }) => alone));
    const environments = new Set(several.map(({ self }) => self)).size;
    assert.ok(environments > 1 && environments <= 16, String(environments));
  });

  it("runs new code from the next request on, and finishes a request under way with the old code", async () => {
    const old = lambda(handler("await new Promise((r) => setTimeout(r, 300)); return 'old';"));
    const first = runtime.returned(old);
    await until("the old one's start", () => folders().length > 0);
    assert.equal(await runtime.returned(lambda(handler("return 'new';"))), "new");
    assert.equal(await first, "old");
    assert.equal(await runtime.returned(old), "old");
  });
});
