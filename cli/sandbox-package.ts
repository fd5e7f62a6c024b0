import { Option } from "commander";
import { CommandError } from "./command-error.ts";

/** Where the sandbox keeps everything. */
export const dirOption = new Option("--dir <dir>", "the sandbox's folder").default(".polygate");

/**
 * The sandbox is a package of its own, for those who want one.
 *
 * @throws {CommandError} when it is not installed; says how to install it.
 */
export async function sandboxPackage(): Promise<typeof import("polygate-sandbox")> {
  try {
    import.meta.resolve("polygate-sandbox");
  } catch (error) {
    throw new CommandError(
      "the sandbox is a package of its own, which is not installed beside this one: npm install --save-dev polygate-sandbox",
      { cause: error },
    );
  }
  return import("polygate-sandbox");
}
