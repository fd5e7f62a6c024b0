/** What the user can put right, told without a stack trace. Ends the command with exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
