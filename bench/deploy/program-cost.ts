/**
 * Loaded into a measured program before anything else (`node --import`): leaves its account behind when it ends. The
 * program itself, and what it imports, are as they are without it.
 */
import { writeFileSync } from "node:fs";

/** What a program took, from its start to its end. */
export interface ProgramCost {
  /** User and system time. */
  readonly cpuSeconds: number;
  /** The largest resident set. */
  readonly peakMemoryMiB: number;
}

/** Names the file in the environment. */
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
