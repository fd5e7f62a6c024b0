import { fail } from "./failure.ts";

/** Deeper nesting is an attack or a mistake, and would exhaust the stack of every function that walks the document. */
const MOST_LEVELS = 200;

/** Refuses a document that is nested too deep. */
export function tooDeep(name: string): never {
  const rule = `The document is nested more than ${MOST_LEVELS} levels deep.`;
  return fail(name, "too-deep", rule, "Write a flatter document.");
}

/**
 * A copy of the data without members that are `undefined`, as JSON has it.
 *
 * @throws {PolygateError} for anything but plain data, so that no later step meets a cycle, a getter or a function
 */
export function plain(data: unknown, name: string): unknown {
  return new Copy(name).of(data);
}

class Copy {
  readonly #name: string;
  /** The objects that contain the current value. */
  readonly #path: object[] = [];
  /** An object that is listed in several places stays shared, so that a few lines cannot grow into gigabytes. */
  readonly #copies = new Map<object, unknown>();

  constructor(name: string) {
    this.#name = name;
  }

  of(value: unknown): unknown {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value !== "object") {
      return fail(this.#name, "not-data", `A value of type ${typeof value} is not plain data.`, "Write data only.");
    }
    if (this.#path.includes(value)) {
      return fail(this.#name, "not-data", "The document contains itself.", "Use $ref for cycles.");
    }
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (this.#path.length >= MOST_LEVELS) return tooDeep(this.#name);
    this.#path.push(value);
    const copy = Array.isArray(value) ? Array.from(value, (item) => this.of(item)) : this.#object(value);
    this.#path.pop();
    this.#copies.set(value, copy);
    return copy;
  }

  #object(value: object): object {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
      fail(
        this.#name,
        "not-data",
        "An instance of a class is not plain data.",
        "Write { ... }. A value that is known only later belongs in a binding.",
      );
    }
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(entries.map(([key, member]) => [key, this.of(member)]));
  }
}
