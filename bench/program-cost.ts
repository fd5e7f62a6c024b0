/**
 * Preloaded into a measured program (`node --import`): writes the program's cost to a file when it ends. It does not change
 * the program or its imports.
 */
import { writeFileSync } from "node:fs";

/** The cost of a program from its start to its end. */
export interface ProgramCost {
  /** The user and system time. */
  readonly cpuSeconds: number;
  /** The largest resident set. */
  readonly peakMemoryMiB: number;
}

/** The environment variable with the path of that file. */
export const COST_VARIABLE = "POLYGATE_BENCH_COST";

const file = process.env[COST_VARIABLE];
if (file !== undefined) {
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    const cost: ProgramCost = {
      cpuSeconds: (user + system) / 1e6,
      peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    };
    writeFileSync(file, JSON.stringify(cost));
  });
}
