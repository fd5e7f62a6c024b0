import { LambdaRuntime } from "../../../../sandbox/data-plane/functions/runtime.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";

/**
 * A sandbox for a test to kill: one of its functions waits for requests, another is in an endless loop. Sends the process and the
 * folder of each, and of a program that the first has started.
 */
const code = `
  const { spawn } = require("node:child_process");
  exports.handler = async (event) => {
    if (event.loop) for (;;) {}
    return { pids: [process.pid, spawn("sleep", ["60"]).pid], folder: __dirname };
  };`;
const target = (name: string) => ({
  arn: `arn:aws:lambda:eu-west-1:123456789012:function:${name}`,
  runtime: "nodejs22.x",
  handler: "index.handler",
  timeoutSeconds: 60,
  memoryMegabytes: 128,
  environment: {},
  files: { "index.js": Buffer.from(code).toString("base64") },
  permissions: [],
});
const runtime = new LambdaRuntime(new LoopbackHostMap(new Map()));
const idle = await runtime.invoke(target("idle"), {}, 10_000);
const endless = await runtime.invoke(target("endless"), {}, 10_000);
if ("failed" in idle || "failed" in endless) throw new Error("a function failed");
void runtime.invoke(target("endless"), { loop: true }, 60_000);
setTimeout(() => process.send?.([idle.returned, endless.returned]), 100);
