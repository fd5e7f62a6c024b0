import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Sought } from "./aws-whereabouts.ts";
import { CommandError } from "./command-error.ts";
import { shellWord } from "./shell-word.ts";

/** What the AWS command line is asked, as a line for a shell. */
export function lookLine({ look }: Sought): string {
  return ["aws", ...look].map(shellWord).join(" ");
}

/**
 * Asks the AWS command line which there are that it may be.
 *
 * @throws {CommandError} when it cannot tell: not that it is not there.
 */
export async function askAws(sought: Sought): Promise<readonly string[]> {
  let printed: string;
  try {
    ({ stdout: printed } = await promisify(execFile)("aws", [...sought.look], { maxBuffer: 64 * 1024 * 1024 }));
  } catch (error) {
    const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === "ENOENT") {
      throw new CommandError(
        "there is no AWS command line (aws) to look with; install it, or leave --look out and look by other means",
        { cause: error },
      );
    }
    if (sought.absent?.test(stderr) === true) return [];
    const said = stderr.trim() || (error as Error).message;
    throw new CommandError(`${lookLine(sought)}: ${said}; sign in as for the update, and in its region`, {
      cause: error,
    });
  }
  return sought.read(printed);
}
