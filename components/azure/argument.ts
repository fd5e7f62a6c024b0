import type { ProblemList } from "../api/problem.ts";
import { isLater } from "../gateway/later.ts";

/** A value as it is shown in a rule, cut to a readable length. */
export function shown(value: unknown): string {
  return isLater(value) ? "an Output" : (JSON.stringify(value) ?? typeof value).slice(0, 150);
}

/** The arguments of one component, as far as they are known before the deployment. JavaScript users do not have their types. */
export class ArgumentCheck {
  readonly #problems: ProblemList;
  readonly #code: string;

  /** @param code of problems that have none of their own */
  constructor(problems: ProblemList, code: string) {
    this.#problems = problems;
    this.#code = code;
  }

  reject(place: string, rule: string, remedy: string): void {
    this.#problems.refuse(this.#code, rule, remedy, { place });
  }

  /** Checks a text that may be an Output. */
  text(place: string, value: unknown, what: string, remedy: string): void {
    if (isLater(value) || (typeof value === "string" && value.trim() !== "")) return;
    this.reject(place, `${what} must be a string, not ${shown(value)}.`, remedy);
  }

  /** Checks a value that may be an Output, and otherwise must have a form. */
  form(place: string, value: unknown, has: (value: unknown) => boolean, what: string, remedy: string): void {
    if (isLater(value) || has(value)) return;
    this.reject(place, `This must be ${what}, not ${shown(value)}.`, remedy);
  }

  /** Checks a text that must be one of a few, and known before the deployment. */
  oneOf(place: string, value: unknown, allowed: readonly string[]): void {
    if (value === undefined || allowed.some((each) => each === value)) return;
    this.reject(
      place,
      `This must be ${allowed.map((each) => JSON.stringify(each)).join(" or ")}, not ${shown(value)}.`,
      `Write ${JSON.stringify(allowed[0])}.`,
    );
  }
}
