import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LambdaRuntime } from "../../../../sandbox/data-plane/functions/runtime.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";
import { isRunning, lambda } from "../../../support/sandbox/data-plane/functions/lambda.ts";
import { until } from "../../../support/sandbox/data-plane/test-data-plane.ts";

interface RunningFunction {
  readonly pids: readonly number[];
  readonly folder: string;
}

/** A sandbox in a process of its own, with two functions that have begun. */
async function startSandbox(): Promise<{ sandbox: ChildProcess; functions: readonly RunningFunction[] }> {
  const sandbox = fork(fileURLToPath(new URL("./functions-sandbox.fixture.ts", import.meta.url)), { execArgv: [] });
  const functions = await new Promise<readonly RunningFunction[]>((resolve, reject) => {
    sandbox.once("message", (message) => resolve(message as RunningFunction[]));
    sandbox.once("exit", () => reject(new Error("the sandbox ended by itself")));
  });
  return { sandbox, functions };
}

describe("The Lambda runtime", function () {
  this.timeout(60_000);
  const hosts = new LoopbackHostMap(new Map());

  it("ends idle environments and removes their files", async () => {
    const short = new LambdaRuntime(hosts, { idleMs: 100 });
    try {
      const target = lambda("const self = Math.random(); exports.handler = async () => [self, __dirname];");
      const once = async (): Promise<readonly [number, string]> => {
        const result = await short.invoke(target, {}, 5_000);
        return (result as { readonly returned: readonly [number, string] }).returned;
      };
      const [first, folder] = await once();
      assert.ok(existsSync(folder));
      await until("the folder's end", () => !existsSync(folder));
      assert.notEqual((await once())[0], first);
    } finally {
      await short.close();
    }
  });

  it("leaves no process, folder or request behind when it is closed", async () => {
    const closing = new LambdaRuntime(hosts, { log: () => {} });
    const target = lambda(
      `const { spawn } = require("node:child_process");
       exports.handler = async (event) => {
         if (event.loop) for (;;) {}
         return [process.pid, spawn("sleep", ["60"]).pid, __dirname];
       };`,
    );
    const result = await closing.invoke(target, {}, 5_000);
    const [host, child, folder] = (result as { readonly returned: [number, number, string] }).returned;
    const loop = closing.invoke(target, { loop: true }, 5_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await closing.close();
    assert.deepEqual(await loop, { failed: "error", message: "the sandbox is closing" });
    assert.deepEqual(await closing.invoke(target, {}, 5_000), {
      failed: "error",
      message: "the sandbox is closing",
    });
    await until("the end of the processes", () => !isRunning(host) && !isRunning(child));
    assert.ok(!existsSync(folder));
  });

  it("leaves no process and no folder behind when the sandbox is killed", async () => {
    const { sandbox, functions } = await startSandbox();
    const pids = functions.flatMap((each) => each.pids);
    assert.equal(pids.length, 4);
    assert.ok(pids.every(isRunning) && functions.every(({ folder }) => existsSync(folder)));
    const ended = new Promise((resolve) => sandbox.once("exit", resolve));
    sandbox.kill("SIGKILL");
    await ended;
    await until("the end of the processes", () => !pids.some(isRunning));
    assert.ok(!functions.some(({ folder }) => existsSync(folder)));
  });

  it("leaves no process and no folder behind when the sandbox exits without closing", async () => {
    const { sandbox, functions } = await startSandbox();
    const ended = new Promise((resolve) => sandbox.once("exit", resolve));
    sandbox.kill("SIGTERM");
    await ended;
    await until("the end of the processes", () => !functions.flatMap(({ pids }) => pids).some(isRunning));
    assert.ok(!functions.some(({ folder }) => existsSync(folder)));
  });
});
