import { headerValues } from "../../header-values.ts";
import type { Lookup } from "./lookup.ts";

/**
 * Headers whose values are not joined with commas when a policy sets several values, because the values contain commas or dates.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy#usage-notes
 */
const SEPARATE = new Set([
  "user-agent",
  "www-authenticate",
  "proxy-authenticate",
  "cookie",
  "set-cookie",
  "warning",
  "date",
  "expires",
  "if-modified-since",
  "if-unmodified-since",
  "last-modified",
  "retry-after",
]);

/** The header fields of a message, in order and with the names as sent. Names are compared without case. */
export class HeaderFields implements Lookup<readonly string[]> {
  #fields: (readonly [string, string])[];

  constructor(fields: readonly (readonly [string, string])[] = []) {
    this.#fields = [...fields];
  }

  get fields(): readonly (readonly [string, string])[] {
    return this.#fields;
  }

  get(name: string): readonly string[] | undefined {
    const values = headerValues(this.#fields, name.toLowerCase());
    return values.length === 0 ? undefined : values;
  }

  delete(name: string): void {
    const wanted = name.toLowerCase();
    this.#fields = this.#fields.filter(([each]) => each.toLowerCase() !== wanted);
  }

  /** Replaces all fields with this name by the values. */
  set(name: string, values: readonly string[]): void {
    this.delete(name);
    if (SEPARATE.has(name.toLowerCase())) for (const value of values) this.#fields.push([name, value]);
    else this.#fields.push([name, values.join(",")]);
  }

  append(name: string, values: readonly string[]): void {
    this.set(name, [...(this.get(name) ?? []), ...values]);
  }
}
