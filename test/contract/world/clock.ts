/** The time that gateways, tokens and the oracle use. */
export interface Time {
  readonly now: () => number;
  /** Advances the time, if the clock can be controlled. */
  pass(milliseconds: number): void;
}

/** A clock that advances only when a test advances it. */
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

/** The clock of this machine. Tests cannot control it. */
export const realTime: Time = { now: Date.now, pass: () => {} };
