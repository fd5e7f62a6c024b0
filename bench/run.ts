import type { Progress } from "../setup/progress.js";

/** What every measurement is given: how it speaks, how it is interrupted, and where it reports what failed. */
export class BenchRun {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly failures: string[] = [];

  constructor(progress: Progress, signal: AbortSignal) {
    this.progress = progress;
    this.signal = signal;
  }

  /** What the work gives; undefined when it fails, which is said, and counted. An interruption passes through. */
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
