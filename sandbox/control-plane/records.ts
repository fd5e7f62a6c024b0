import type { PropertyValue } from "./property-value.ts";

/** What a vendor holds: documents by key, e.g. `aws/000000000000/eu-central-1/api/a1b2c3d4e5`. */
export interface Records {
  get(key: string): PropertyValue | undefined;
  /** Every record whose key starts with `prefix`, in the order they were first made. */
  list(prefix: string): readonly (readonly [string, PropertyValue])[];
}

/** One call's changes: seen by the call at once, by all others when they are committed, and all or none of them. */
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

  /** What undoes these changes. */
  inverse(): ReadonlyMap<string, PropertyValue | undefined> {
    return new Map([...this.#changes.keys()].map((key) => [key, this.#base.get(key)]));
  }
}

/** The records of one kind of thing, typed. A `Kind` is the only writer of its keys, so what it reads is what it wrote. */
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
    // Through JSON: what is kept in memory is what a restart would read, without members that are undefined.
    records.put(this.key(...parts), JSON.parse(JSON.stringify(value)) as PropertyValue);
  }

  delete(records: RecordChanges, ...parts: readonly string[]): void {
    records.delete(this.key(...parts));
  }
}
