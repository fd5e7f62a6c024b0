import type { PrivateWays } from "../../../private-network/private-ways.ts";
import type { Upstream } from "../../../private-network/upstream.ts";
import type { Targets } from "./linked-network.ts";

/**
 * Selects the targets of a load balancer in turn. A target that did not answer is skipped until its next health check. When
 * no target is left, all of them receive requests again: load balancers "fail open".
 *
 * Real load balancers check their targets by themselves. Here the request that was not answered counts as the failed check.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
 */
export class TargetPool {
  readonly #origins: readonly string[];
  readonly #endsTls: boolean;
  readonly #pauseMs: number;
  readonly #now: () => number;
  readonly #skippedUntil = new Map<string, number>();
  readonly #ways: PrivateWays | undefined;
  #selections = 0;

  /** @param ways the ways to the targets */
  constructor({ origins, pauseMs, endsTls }: Targets, now: () => number, ways?: PrivateWays) {
    this.#origins = origins;
    this.#endsTls = endsTls;
    this.#pauseMs = pauseMs;
    this.#now = now;
    this.#ways = ways;
  }

  next(): Upstream {
    const time = this.#now();
    const answering = this.#origins.filter((origin) => (this.#skippedUntil.get(origin) ?? 0) <= time);
    const candidates = answering.length === 0 ? this.#origins : answering;
    const origin = candidates[this.#selections++ % candidates.length];
    if (origin === undefined) return { problem: "there is no target" };
    const markUnreachable = () => this.#skippedUntil.set(origin, this.#now() + this.#pauseMs);
    return { origin, ...(this.#endsTls ? { endsTls: true } : {}), markUnreachable, way: this.#ways?.to(origin) };
  }
}
