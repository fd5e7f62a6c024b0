import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandError } from "./command-error.ts";
import { shellWord } from "./shell-word.ts";
import type { Sought } from "./sought.ts";

/** What decides beside the credentials where a command line looks. */
const settings = { aws: "region", az: "subscription", gcloud: "project" } as const;

/** The command that looks for a resource, as a line for a shell. */
export function lookLine({ program, look }: Sought): string {
  return [program, ...look].map(shellWord).join(" ");
}

/**
 * Looks for a resource with the vendor's command line, and returns the ids of the candidates.
 *
 * @throws {CommandError} if the command fails, which does not mean that the resource does not exist.
 */
export async function ask(sought: Sought): Promise<readonly string[]> {
  let printed: string;
  try {
    ({ stdout: printed } = await promisify(execFile)(sought.program, [...sought.look], {
      maxBuffer: 64 * 1024 * 1024,
    }));
  } catch (error) {
    const { code, stderr = "" } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === "ENOENT") {
      throw new CommandError(
        `the command line ${sought.program} is not installed; install it, or look for the resources without --look`,
        { cause: error },
      );
    }
    if (sought.absent?.test(stderr) === true) return [];
    const reason = stderr.trim().replace(/\s*\n\s*/g, " ") || (error as Error).message;
    throw new CommandError(
      `${lookLine(sought)}: ${reason}; sign in with the credentials and the ${settings[sought.program]} of the update`,
      { cause: error },
    );
  }
  return sought.read(printed);
}
