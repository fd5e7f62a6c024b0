/** Mocha's reporter for people. It also sends the result of the run to the process that started mocha. */

import { performance } from "node:perf_hooks";
import Mocha from "mocha";
import type { Durations } from "./durations.ts";

/** The number of characters of an error that the summary of a run contains. */
const LONGEST_MESSAGE = 1000;

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface RunResult extends Counts {
  /** Each failed test: its full title, its file and its error. */
  readonly failures: readonly string[];
  /** When each file was finished, in seconds from the start of the run, by its absolute path. */
  readonly finished: Durations;
}

export default class SendingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { EVENT_RUN_BEGIN, EVENT_RUN_END, EVENT_TEST_END } = Mocha.Runner.constants;
    const finished: Record<string, number> = {};
    let began = 0;
    runner.once(EVENT_RUN_BEGIN, () => {
      began = performance.now();
    });
    // With --parallel, mocha emits the events of a file when all of its tests have ended.
    runner.on(EVENT_TEST_END, ({ file }: Mocha.Test) => {
      if (file !== undefined) finished[file] ??= (performance.now() - began) / 1000;
    });
    runner.once(EVENT_RUN_END, () => {
      // With --forbid-pending, a skipped test counts as a failure.
      const result: RunResult = {
        passed: this.stats.passes,
        failed: this.stats.failures,
        failures: this.failures.map(failureText),
        finished,
      };
      process.send?.(result);
    });
  }
}

function failureText(test: Mocha.Test): string {
  const { message = String(test.err) } = test.err ?? {};
  return `${test.fullTitle()} (${test.file ?? "unknown file"})\n${message.slice(0, LONGEST_MESSAGE)}`;
}
