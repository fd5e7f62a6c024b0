import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import type { AwsFunction } from "../../../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { FunctionLog } from "../../../../../sandbox/data-plane/functions/function-log.ts";
import { LambdaRuntime } from "../../../../../sandbox/data-plane/functions/runtime.ts";
import type { FunctionResult } from "../../../../../sandbox/data-plane/interpreter.ts";
import { LoopbackHostMap } from "../../../../../sandbox/host-map.ts";

export const ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders";

/** A function with these files, as text; a single text is its `index.js`. */
export function lambda(
  files: Readonly<Record<string, string>> | string,
  members: Partial<AwsFunction> = {},
): AwsFunction {
  const texts = typeof files === "string" ? { "index.js": files } : files;
  return {
    arn: ARN,
    runtime: "nodejs22.x",
    handler: "index.handler",
    timeoutSeconds: 3,
    memoryMegabytes: 128,
    environment: {},
    files: Object.fromEntries(
      Object.entries(texts).map(([path, text]) => [path, Buffer.from(text).toString("base64")]),
    ),
    permissions: [],
    ...members,
  };
}

/** The code of a function whose async handler has this body. */
export const handler = (body: string): string => `exports.handler = async (event, context) => { ${body} };`;

/** A runtime for the length of a test suite. */
export class TestRuntime {
  readonly hosts: LoopbackHostMap = new LoopbackHostMap(new Map());
  readonly log: FunctionLog[] = [];
  readonly #runtime = new LambdaRuntime(this.hosts, { log: (line) => this.log.push(line) });

  invoke(target: AwsFunction, event: unknown = {}, waitMs = 30_000): Promise<FunctionResult> {
    return this.#runtime.invoke(target, event, waitMs);
  }

  /** What a function returns; fails the test when the function fails. */
  async returned(target: AwsFunction, event?: unknown): Promise<unknown> {
    const result = await this.invoke(target, event);
    assert.ok("returned" in result, JSON.stringify(result));
    return result.returned;
  }

  /** How a function fails; fails the test when the function returns. */
  async failure(target: AwsFunction, event?: unknown): Promise<string> {
    const result = await this.invoke(target, event);
    assert.ok("failed" in result, JSON.stringify(result));
    return `${result.failed}: ${result.message}`;
  }

  close(): Promise<void> {
    return this.#runtime.close();
  }
}

/** Whether a process runs; one that has ended and was not waited for does not. */
export function isRunning(pid: number): boolean {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && !stdout.startsWith("Z");
}
