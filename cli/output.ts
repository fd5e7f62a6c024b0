import { exitCode } from "./exit-code.ts";

/** What was asked for goes to standard output; errors and notes do not. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the user should know, and no program that reads the output. */
export function note(text: string): void {
  process.stderr.write(`polygate: ${text}\n`);
}

/** One line of what goes on while the command serves; it may not stand in what was asked for. */
export function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/**
 * `| head` stops reading; that is its right, and no error. Where the output cannot be written for another reason, such as
 * a full disk, what was asked for was not given, and the command says so and fails.
 */
export function watchStreams(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    note(`standard output cannot be written: ${error.message}`);
    process.exit(exitCode.failed);
  });
  // There is nowhere left to say it, and a sandbox serves on without its log.
  process.stderr.on("error", () => {});
}

/** Waits until all is written, which a pipe may delay. */
export async function drain(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
}

/**
 * Takes back what Node says to the authors of programs, and not to their users: that `node:sqlite` or types in modules
 * are experimental, and that a module without a `type` is read twice.
 */
export function dropAuthorsWarnings(): void {
  const shown = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning: Error & { readonly code?: string }) => {
    if (warning.name === "ExperimentalWarning" || warning.code === "MODULE_TYPELESS_PACKAGE_JSON") return;
    for (const show of shown) show(warning);
  });
}
