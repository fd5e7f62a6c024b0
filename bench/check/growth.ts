import type { CheckResult } from "../result.ts";

/** The measurement of the same document with the fewest copies. */
export function fewestCopies(all: readonly CheckResult[], one: CheckResult): CheckResult {
  const same = all.filter(({ name }) => name === one.name).toSorted((a, b) => a.copies - b.copies);
  return same[0] ?? one;
}
