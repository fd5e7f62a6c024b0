import { Option } from "commander";
import { CommandError } from "./command-error.ts";
import { requireNode } from "./node-version.ts";

/** The option that names the folder of a sandbox. */
export const dirOption = new Option("--dir <dir>", "the folder of the sandbox").default(".polygate");

/**
 * Loads the sandbox, which is a separate, optional package.
 *
 * @throws {CommandError} if it is not installed, or does not run on this Node.
 */
export async function sandboxPackage(): Promise<typeof import("polygate-sandbox")> {
  requireNode();
  try {
    import.meta.resolve("polygate-sandbox");
  } catch (error) {
    throw new CommandError("the sandbox is not installed; run: npm install --save-dev polygate-sandbox", {
      cause: error,
    });
  }
  return import("polygate-sandbox");
}
