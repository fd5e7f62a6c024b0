/** A token bucket: starts full; every request takes a token; tokens come back at an even rate. */
export interface Bucket {
  /** Tokens when full, i.e. how many requests pass at once. Zero refuses every request. */
  readonly capacity: number;
  /** Tokens that come back each second; may be a fraction. */
  readonly refillPerSecond: number;
}

/** Whether a request is within a limit, and if not, after how long the same request would be. */
export type Allowance =
  | { readonly allowed: true }
  /** In whole milliseconds; infinite when no wait helps: a limit of zero. */
  | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * Counts requests against limits. Each gateway has counters of its own, which outlive a change of the gateway. The four
 * kinds of count do not share keys with each other. A refused request is not counted. A limit changed between two
 * calls holds from the next call on, with what was counted so far.
 *
 * With `capacity` = `limit` = N and a refill of N a period, each kind of limit lets the first N of a period pass, and no span as
 * long as a period sees more than 2 N pass.
 */
export interface Counters {
  /** Token bucket. */
  take(key: string, bucket: Bucket, now: number, cost?: number): Allowance;
  /** Sliding window: at most `limit` in any span of `windowMs`. */
  slide(key: string, limit: number, windowMs: number, now: number, cost?: number): Allowance;
  /**
   * Fixed window: at most `limit` in each period. Periods are counted from `start`; without it, the first request
   * after a period has ended begins the next.
   */
  fixed(key: string, limit: number, periodMs: number, now: number, start?: number, cost?: number): Allowance;
  /**
   * Sliding window that refuses nothing: counts a request, and says how many the span of `windowMs` that ends now has seen, this
   * one among them. Infinite where there is no room to count it.
   */
  seen(key: string, windowMs: number, now: number): number;
}

/** The state of one key. At `idleAt` it has become the same as one never seen, and may be forgotten. */
interface Counted {
  idleAt: number;
}

/**
 * Keys with a state, at most `capacity` of them. Idle ones are dropped, a few at each access, so that no single request pays
 * for a sweep. None in use is ever dropped, because that would hand its owner a fresh limit: when all are in use, a
 * new key is refused.
 */
class Table<T extends Counted> {
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

  /** How long to wait until there is room for a new key; zero when there is. */
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

/**
 * The tokens at a time are `level + (time - since) * rate`, capped by the capacity. `level` only moves by whole costs
 * and `since` only when the bucket is full, so that rounding errors never add up.
 */
interface BucketState extends Counted {
  level: number;
  since: number;
  rate: number;
  capacity: number;
}

/** What passed, as times and how much at each, oldest first from `from` on. */
interface SlideState extends Counted {
  times: number[];
  costs: number[];
  from: number;
  total: number;
}

interface FixedState extends Counted {
  start: number;
  used: number;
}

const ALLOWED: Allowance = { allowed: true };
const NEVER: Allowance = { allowed: false, retryAfterMs: Number.POSITIVE_INFINITY };

/** Forgives the rounding of `seconds * rate`, e.g. a third of a token three times. Far below one request. */
const TOLERANCE = 1e-9;

/** Counters of this process: exact, in bounded memory, gone when it ends. */
export class ProcessCounters implements Counters {
  readonly #buckets: Table<BucketState>;
  readonly #slides: Table<SlideState>;
  readonly #fixed: Table<FixedState>;
  readonly #seen: Table<SlideState>;

  /** @param capacity how many keys of each kind may be in use at the same time */
  constructor(capacity = 200_000) {
    this.#buckets = new Table(capacity);
    this.#slides = new Table(capacity);
    this.#fixed = new Table(capacity);
    this.#seen = new Table(capacity);
  }

  /** How many keys are held, of all kinds. */
  get size(): number {
    return this.#buckets.size + this.#slides.size + this.#fixed.size + this.#seen.size;
  }

  take(key: string, bucket: Bucket, now: number, cost = 1): Allowance {
    const { capacity, refillPerSecond } = bucket;
    let state = this.#buckets.get(key, now);
    // A bucket too small is refused before it is looked up, so that it takes no memory either.
    if (!(capacity >= cost)) return NEVER;
    const rate = refillPerSecond / 1000;
    if (state === undefined) {
      const wait = this.#buckets.full(now);
      if (wait > 0) return { allowed: false, retryAfterMs: wait };
      state = { level: capacity, since: now, rate, capacity, idleAt: now };
      this.#buckets.add(key, state);
    }
    const elapsed = now > state.since ? now - state.since : 0;
    let tokens = Math.min(state.capacity, state.level + elapsed * state.rate);
    if (state.rate !== rate || state.capacity !== capacity) {
      tokens = Math.min(tokens, capacity);
      state.level = tokens;
      state.since = Math.max(now, state.since);
      state.rate = rate;
      state.capacity = capacity;
    } else if (tokens >= capacity) {
      state.level = capacity;
      state.since = Math.max(now, state.since);
    }
    if (tokens + TOLERANCE < cost) {
      state.idleAt = fullAt(state);
      return {
        allowed: false,
        retryAfterMs: rate > 0 ? Math.ceil((cost - TOLERANCE - tokens) / rate) : Number.POSITIVE_INFINITY,
      };
    }
    state.level -= cost;
    state.idleAt = fullAt(state);
    return ALLOWED;
  }

  slide(key: string, limit: number, windowMs: number, now: number, cost = 1): Allowance {
    let state = this.#slides.get(key, now);
    if (!(limit >= cost)) return NEVER;
    if (state === undefined) {
      const wait = this.#slides.full(now);
      if (wait > 0) return { allowed: false, retryAfterMs: wait };
      state = { times: [], costs: [], from: 0, total: 0, idleAt: now };
      this.#slides.add(key, state);
    }
    const time = timeIn(state, now);
    forget(state, time - windowMs);
    if (state.total + cost > limit)
      return { allowed: false, retryAfterMs: roomAt(state, limit - cost, windowMs) - time };
    note(state, time, cost);
    state.idleAt = time + windowMs;
    return ALLOWED;
  }

  seen(key: string, windowMs: number, now: number): number {
    let state = this.#seen.get(key, now);
    if (state === undefined) {
      if (this.#seen.full(now) > 0) return Number.POSITIVE_INFINITY;
      state = { times: [], costs: [], from: 0, total: 0, idleAt: now };
      this.#seen.add(key, state);
    }
    const time = timeIn(state, now);
    forget(state, time - windowMs);
    note(state, time, 1);
    state.idleAt = time + windowMs;
    return state.total;
  }

  fixed(key: string, limit: number, periodMs: number, now: number, start?: number, cost = 1): Allowance {
    let state = this.#fixed.get(key, now);
    if (!(limit >= cost)) return NEVER;
    if (state === undefined) {
      const wait = this.#fixed.full(now);
      if (wait > 0) return { allowed: false, retryAfterMs: wait };
      state = { start: periodStart(now, periodMs, start), used: 0, idleAt: now };
      this.#fixed.add(key, state);
    } else if (now >= state.start + periodMs) {
      state.start = periodStart(now, periodMs, start);
      state.used = 0;
    }
    const end = state.start + periodMs;
    state.idleAt = end;
    if (state.used + cost > limit) return { allowed: false, retryAfterMs: end - now };
    state.used += cost;
    return ALLOWED;
  }
}

function fullAt(state: BucketState): number {
  const missing = state.capacity - state.level;
  if (missing <= 0) return state.since;
  return state.rate > 0 ? state.since + missing / state.rate : Number.POSITIVE_INFINITY;
}

/** A clock that steps back must not put a time out of order: it counts as the latest one seen. */
function timeIn({ times }: SlideState, now: number): number {
  return Math.max(now, times.at(-1) ?? now);
}

/** One entry for all in the same millisecond: an entry a millisecond of the window is the most there is. */
function note(state: SlideState, time: number, cost: number): void {
  const end = state.times.length - 1;
  if (end >= state.from && state.times[end] === time) state.costs[end] = (state.costs[end] ?? 0) + cost;
  else {
    state.times.push(time);
    state.costs.push(cost);
  }
  state.total += cost;
}

function forget(state: SlideState, until: number): void {
  while (state.from < state.times.length && (state.times[state.from] ?? 0) <= until) {
    state.total -= state.costs[state.from] ?? 0;
    state.from++;
  }
  // Cut only when half is dead, so that each entry is moved once on average.
  if (state.from > 32 && state.from * 2 > state.times.length) {
    state.times = state.times.slice(state.from);
    state.costs = state.costs.slice(state.from);
    state.from = 0;
  }
}

/** When so much has left the window that no more than `room` is in it. */
function roomAt(state: SlideState, room: number, windowMs: number): number {
  let total = state.total;
  for (let index = state.from; index < state.times.length; index++) {
    total -= state.costs[index] ?? 0;
    if (total <= room) return (state.times[index] ?? 0) + windowMs;
  }
  return Number.POSITIVE_INFINITY;
}

function periodStart(now: number, periodMs: number, start: number | undefined): number {
  if (start === undefined) return now;
  return start + Math.floor((now - start) / periodMs) * periodMs;
}
