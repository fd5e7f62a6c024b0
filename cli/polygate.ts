#!/usr/bin/env node
/** The command `polygate`. */

import { createRequire } from "node:module";
import { inspect } from "node:util";
import { Command, CommanderError } from "commander";
import { PolygateError } from "../components/api/problem.ts";
import { checkCommand } from "./check.ts";
import { endpointsCommand } from "./endpoints.ts";
import { exitCode } from "./exit-code.ts";
import { initCommand } from "./init.ts";
import { linkCommand } from "./link.ts";
import { drain, hideDeveloperWarnings, note, printableLines, watchStreams } from "./output.ts";
import { pendingCommand } from "./pending.ts";
import { renderCommand } from "./render.ts";
import { sandboxCommand } from "./sandbox.ts";
import { tokenCommand } from "./token.ts";

const manifest = createRequire(import.meta.url)("polygate/package.json") as {
  readonly version: string;
  readonly description: string;
};

const program = new Command("polygate")
  .description(manifest.description)
  .version(manifest.version)
  .option("--debug", "show the stack trace of an error")
  .addCommand(initCommand())
  .addCommand(checkCommand())
  .addCommand(renderCommand())
  .addCommand(sandboxCommand())
  .addCommand(endpointsCommand())
  .addCommand(linkCommand())
  .addCommand(pendingCommand())
  .addCommand(tokenCommand());

for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(printableLines(text.replace(/^error: /, "polygate: "))),
  });
}

watchStreams();
hideDeveloperWarnings();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
// A module that was loaded for its description may have started something that would keep the process alive.
await drain();
process.exit();

/** Reports an error, and returns the exit code. */
function report(error: unknown): number {
  // Commander has already printed this error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.fine : exitCode.failed;
  const message = error instanceof Error ? error.message : String(error);
  note(program.opts<{ debug?: true }>().debug ? inspect(error) : message);
  return error instanceof PolygateError ? exitCode.notCarried : exitCode.failed;
}
