import { printable } from "../components/api/problem.ts";
import { exitCode } from "./exit-code.ts";

/**
 * Escapes the control characters of a text, all but its line feeds. Where a value that is not the user's own becomes a part of a line,
 * `printable` also escapes its line feeds.
 */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** Prints a result to standard output. Errors and notes go to standard error. */
export function print(text: string): void {
  printStyled(printableLines(text));
}

/** Prints a result that contains colours. Its values must be printable. */
export function printStyled(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a note for the user, which is no part of the result. */
export function note(text: string): void {
  process.stderr.write(`polygate: ${printableLines(text)}\n`);
}

/** Prints a note that contains values which are not the user's own. It is one line, whatever they contain. */
export function noteLine(text: string): void {
  note(printable(text));
}

/** Prints a line of the log of a command that serves. */
export function log(line: string): void {
  process.stderr.write(`${printableLines(line)}\n`);
}

/** Prints a result as JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/**
 * Ends the command with an error if standard output cannot be written, for example because the disk is full. A reader that stops
 * reading, such as `| head`, is no error.
 */
export function watchStreams(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    note(`cannot write standard output: ${error.message}`);
    process.exit(exitCode.failed);
  });
  // The error cannot be shown anywhere, and a sandbox can serve without its log.
  process.stderr.on("error", () => {});
}

/** Waits until both streams are written, which may take time with a pipe. */
export async function drain(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
}

/**
 * Hides the warnings of Node that concern the authors of programs, not their users: that `node:sqlite` or types in modules are
 * experimental, and that a module without a `type` is read twice.
 */
export function hideDeveloperWarnings(): void {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (warning.name === "ExperimentalWarning" || warning.code === "MODULE_TYPELESS_PACKAGE_JSON") return;
    for (const listener of listeners) listener(warning);
  });
}
