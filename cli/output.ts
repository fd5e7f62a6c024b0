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

/** That Node calls `node:sqlite` or types in modules experimental is for this command's authors to know, not its users. */
export function dropExperimentalWarnings(): void {
  const shown = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") for (const show of shown) show(warning);
  });
}
