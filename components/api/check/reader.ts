import type { Problem } from "../problem.ts";

/** The name among `known` that `word` is probably a misspelling of, if any is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters inserted, left out, replaced, or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforePrevious[j - 2] ?? 0) + 1 : substitution;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution, swap));
    }
    [beforePrevious, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}

/** `"a", "b" or "c"`, for a remedy. */
export function anyOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const quoted = names.map((name) => JSON.stringify(name));
  return quoted.length === 1 ? `${quoted[0]}` : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

const name = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** A value of untrusted origin and where it stands; every `read` method reports what is wrong and goes on. */
export class Reader {
  readonly value: unknown;
  readonly place: string;
  readonly #problems: Problem[];
  readonly #route: string | undefined;

  constructor(value: unknown, place: string, problems: Problem[], route?: string) {
    this.value = value;
    this.place = place;
    this.#problems = problems;
    this.#route = route;
  }

  problem(code: string, rule: string, remedy: string): void {
    this.#problems.push({
      code,
      ...(this.#route === undefined ? {} : { route: this.#route }),
      ...(this.place === "" ? {} : { place: this.place }),
      rule,
      remedy,
    });
  }

  get present(): boolean {
    return this.value !== undefined;
  }

  /** The same place, with what is reported from here on said of `route`. */
  ofRoute(route: string): Reader {
    return new Reader(this.value, this.place, this.#problems, route);
  }

  at(key: string | number): Reader {
    const step =
      typeof key === "number" ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    const parent = this.value;
    const own = typeof parent === "object" && parent !== null && Object.hasOwn(parent, key);
    const value = own ? (parent as Record<string | number, unknown>)[key] : undefined;
    return new Reader(value, `${this.place}${step}`.replace(/^\./, ""), this.#problems, this.#route);
  }

  get isObject(): boolean {
    return typeof this.value === "object" && this.value !== null && !Array.isArray(this.value);
  }

  /** The names of an object's members; empty, and a problem, when this is no plain object. */
  keys(): readonly string[] {
    if (this.isObject) return Object.keys(this.value as object);
    this.problem("wrong-type", `an object is wanted, this is ${describe(this.value)}`, "Write { ... }.");
    return [];
  }

  /** Reports every member that is not among `known`; false when this is no object, and there is no more to say of it. */
  only(known: readonly string[]): boolean {
    for (const key of this.keys()) {
      if (known.includes(key)) continue;
      const near = nearest(key, known);
      this.at(key).problem(
        "unknown-property",
        `there is no property "${key}" here`,
        near === undefined ? `Known are ${anyOf(known)}.` : `Did you mean "${near}"?`,
      );
    }
    return this.isObject;
  }

  /** The members of an object whose keys are names that a user gives. */
  named<T>(read: (entry: Reader) => T | undefined): Record<string, T> {
    const found: Record<string, T> = Object.create(null);
    for (const key of this.keys()) {
      const entry = this.at(key);
      if (!name.test(key)) {
        entry.problem(
          "bad-name",
          'a name starts with a letter and goes on with letters, digits, "_" or "-", at most 63',
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
    if (typeof this.value !== "string") {
      this.problem("wrong-type", `a string is wanted, this is ${describe(this.value)}`, "Write it in quotes.");
      return undefined;
    }
    if (this.value === "" && options.empty !== true) {
      this.problem("empty", "this must not be empty", "Write a text.");
      return undefined;
    }
    if (!this.value.isWellFormed()) {
      this.problem("malformed-text", "this holds half of a surrogate pair", "Write whole characters.");
      return undefined;
    }
    return this.value;
  }

  integer(least: number, most: number): number | undefined {
    if (typeof this.value !== "number" || !Number.isInteger(this.value) || this.value < least || this.value > most) {
      this.problem(
        "out-of-range",
        `a whole number from ${least} to ${most} is wanted, this is ${describe(this.value)}`,
        "Choose a number in that range.",
      );
      return undefined;
    }
    return this.value;
  }

  flag(): boolean | undefined {
    if (typeof this.value === "boolean") return this.value;
    this.problem("wrong-type", `true or false is wanted, this is ${describe(this.value)}`, "Write true or false.");
    return undefined;
  }

  oneOf<const T extends string>(choices: readonly T[]): T | undefined {
    if (typeof this.value === "string" && (choices as readonly string[]).includes(this.value)) return this.value as T;
    this.problem("unknown-value", `${describe(this.value)} is none of ${anyOf(choices)}`, `Write ${anyOf(choices)}.`);
    return undefined;
  }

  list(): readonly Reader[] {
    if (!Array.isArray(this.value)) {
      this.problem("wrong-type", `a list is wanted, this is ${describe(this.value)}`, "Write [ ... ].");
      return [];
    }
    // Array.from, for a list with holes.
    return Array.from(this.value, (_, index) => this.at(index));
  }
}

function describe(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  if (typeof value === "function") return "a function";
  const text = typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? typeof value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
