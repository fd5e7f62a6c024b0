/** An error that the user can correct. The command shows it without a stack trace and exits with 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
