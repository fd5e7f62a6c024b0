import { LambdaRuntime } from "../../../../sandbox/data-plane/functions/runtime.ts";
import { LoopbackHostMap } from "../../../../sandbox/host-map.ts";

/** A sandbox that is to be killed while a function of it is in an endless loop: it says which process, and which folder. */
const code = "exports.handler = async (event) => { if (event.loop) for (;;) {} return [process.pid, __dirname]; };";
const called = {
  arn: "arn:aws:lambda:eu-west-1:123456789012:function:endless",
  runtime: "nodejs22.x",
  handler: "index.handler",
  timeoutSeconds: 60,
  memoryMegabytes: 128,
  environment: {},
  files: { "index.js": Buffer.from(code).toString("base64") },
  permissions: [],
};
const runtime = new LambdaRuntime(new LoopbackHostMap(new Map()));
const result = await runtime.invoke(called, {}, 10_000);
if ("failed" in result) throw new Error(result.message);
void runtime.invoke(called, { loop: true }, 60_000);
setTimeout(() => process.send?.(result.returned), 100);
