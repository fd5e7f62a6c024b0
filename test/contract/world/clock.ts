/** The time of the gateways, the tokens and the oracle. It stands still but for what a test lets pass. */
export class Clock {
  #now: number;

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
