import { containsOutput, isLater } from "./later.ts";
import type { ProblemDetails, ProblemList } from "./problem.ts";
import { anyOf, suggest } from "./suggestion.ts";

const name = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/**
 * A value of untrusted origin and its place. Each method that reads the value reports what is wrong with it and returns
 * `undefined` or something empty, so that one run finds every problem.
 */
export class Reader {
  readonly value: unknown;
  readonly #problems: ProblemList;
  /** Undefined until it is needed: most values have no problem. Then it follows from the owner and the key. */
  #place: string | undefined;
  #owner: Reader | undefined;
  #key: string | number = "";

  constructor(value: unknown, place: string, problems: ProblemList) {
    this.value = value;
    this.#place = place;
    this.#problems = problems;
  }

  /** As a user would write it in JavaScript: `routes["GET /orders"].limits[0]`. */
  get place(): string {
    this.#place ??= `${this.#owner?.place ?? ""}${stepTo(this.#key)}`.replace(/^\./, "");
    return this.#place;
  }

  /** Reports a problem at this place. */
  problem(code: string, rule: string, remedy: string, details: ProblemDetails = {}): void {
    this.#problems.refuse(code, rule, remedy, { ...(this.place === "" ? {} : { place: this.place }), ...details });
  }

  get present(): boolean {
    return this.value !== undefined;
  }

  /** The same value; its problems, and those of its members, name the route. */
  ofRoute(route: string): Reader {
    return new Reader(this.value, this.place, this.#problems.for({ route }));
  }

  /** Another value at the same place. */
  with(value: unknown): Reader {
    return new Reader(value, this.place, this.#problems);
  }

  /** A member of an object or an item of a list; not present where the value has no such member of its own. */
  at(key: string | number): Reader {
    const parent = this.value;
    const own = typeof parent === "object" && parent !== null && Object.hasOwn(parent, key);
    const value = own ? (parent as Record<string | number, unknown>)[key] : undefined;
    const member = new Reader(value, "", this.#problems);
    member.#place = undefined;
    member.#owner = this;
    member.#key = key;
    return member;
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value) && !isLater(this.value);
  }

  /** The names of an object's members. Reports a value that is no object. */
  keys(): readonly string[] {
    if (this.isObject) return Object.keys(this.value as object);
    this.#mustBe("an object", "Write { ... }.");
    return [];
  }

  /** Reports every member that is not among `known`. Returns whether the value is an object. */
  only(known: readonly string[]): boolean {
    for (const key of this.keys()) {
      if (known.includes(key)) continue;
      this.at(key).problem(
        "unknown-property",
        `The property "${key}" is unknown here.`,
        suggest(key, known, "Remove it."),
      );
    }
    return this.isObject;
  }

  /** Reads each member of an object whose keys are names that a user chooses. */
  named<T>(read: (entry: Reader) => T | undefined): Record<string, T> {
    const found: Record<string, T> = Object.create(null);
    for (const key of this.keys()) {
      const entry = this.at(key);
      if (!name.test(key)) {
        entry.problem(
          "bad-name",
          'A name starts with a letter, contains only letters, digits, "_" and "-", and has at most 63 characters.',
          "Rename it.",
        );
        continue;
      }
      const value = read(entry);
      if (value !== undefined) found[key] = value;
    }
    return found;
  }

  text(options: { readonly empty?: boolean } = {}): string | undefined {
    if (typeof this.value !== "string") return this.#mustBe("a string", "Write it in quotes.");
    if (this.value === "" && options.empty !== true) {
      this.problem("empty", "The value must not be empty.", "Write at least one character.");
      return undefined;
    }
    if (this.#reportsOutput()) return undefined;
    if (!this.value.isWellFormed()) {
      this.problem("malformed-text", "The text contains half of a surrogate pair.", "Write whole characters.");
      return undefined;
    }
    return this.value;
  }

  integer(least: number, most: number): number | undefined {
    if (typeof this.value === "number" && Number.isInteger(this.value) && this.value >= least && this.value <= most) {
      return this.value;
    }
    return this.#mustBe(`a whole number from ${least} to ${most}`, "Choose a number in that range.", "out-of-range");
  }

  flag(): boolean | undefined {
    if (typeof this.value === "boolean") return this.value;
    return this.#mustBe("true or false", "Write true or false.");
  }

  oneOf<const T extends string>(choices: readonly T[]): T | undefined {
    if (typeof this.value === "string" && (choices as readonly string[]).includes(this.value)) return this.value as T;
    return this.#mustBe(anyOf(choices), `Write ${anyOf(choices)}.`, "unknown-value");
  }

  /** The items of a list. Reports a value that is no list. */
  list(): readonly Reader[] {
    if (!Array.isArray(this.value)) {
      this.#mustBe("a list", "Write [ ... ].");
      return [];
    }
    // Array.from, for a list with holes.
    return Array.from(this.value, (_, index) => this.at(index));
  }

  /** Reports a text that was made from an Output without `pulumi.interpolate`. */
  noOutput(): void {
    this.#reportsOutput();
  }

  #reportsOutput(): boolean {
    if (typeof this.value !== "string" || !containsOutput(this.value)) return false;
    this.problem(
      "output-in-text",
      "The text contains an Output, whose value is known only during the deployment. Pulumi put a message in its place.",
      "Write pulumi.interpolate`...` if the value may be an Output here. Otherwise write a text that is known.",
    );
    return true;
  }

  #mustBe(wanted: string, remedy: string, code = "wrong-type"): undefined {
    if (isLater(this.value)) {
      const rule = `The value must be ${wanted} that is known before the deployment, but it is ${describe(this.value)}.`;
      this.problem("known-too-late", rule, "Pass the value itself, not an Output or a Promise.");
      return;
    }
    this.problem(code, `The value must be ${wanted}, but it is ${describe(this.value)}.`, remedy);
  }
}

function stepTo(key: string | number): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (isLater(value)) return value instanceof Promise ? "a Promise" : "an Output";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "function") return "a function";
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? `a ${typeof value}`);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
