import type { AwsFunction } from "../aws/artefacts/function.ts";
import { at } from "../document.ts";
import { UnsupportedArtefact } from "../interpreter.ts";
import { nodeVersion } from "./node-runtime.ts";

/**
 * Finds out whether the functions of a gateway can be run here. Those of all Node.js runtimes run on the sandbox's own
 * version.
 * @throws UnsupportedArtefact naming the function and its runtime
 */
export function checkFunctions(functions: Readonly<Record<string, AwsFunction>>): void {
  for (const [arn, { runtime }] of Object.entries(functions)) {
    if (nodeVersion(runtime) === undefined) {
      const place = at(at("functions", arn), "runtime");
      throw new UnsupportedArtefact(place, `${runtime} is not served by the sandbox; nodejs22.x and the like are`);
    }
  }
}
