/** Whether a person at a terminal can answer questions. */
export function isInteractive(): boolean {
  const { CI = "" } = process.env;
  return Boolean(process.stdin.isTTY && process.stdout.isTTY) && ["", "0", "false"].includes(CI);
}

/** The user pressed Ctrl-C at a question. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
