import type { HostMap } from "../../host-map.ts";
import type { AwsFunction } from "../artefacts.ts";
import type { FunctionResult, FunctionRuntime } from "../interpreter.ts";

/** Runs the code of Lambda functions. */
export class LambdaRuntime implements FunctionRuntime {
  readonly #hosts: HostMap;

  constructor(hosts: HostMap) {
    this.#hosts = hosts;
  }

  async invoke(called: AwsFunction, _event: unknown, _waitMs: number): Promise<FunctionResult> {
    return { failed: "error", message: `${called.arn} cannot be run yet (${this.#hosts.constructor.name})` };
  }

  async close(): Promise<void> {}
}
