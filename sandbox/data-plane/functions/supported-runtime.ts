import type { AwsFunction } from "../aws/artefacts/function.ts";
import { at } from "../document.ts";
import { UnsupportedArtefact } from "../interpreter.ts";
import { nodeVersion } from "./node-runtime.ts";

/**
 * Checks that the sandbox can run the functions of a gateway. The functions of every Node.js runtime run on the sandbox's own
 * version.
 *
 * @throws UnsupportedArtefact that names the function and its runtime
 */
export function checkFunctions(functions: Readonly<Record<string, AwsFunction>>): void {
  for (const [arn, { runtime }] of Object.entries(functions)) {
    if (nodeVersion(runtime) === undefined) {
      const place = at(at("functions", arn), "runtime");
      throw new UnsupportedArtefact(
        place,
        `The sandbox does not run ${runtime}. Use a Node.js runtime such as nodejs22.x.`,
      );
    }
  }
}
