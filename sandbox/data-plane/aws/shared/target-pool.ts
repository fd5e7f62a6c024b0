import type { Way } from "./way.ts";

/**
 * The targets of a load balancer, one after the other. A target that did not answer is left out until it is looked after again;
 * when all are, each gets its share again, as load balancers "fail open"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html). The real ones look after
 * targets by themselves; here the request that found nobody is the look.
 */
export class TargetPool {
  readonly #origins: readonly string[];
  readonly #pauseMs: number;
  readonly #now: () => number;
  readonly #outUntil = new Map<string, number>();
  #turn = 0;

  /** @param pauseMs between two looks after a target */
  constructor(origins: readonly string[], pauseMs: number, now: () => number) {
    this.#origins = origins;
    this.#pauseMs = pauseMs;
    this.#now = now;
  }

  next(): Way {
    const time = this.#now();
    const answering = this.#origins.filter((origin) => (this.#outUntil.get(origin) ?? 0) <= time);
    const candidates = answering.length === 0 ? this.#origins : answering;
    const origin = candidates[this.#turn++ % candidates.length];
    if (origin === undefined) return { problem: "there is no target" };
    return { origin, lost: () => this.#outUntil.set(origin, this.#now() + this.#pauseMs) };
  }
}
