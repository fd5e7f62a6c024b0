import type { Counted } from "./counter-table.ts";

/** A sliding window: the times of the counted requests and the cost at each, oldest first, from index `from` on. */
export interface SlidingWindow extends Counted {
  times: number[];
  costs: number[];
  from: number;
  total: number;
}

/** A window without requests. */
export function emptyWindow(now: number): SlidingWindow {
  return { times: [], costs: [], from: 0, total: 0, idleAt: now };
}

/** The time of a request in a window. After a clock step backwards it is the latest time so far, so that times stay in order. */
export function timeIn({ times }: SlidingWindow, now: number): number {
  return Math.max(now, times.at(-1) ?? now);
}

/** Counts a request. Requests of the same millisecond share an entry, so that the window has at most one entry a millisecond. */
export function note(state: SlidingWindow, time: number, cost: number): void {
  const end = state.times.length - 1;
  if (end >= state.from && state.times[end] === time) state.costs[end] = (state.costs[end] ?? 0) + cost;
  else {
    state.times.push(time);
    state.costs.push(cost);
  }
  state.total += cost;
}

/** Drops the entries up to a time. */
export function forget(state: SlidingWindow, until: number): void {
  while (state.from < state.times.length && (state.times[state.from] ?? 0) <= until) {
    state.total -= state.costs[state.from] ?? 0;
    state.from++;
  }
  // Shortened only when half of it is unused, so that each entry moves once on average.
  if (state.from > 32 && state.from * 2 > state.times.length) {
    state.times = state.times.slice(state.from);
    state.costs = state.costs.slice(state.from);
    state.from = 0;
  }
}

/** When the total of the window has fallen to `room`. */
export function roomAt(state: SlidingWindow, room: number, windowMs: number): number {
  let total = state.total;
  for (let index = state.from; index < state.times.length; index++) {
    total -= state.costs[index] ?? 0;
    if (total <= room) return (state.times[index] ?? 0) + windowMs;
  }
  return Number.POSITIVE_INFINITY;
}
