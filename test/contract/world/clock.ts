/** What gateways, tokens and the oracle take for the time. */
export interface Time {
  readonly now: () => number;
  /** Lets time pass, where it can be told to. */
  pass(milliseconds: number): void;
}

/** Stands still but for what a test lets pass. */
export class Clock implements Time {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** This machine's. It passes by itself. */
export const realTime: Time = { now: Date.now, pass: () => {} };
