/** What was asked for goes to standard output; errors and notes do not. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the user should know, and no program that reads the output. */
export function note(text: string): void {
  process.stderr.write(`polygate: ${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** `| head` stops reading; that is its right, and no error. */
export function allowClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
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
