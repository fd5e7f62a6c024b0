/** The state of one key. From `idleAt` on it equals the state of an unused key, and may be dropped. */
export interface Counted {
  idleAt: number;
}

/**
 * The states of at most `capacity` keys. Idle states are dropped, a few at each access, so that no single request pays for all of them. A
 * state in use is never dropped, because its owner would get a fresh limit: when all are in use, a new key is refused.
 */
export class CounterTable<T extends Counted> {
  readonly #states = new Map<string, T>();
  readonly #capacity: number;
  #cursor: MapIterator<[string, T]> = this.#states.entries();
  #fullUntil = Number.NEGATIVE_INFINITY;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#states.size;
  }

  get(key: string, now: number): T | undefined {
    for (let step = 0; step < 2; step++) {
      const next = this.#cursor.next();
      if (next.done === true) {
        this.#cursor = this.#states.entries();
        break;
      }
      if (next.value[1].idleAt <= now) this.#states.delete(next.value[0]);
    }
    return this.#states.get(key);
  }

  /** How long a new key has to wait for a free place, in milliseconds; zero when one is free. */
  full(now: number): number {
    if (this.#states.size < this.#capacity) return 0;
    if (now < this.#fullUntil) return Math.ceil(this.#fullUntil - now);
    let earliest = Number.POSITIVE_INFINITY;
    for (const [key, state] of this.#states) {
      if (state.idleAt <= now) this.#states.delete(key);
      else if (state.idleAt < earliest) earliest = state.idleAt;
    }
    if (this.#states.size < this.#capacity) return 0;
    this.#fullUntil = earliest;
    return Math.ceil(earliest - now);
  }

  add(key: string, state: T): void {
    this.#states.set(key, state);
  }
}
