/** Ends the demonstration without a stack trace. The message is empty when the reason has been printed. */
export class Stopped extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
