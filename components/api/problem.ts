/** The gateways' vendors. */
export type Vendor = "aws" | "azure" | "gcp";

/** One thing that is wrong, in a form that a person and a program can act on. */
export interface Problem {
  /** Stable and kebab-case, e.g. `unknown-backend`. */
  readonly code: string;
  /** The route's key, e.g. `GET /orders/{id}`, when one route is meant. */
  readonly route?: string;
  /** Where in the description, e.g. `routes["GET /orders"].to`, or a file's place. */
  readonly place?: string;
  /** The capability that is missing, when one is. */
  readonly feature?: string;
  readonly vendor?: Vendor;
  /** What must hold. */
  readonly rule: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What several problems have in common. */
export type ProblemContext = Partial<Omit<Problem, "code" | "rule" | "remedy">>;

/**
 * Collects problems, in the order in which they are found. What they have in common is set once.
 *
 * @example
 * ```ts
 * const problems = new ProblemList({ vendor: "aws" });
 * problems.for({ route: "GET /orders" }).refuse("too-many-scopes", "There are 12 scopes; at most 10 are allowed.", "Remove 2.");
 * if (problems.all.length > 0) throw new PolygateError("The API", problems.all);
 * ```
 */
export class ProblemList {
  readonly #context: ProblemContext;
  readonly #all: Problem[];

  constructor(context: ProblemContext = {}, all: Problem[] = []) {
    this.#context = context;
    this.#all = all;
  }

  /** Everything collected so far, through this list and through every list made from it by {@link ProblemList.for}. */
  get all(): readonly Problem[] {
    return this.#all;
  }

  /** The same list, with more that its problems have in common. */
  for(context: ProblemContext): ProblemList {
    return new ProblemList({ ...this.#context, ...context }, this.#all);
  }

  /** Adds a problem: `rule` says what must hold and what does not, `remedy` what to write instead. */
  refuse(code: string, rule: string, remedy: string, context: ProblemContext = {}): void {
    this.#all.push({ code, ...this.#context, ...context, rule, remedy });
  }
}

/** For a terminal, which obeys control characters: a description may come from a file of strangers. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function line(problem: Problem): string {
  const at = [problem.route, problem.place, problem.vendor].filter((part) => part !== undefined).join(", ");
  return `  - ${printable(`${at === "" ? "" : `${at}: `}${problem.rule}`)}\n    ${printable(problem.remedy)} [${problem.code}]`;
}

/**
 * A description, a binding or a file that cannot be carried, with everything that is wrong in it at once.
 *
 * Thrown before any resource is registered. The Pulumi engine shows the message without a stack trace.
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
  /** What Pulumi's `RunError.isInstance` looks for: the message is shown without a stack trace. */
  readonly __pulumiRunError = true;

  constructor(subject: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${printable(subject)}: ${count}\n${problems.map(line).join("\n")}`);
    this.problems = problems;
  }
}
