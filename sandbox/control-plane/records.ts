import type { PropertyValue } from "./property-value.ts";

/** The state of all vendors: documents by key, e.g. `aws/000000000000/eu-central-1/api/a1b2c3d4e5`. */
export interface Records {
  get(key: string): PropertyValue | undefined;
  /** Every record whose key starts with `prefix`, in the order of creation. */
  list(prefix: string): readonly (readonly [string, PropertyValue])[];
}

/** The changes of one call. The call sees them at once; others see all of them after the commit, or none. */
export class RecordChanges implements Records {
  readonly #base: Records;
  readonly #changes = new Map<string, PropertyValue | undefined>();

  constructor(base: Records) {
    this.#base = base;
  }

  get(key: string): PropertyValue | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  list(prefix: string): readonly (readonly [string, PropertyValue])[] {
    const all = new Map(this.#base.list(prefix));
    for (const [key, value] of this.#changes) {
      if (!key.startsWith(prefix)) continue;
      if (value === undefined) all.delete(key);
      else all.set(key, value);
    }
    return [...all];
  }

  put(key: string, value: PropertyValue): void {
    this.#changes.set(key, value);
  }

  delete(key: string): void {
    this.#changes.set(key, undefined);
  }

  /** Deletes every record whose key starts with `prefix`. */
  deleteAll(prefix: string): void {
    for (const [key] of this.list(prefix)) this.delete(key);
  }

  /** The changed records; `undefined` for a deleted one. */
  get changes(): ReadonlyMap<string, PropertyValue | undefined> {
    return this.#changes;
  }

  /** The changes that undo these. */
  inverse(): ReadonlyMap<string, PropertyValue | undefined> {
    return new Map([...this.#changes.keys()].map((key) => [key, this.#base.get(key)]));
  }
}

/** The typed records of one kind. A `Kind` is the only writer of its keys, so it reads only what it wrote. */
export class Kind<T extends object> {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  key(...parts: readonly string[]): string {
    return [this.#prefix, ...parts].join("/");
  }

  get(records: Records, ...parts: readonly string[]): T | undefined {
    return records.get(this.key(...parts)) as T | undefined;
  }

  list(records: Records, ...parts: readonly string[]): readonly (readonly [string, T])[] {
    return records.list(`${this.key(...parts)}/`) as unknown as readonly (readonly [string, T])[];
  }

  put(records: RecordChanges, value: T, ...parts: readonly string[]): void {
    // Converted through JSON, so that memory has what a restart would read, without undefined members.
    records.put(this.key(...parts), JSON.parse(JSON.stringify(value)) as PropertyValue);
  }

  delete(records: RecordChanges, ...parts: readonly string[]): void {
    records.delete(this.key(...parts));
  }
}
