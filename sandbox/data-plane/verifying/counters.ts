import { type Counted, CounterTable } from "./counter-table.ts";
import { emptyWindow, forget, note, roomAt, type SlidingWindow, timeIn } from "./sliding-window.ts";

/** A token bucket: it starts full, each request takes tokens, and tokens are added at a constant rate. */
export interface Bucket {
  /** The tokens of a full bucket: how many requests pass at once. Zero refuses every request. */
  readonly capacity: number;
  /** The tokens that are added each second; may be a fraction. */
  readonly refillPerSecond: number;
}

/** Whether a request is within a limit, and how long it would have to wait if it is not. */
export type Allowance =
  | { readonly allowed: true }
  /** In whole milliseconds; infinite for a limit of zero. */
  | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * Counts requests against limits. Each gateway has its own counters, which outlive a change of the gateway. The four kinds of count do
 * not share keys. A refused request is not counted. A changed limit applies from the next call on, to what has been counted so far.
 *
 * With `capacity` = `limit` = N and a refill of N a period, each kind of limit lets the first N requests of a period pass, and at most 2 N
 * requests pass in any span of a period's length.
 */
export interface Counters {
  /** Token bucket. */
  take(key: string, bucket: Bucket, now: number, cost?: number): Allowance;
  /** Sliding window: at most `limit` in any span of `windowMs`. */
  slide(key: string, limit: number, windowMs: number, now: number, cost?: number): Allowance;
  /**
   * Fixed window: at most `limit` in each period. Periods are counted from `start`; without it, the first request after a period begins
   * the next.
   */
  fixed(key: string, limit: number, periodMs: number, now: number, start?: number, cost?: number): Allowance;
  /**
   * Sliding window that refuses nothing: counts a request, and returns the number of requests in the last `windowMs`, this one included.
   * Infinite when there is no place to count it.
   */
  seen(key: string, windowMs: number, now: number): number;
}

/**
 * The tokens at a time are `level + (time - since) * rate`, at most the capacity. `level` changes only by whole costs, and `since` only
 * when the bucket is full, so that rounding errors do not add up.
 */
interface BucketState extends Counted {
  level: number;
  since: number;
  rate: number;
  capacity: number;
}

interface FixedState extends Counted {
  start: number;
  used: number;
}

const ALLOWED: Allowance = { allowed: true };
const NEVER: Allowance = { allowed: false, retryAfterMs: Number.POSITIVE_INFINITY };

/** Accepts the rounding errors of `seconds * rate`, such as three thirds of a token. Far below one request. */
const TOLERANCE = 1e-9;

/** Exact counters in bounded memory, which last as long as the process. */
export class ProcessCounters implements Counters {
  readonly #buckets: CounterTable<BucketState>;
  readonly #slides: CounterTable<SlidingWindow>;
  readonly #fixed: CounterTable<FixedState>;
  readonly #seen: CounterTable<SlidingWindow>;

  /** @param capacity the most keys of each kind that may be in use at a time */
  constructor(capacity = 200_000) {
    this.#buckets = new CounterTable(capacity);
    this.#slides = new CounterTable(capacity);
    this.#fixed = new CounterTable(capacity);
    this.#seen = new CounterTable(capacity);
  }

  /** The number of keys of all kinds. */
  get size(): number {
    return this.#buckets.size + this.#slides.size + this.#fixed.size + this.#seen.size;
  }

  take(key: string, bucket: Bucket, now: number, cost = 1): Allowance {
    const { capacity, refillPerSecond } = bucket;
    let state = this.#buckets.get(key, now);
    // Refused before a state is created, so that a limit of zero takes no memory.
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
      state = emptyWindow(now);
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
      state = emptyWindow(now);
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

function periodStart(now: number, periodMs: number, start: number | undefined): number {
  if (start === undefined) return now;
  return start + Math.floor((now - start) / periodMs) * periodMs;
}
