import type { Progress } from "../setup/progress.js";

/** The context of every measurement: its progress output, its interruption and its failures. */
export class BenchRun {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly failures: string[] = [];

  constructor(progress: Progress, signal: AbortSignal) {
    this.progress = progress;
    this.signal = signal;
  }

  /** The result of the work. A failure is printed, counted, and returns undefined; an interruption is thrown. */
  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    this.signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      this.signal.throwIfAborted();
      this.failures.push(what);
      this.progress.note(`FAILED: ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }
}
