import { printable } from "../components/api/problem.ts";

/** An error that the user can correct. The command shows it without a stack trace and exits with 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  /** @param message is shown as one line, whatever the values in it contain */
  constructor(message: string, options?: ErrorOptions) {
    super(printable(message), options);
  }
}
