import { distinct } from "./distinct.ts";

/**
 * The vendors that Polygate has gateways for.
 *
 * The one place in this folder that lists vendors: a problem names its vendor, and users and the command handle each vendor
 * with a switch or a table, which the compiler keeps complete only for a union.
 */
export type Vendor = "aws" | "azure" | "gcp";

/** One thing that is wrong, in a form that a person and a program can act on. */
export interface Problem {
  /** A stable code in kebab-case, e.g. `unknown-backend`. */
  readonly code: string;
  /** The key of the route that the problem concerns, e.g. `GET /orders/{id}`. */
  readonly route?: string;
  /** The place in the description, e.g. `routes["GET /orders"].to`, or in a file. */
  readonly place?: string;
  /** The feature that the vendor lacks. */
  readonly feature?: string;
  readonly vendor?: Vendor;
  /** What is wrong and what must hold, in plain sentences. */
  readonly rule: string;
  /** What to write instead, as a plain sentence. */
  readonly remedy: string;
}

/** Members that several problems have in common. */
export type ProblemContext = Partial<Omit<Problem, "code" | "rule" | "remedy">>;

/**
 * Collects problems in the order in which they are found. Members that they have in common are set once.
 */
export class ProblemList {
  readonly #context: ProblemContext;
  readonly #all: Problem[];

  constructor(context: ProblemContext = {}, all: Problem[] = []) {
    this.#context = context;
    this.#all = all;
  }

  /** The problems collected so far, by this list and by every list that {@link ProblemList.for} returned. */
  get all(): readonly Problem[] {
    return this.#all;
  }

  /** The same list, with more members that its problems have in common. */
  for(context: ProblemContext): ProblemList {
    return new ProblemList({ ...this.#context, ...context }, this.#all);
  }

  /** Adds a problem. `rule` says what is wrong and what must hold, `remedy` what to write instead. */
  refuse(code: string, rule: string, remedy: string, context: ProblemContext = {}): void {
    this.#all.push({ code, ...this.#context, ...context, rule, remedy });
  }
}

/** Escapes control characters, which a terminal would obey: a description may come from a file of strangers. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function print(problem: Problem): string {
  const at = [problem.route, problem.place, problem.vendor].filter((part) => part !== undefined).join(", ");
  return `  - ${printable(`${at === "" ? "" : `${at}: `}${problem.rule}`)}\n    ${printable(problem.remedy)} [${problem.code}]`;
}

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
    const count = all.length === 1 ? "1 problem" : `${all.length} problems`;
    super(`${printable(subject)}: ${count}\n${all.map(print).join("\n")}`);
    this.problems = all;
  }
}
