import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkFunctions } from "../../../../sandbox/data-plane/functions/supported-runtime.ts";
import { ARN, handler, lambda, TestRuntime } from "../../../support/sandbox/data-plane/functions/lambda.ts";

describe("A Lambda function", function () {
  this.timeout(60_000);
  const runtime = new TestRuntime();
  after(() => runtime.close());

  it("fails with the message of whatever was thrown", async () => {
    const thrown: readonly (readonly [string, string])[] = [
      ["new Error('Unauthorized')", "Unauthorized"],
      ["'a text'", "a text"],
      ["42", "42"],
      ["null", "handled"],
      ["undefined", "handled"],
      ["{ message: 'like an error' }", "like an error"],
      ["Object.create(null)", "The thrown value cannot be shown."],
    ];
    const cases = thrown.map(([what]) => `() => { throw ${what}; }`).join(", ");
    const inPromise = lambda(`const cases = [${cases}]; exports.handler = async (event) => cases[event]();`);
    const atOnce = lambda(`const cases = [${cases}]; exports.handler = (event) => cases[event]();`);
    for (const [index, [, message]] of thrown.entries()) {
      assert.equal(await runtime.failure(inPromise, index), `error: ${message}`);
      assert.equal(await runtime.failure(atOnce, index), `error: ${message}`);
    }
  });

  it("fails for a result that is not JSON or too large, and accepts one of exactly 6 MB", async () => {
    assert.match(
      await runtime.failure(lambda(handler("const a = {}; a.a = a; return a;"))),
      /^error: Unable to stringify response body: Converting circular structure/,
    );
    assert.match(await runtime.failure(lambda(handler("return 1n;"))), /^error: Unable to stringify response body: /);
    const sized = lambda(handler("return 'x'.repeat(event.size - 2);"), { timeoutSeconds: 10 });
    assert.equal(((await runtime.returned(sized, { size: 6_291_556 })) as string).length, 6_291_554);
    assert.match(await runtime.failure(sized, { size: 6_291_557 }), /^error: Response payload size exceeded /);
    assert.match(await runtime.failure(sized, "x".repeat(6 * 1024 * 1024)), /^error: the event has \d+ bytes, /);
  });

  it("fails on process.exit, an uncaught exception and an unhandled rejection, and starts afresh", async () => {
    const target = lambda(`
      let calls = 0;
      exports.handler = (event) => new Promise((resolve) => {
        calls++;
        if (event === "exit") process.exit(7);
        if (event === "quit") process.exit(0);
        if (event === "throw") setTimeout(() => { throw new Error("later"); }, 1);
        if (event === "reject") Promise.reject(new Error("nobody looks"));
        if (event === "count") resolve(calls);
        setTimeout(() => {}, 5_000);
      });`);
    assert.equal(await runtime.returned(target, "count"), 1);
    assert.equal(await runtime.failure(target, "exit"), "error: Runtime exited with error: exit status 7");
    assert.equal(await runtime.failure(target, "quit"), "error: Runtime exited without providing a reason");
    assert.equal(await runtime.failure(target, "throw"), "error: Uncaught exception: later");
    assert.equal(await runtime.failure(target, "reject"), "error: Unhandled promise rejection: nobody looks");
    assert.equal(await runtime.returned(target, "count"), 1);
  });

  it("fails when its time is over, also in an endless loop, and starts afresh", async () => {
    const target = lambda(
      "let calls = 0; exports.handler = async (event) => { calls++; if (event.loop) for (;;) {} return calls; };",
      { timeoutSeconds: 1 },
    );
    assert.equal(await runtime.returned(target), 1);
    const began = performance.now();
    assert.equal(await runtime.failure(target, { loop: true }), "timeout: Task timed out after 1.00 seconds");
    const took = performance.now() - began;
    assert.ok(took > 950 && took < 10_000, String(took));
    assert.equal(await runtime.returned(target), 1);
  });

  it("fails for a caller that waits less than the function's time-out, and continues", async () => {
    const target = lambda(
      `const { existsSync } = require("node:fs");
       let calls = 0;
       exports.handler = async (file) => {
         calls++;
         while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 10));
         return { calls, process: process.pid };
       };`,
      { timeoutSeconds: 30 },
    );
    interface Answer {
      readonly calls: number;
      readonly process: number;
    }
    const call = async (): Promise<Answer> => (await runtime.returned(target, folder)) as Answer;
    const folder = mkdtempSync(join(tmpdir(), "polygate-waits-"));
    try {
      const first = await call();
      assert.equal(first.calls, 1);
      assert.deepEqual(await runtime.invoke(target, join(folder, "end"), 1_000), {
        failed: "timeout",
        message: "no result from the function within 1000 ms",
      });
      mkdirSync(join(folder, "end"));
      // Until the environment has finished the second call, other environments answer.
      let later = await call();
      for (let tries = 0; tries < 100 && later.process !== first.process; tries++) later = await call();
      assert.deepEqual(later, { calls: 3, process: first.process });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  describe("in a process of its own", () => {
    const waiting = "await new Promise((resolve) => setTimeout(resolve, 1_500)); return 'well';";

    /** Whether one function fails as expected while requests to another and to itself are under way, which succeed. */
    async function failsAlone(code: string, message: string): Promise<void> {
      const other = lambda(handler(waiting), { arn: `${ARN}-other`, timeoutSeconds: 15 });
      const failing = lambda(handler(`if (event.wait) { ${waiting} } ${code}`), { timeoutSeconds: 15 });
      const underWay = [runtime.returned(other), runtime.returned(failing, { wait: true })];
      assert.equal(await runtime.failure(failing), message);
      assert.deepEqual(await Promise.all(underWay), ["well", "well"]);
      assert.equal(await runtime.returned(failing, { wait: true }), "well");
    }

    it("fails alone when it uses more than its memory", async () => {
      await failsAlone(
        "const all = []; for (;;) all.push(new Array(1000).fill(Math.random()));",
        "error: Runtime exited with error: signal: killed: the function used more than its memory of 128 MB",
      );
    });

    it("fails alone when V8 aborts the process for its memory", async () => {
      await failsAlone(
        "require('node:fs').writeSync(2, 'FATAL ERROR: JavaScript heap out of memory'); process.kill(process.pid, 'SIGABRT');",
        "error: Runtime exited with error: signal: killed: the function used more than its memory of 128 MB",
      );
    });

    it("fails alone when its process is aborted", async () => {
      await failsAlone(
        "process.kill(process.pid, 'SIGABRT'); for (;;) {}",
        "error: Runtime exited with error: signal: SIGABRT",
      );
    });
  });

  it("fails when its process is killed, and continues in a new one", async () => {
    const target = lambda(handler("if (event.die) process.kill(process.pid, 'SIGKILL'); return process.pid;"));
    const pid = await runtime.returned(target);
    assert.match(await runtime.failure(target, { die: true }), /^error: Runtime exited with error: signal: SIGKILL$/);
    const next = await runtime.returned(target);
    assert.ok(typeof next === "number" && next !== pid);
  });

  it("is refused with its runtime's name for other languages, before a gateway is served", async () => {
    const python = lambda("", { runtime: "python3.13" });
    assert.equal(await runtime.failure(python), "error: the sandbox does not run the runtime python3.13");
    assert.throws(() => checkFunctions({ [ARN]: python }), {
      name: "UnsupportedArtefact",
      message: `functions.${ARN}.runtime: The sandbox does not run python3.13. Use a Node.js runtime such as nodejs22.x.`,
    });
    checkFunctions({ [ARN]: lambda("") });
  });
});
