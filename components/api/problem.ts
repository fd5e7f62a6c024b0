import { distinct } from "./distinct.ts";
import { byCause, causeLines } from "./problem/causes.ts";
import { type Problem, printable } from "./problem/problem-list.ts";

export {
  type Problem,
  type ProblemContext,
  type ProblemDetails,
  ProblemList,
  type ProblemPlace,
  printable,
  type Question,
  type Vendor,
} from "./problem/problem-list.ts";

/**
 * Reports everything that is wrong with a description, a binding or a file, all at once.
 *
 * It is thrown before any resource is registered. The Pulumi engine shows the message without a stack trace.
 *
 * @example
 * ```ts
 * import { defineApi, http, PolygateError } from "polygate";
 *
 * try {
 *   defineApi({ version: 1, backends: { shop: http() }, auth: {}, routes: { "GET /": { to: "shop" } } });
 * } catch (error) {
 *   if (error instanceof PolygateError) console.error(error.problems[0]?.code); // "no-auth"
 * }
 * ```
 */
export class PolygateError extends Error {
  override readonly name = "PolygateError";
  readonly problems: readonly Problem[];
  /** Pulumi's `RunError.isInstance` looks for this member, and then shows the message without a stack trace. */
  readonly __pulumiRunError = true;

  constructor(subject: string, problems: readonly Problem[]) {
    const all = distinct(problems);
    const causes = byCause(all);
    const count = causes.length === 1 ? "1 problem" : `${causes.length} problems`;
    super(`${printable(subject)}: ${count}\n${causeLines(causes).join("\n")}`);
    this.problems = all;
  }
}
