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
  /** How many routes and places have the problem, if there are several with the same cause. */
  readonly count?: number;
  /** All of them. `route` and `place` are the first. */
  readonly at?: readonly ProblemPlace[];
  /** What is wrong and what must hold, in plain sentences. */
  readonly rule: string;
  /** What to write instead, as a plain sentence. */
  readonly remedy: string;
  /** The rules of OpenAPI linters that report the same, by which a user may know the problem. */
  readonly linters?: readonly string[];
  /** The questions of the document whose answers settle the problem, if answers can. */
  readonly questions?: readonly Question[];
}

/** A question that a document leaves open, and that a member of its root `x-polygate` answers for all operations with the problem. */
export interface Question {
  /** The members that lead to the answer in the root's `x-polygate`, e.g. `["answers", "schemes", "legacy"]`. */
  readonly at: readonly string[];
  /** The answer that the remedy contains, without the operations that it is given for. Words in capital letters must be replaced. */
  readonly example: object | string;
  /** The kinds of answers that settle the problem, if not all of them do. */
  readonly kinds?: readonly string[];
}

/** One of the routes and places of a problem. */
export type ProblemPlace = Pick<Problem, "route" | "place">;

/** Members that several problems have in common. */
export type ProblemContext = Partial<Omit<Problem, "code" | "rule" | "remedy">>;

/** What a problem can have beside its place. */
export type ProblemDetails = Pick<ProblemContext, "questions">;

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
