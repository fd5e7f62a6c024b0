import type { ProblemDetails } from "../../problem.ts";
import type { Reader } from "../../reader.ts";

/** An operation that asks a question, at the place that asks it. */
interface Asking {
  readonly reader: Reader;
  readonly operation: string;
  /** What the operation declares, in words. */
  readonly declares: string;
}

/** The number of different declarations that a rule lists before it counts the rest. */
const listed = 3;

/** Operations with the same question for the whole document, which are reported together, so that one answer covers them all. */
export class Undecided {
  readonly #code: string;
  readonly #asking: Asking[] = [];

  /** @param code the code of the problem */
  constructor(code: string) {
    this.#code = code;
  }

  add(reader: Reader, operation: string, declares: string): void {
    this.#asking.push({ reader, operation, declares });
  }

  /** The keys of the operations. */
  get operations(): readonly string[] {
    return this.#asking.map(({ operation }) => operation);
  }

  /** Reports every operation, with one rule and one remedy. */
  report(rule: (declares: string) => string, remedy: string, details: ProblemDetails): void {
    const all = [...new Set(this.#asking.map(({ declares }) => declares))];
    const more = all.length - listed;
    const text = rule(`${all.slice(0, listed).join("; ")}${more > 0 ? ` and ${more} more` : ""}`);
    for (const { reader } of this.#asking) reader.problem(this.#code, text, remedy, details);
  }
}
