import type { Schema } from "./schema-oracle.ts";

const texts = [
  "",
  "a",
  "b",
  "ab",
  "abc",
  "a1",
  "1",
  "漢字",
  "🙂",
  "🙂🙂🙂",
  "A-B",
  " ",
  "long-text-of-many-letters",
  "2026-11-30",
];
const numbers = [0, 1, -1, 2, 3, 4, 5, 7, 10, 1.5, 2.5, -3, 1e21];
const others = [null, true, false, [], {}, [[]], { a: 1 }, [1, "a", null]];

/** A value that a schema probably allows, or almost. */
export class SampleValues {
  readonly #schemas: Readonly<Record<string, Schema>>;
  #state: number;

  constructor(schemas: Readonly<Record<string, Schema>>, seed: number) {
    this.#schemas = schemas;
    this.#state = seed;
  }

  next(schema: Schema, level = 0): unknown {
    if (typeof schema === "boolean" || level > 5 || this.#below(12) === 0) return this.#any();
    const {
      $ref,
      enum: values,
      const: constant,
      properties,
      items,
      type,
    } = schema as Readonly<Record<string, unknown>>;
    const inner = (each: unknown): unknown => this.next(each as Schema, level + 1);
    if (typeof $ref === "string") {
      const value = inner(this.#schemas[$ref.split("/").at(-1) ?? ""] ?? true);
      return this.#merged(value, inner({ ...schema, $ref: undefined }));
    }
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const list = (schema as Readonly<Record<string, unknown>>)[keyword];
      if (!Array.isArray(list) || list.length === 0) continue;
      const own = inner({ ...schema, [keyword]: undefined });
      if (keyword === "allOf") return list.reduce((all: unknown, each) => this.#merged(all, inner(each)), own);
      return this.#merged(own, inner(this.#pick(list)));
    }
    if (Array.isArray(values)) return this.#pick(values);
    if (constant !== undefined) return constant;
    if (schema.nullable === true && this.#below(4) === 0) return null;
    const chosen = Array.isArray(type)
      ? this.#pick(type)
      : (type ?? (properties ? "object" : items ? "array" : undefined));
    if (chosen === "object") return this.#object(schema, inner);
    if (chosen === "array") return Array.from({ length: this.#below(4) }, () => inner(items ?? true));
    if (chosen === "string") return this.#pick(texts);
    if (chosen === "integer" || chosen === "number") return this.#pick(numbers);
    if (chosen === "boolean") return this.#below(2) === 0;
    return chosen === "null" ? null : this.#any();
  }

  #object(schema: Exclude<Schema, boolean>, inner: (schema: unknown) => unknown): object {
    const properties = Object.entries((schema.properties ?? {}) as object);
    const required = (schema.required ?? []) as readonly string[];
    const members = properties.flatMap(([name, each]) =>
      this.#below(required.includes(name) ? 8 : 3) === 0 ? [] : [[name, inner(each)]],
    );
    const more = this.#below(4) === 0 ? [[this.#pick(["more", "a", "b", "x1", "constructor"]), this.#any()]] : [];
    const missing = required.filter((name) => this.#below(6) !== 0 && !properties.some(([own]) => own === name));
    return Object.fromEntries([...members, ...missing.map((name) => [name, this.#any()]), ...more]);
  }

  /** A value that two schemas may allow together. */
  #merged(one: unknown, other: unknown): unknown {
    const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
    if (isObject(one) && isObject(other) && !Array.isArray(one) && !Array.isArray(other)) return { ...one, ...other };
    return this.#below(2) === 0 ? one : other;
  }

  #any(): unknown {
    return this.#pick([...texts, ...numbers, ...others]);
  }

  #pick<T>(choices: readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  /** A number below a limit (mulberry32). */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % limit;
  }
}
