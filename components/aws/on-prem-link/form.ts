import type { ProblemList } from "../../api/problem.ts";
import { isLater } from "../../gateway/later.ts";

/** Rejects an argument of an `AwsOnPremLink`. */
export function refuseArgument(problems: ProblemList, place: string, rule: string, remedy: string): void {
  problems.refuse("bad-on-prem-link", rule, remedy, { place });
}

/** A value as it is shown in a rule, cut to a readable length. */
export function shown(value: unknown): string {
  return isLater(value) ? "an Output" : (JSON.stringify(value) ?? typeof value).slice(0, 100);
}

/** Checks an id or an ARN, which may be an Output. */
export function checkId(problems: ProblemList, place: string, value: unknown): void {
  if (isLater(value) || (typeof value === "string" && value !== "")) return;
  const rule = `This must be an id or an ARN, not ${shown(value)}.`;
  refuseArgument(problems, place, rule, "Write the id, or pass the resource's Output.");
}

/** Checks a port. */
export function checkPort(problems: ProblemList, place: string, port: unknown): void {
  if (typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535) return;
  const rule = `A port must be a whole number from 1 to 65535, not ${shown(port)}.`;
  refuseArgument(problems, place, rule, "Write the server's port.");
}
