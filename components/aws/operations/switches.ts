import type { ProblemList } from "../../api/problem.ts";

/** The options that turn a measurement of the gateway on or off. */
export type Switch = "metrics" | "tracing";

/** Checks that an option is `true` or `false`, if it is set. */
export function checkSwitch(name: Switch, value: unknown, problems: ProblemList): void {
  if (value === undefined || typeof value === "boolean") return;
  const rule = `${name} must be true or false, not ${JSON.stringify(value)}.`;
  problems.refuse("bad-switch", rule, "Write true or false.", { place: name });
}
