/** Mocha's own reporter for people, which also tells the process that started mocha how many tests passed and failed. */

import Mocha from "mocha";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      // A pending test is one that was not run: it fails here, as --forbid-pending has it fail.
      const counts: Counts = { passed: this.stats.passes, failed: this.stats.failures };
      process.send?.(counts);
    });
  }
}
