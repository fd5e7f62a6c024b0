import type { Case } from "../cases.ts";
import type { OracleRoute, PlanLimitText } from "../oracle/description.ts";
import { nextPeriod } from "../oracle/limits.ts";
import { sentKey } from "../world/keys.ts";
import type { Probe, Step } from "./probe.ts";
import { pick } from "./sample.ts";
import type { Shape, Steps } from "./steps.ts";

/** The length of each kind of window, in milliseconds. */
const windows: Readonly<Record<PlanLimitText["per"], number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Probes of rate limits and quotas. */
export class LimitProbes {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** The limit of a plan: reached at one instant, exceeded, exceeded on another route, and free again after two windows. */
  plan(route: OracleRoute | undefined, consumer: string | undefined, salt: number): Probe | undefined {
    if (route === undefined || !route.keyed || consumer === undefined) return undefined;
    const plan = this.#steps.planOf(consumer);
    const own = plan.routes?.[route.key]?.[0];
    const limit = own ?? plan.limits?.[0];
    if (limit === undefined) return undefined;
    const window = windows[limit.per];
    const at = (name: Case, after: number, by = consumer, where = route): Step => ({
      ...this.#steps.step(where, salt, {
        key: sentKey("api-key-valid", this.#steps.context.places.consumers, by, salt),
      }),
      after,
      case: name,
    });
    const cases = ["plan-limit-passes", "plan-limit-exceeded", "plan-limit-recovers"] as const;
    const ofRoute = ["plan-route-limit-passes", "plan-route-limit-exceeded", "plan-route-limit-recovers"] as const;
    const [passes, exceeded, recovers] = own === undefined ? cases : ofRoute;
    const most = Math.max(limit.requests, limit.burst ?? 0);
    const another = this.#steps.context.routes.find(
      (other) => other.keyed && other !== route && plan.routes?.[other.key] === undefined,
    );
    const colleague = this.#steps.consumers.find(
      (name) => name !== consumer && this.#steps.planNameOf(name) === this.#steps.planNameOf(consumer),
    );
    return {
      case: exceeded,
      steps: [
        ...Array.from({ length: most }, (_, index) => at(passes, index === 0 ? 2 * window : 0)),
        at(exceeded, 0),
        at(exceeded, 0),
        ...(another === undefined
          ? []
          : [at(own === undefined ? exceeded : "plan-route-limit-alone", 0, consumer, another)]),
        ...(colleague === undefined ? [] : [at("plan-limit-by-consumer", 0, colleague)]),
        at(recovers, 2 * window),
      ],
    };
  }

  /** The limits and the quota of each plan, on one route. */
  plans(route: OracleRoute): readonly (Probe | undefined)[] {
    return Object.keys(this.#steps.context.description.plans ?? {}).flatMap((plan) => {
      const consumer = this.#steps.consumers.find((name) => this.#steps.planNameOf(name) === plan);
      return [this.plan(route, consumer, 0), this.plan(route, consumer, 1), this.quota(route, consumer, 0)];
    });
  }

  /** A quota: used up from the first instant of a period, exceeded until its end, and available again after it. */
  quota(route: OracleRoute | undefined, consumer: string | undefined, salt: number): Probe | undefined {
    if (route === undefined || !route.keyed || consumer === undefined) return undefined;
    const { quota } = this.#steps.planOf(consumer);
    if (quota === undefined) return undefined;
    const next = (now: number): number => nextPeriod(quota.per, now) - now;
    const at = (name: Case, after: Step["after"], by = consumer): Step => ({
      ...this.#steps.step(route, salt, {
        key: sentKey("api-key-valid", this.#steps.context.places.consumers, by, salt),
      }),
      after,
      case: name,
    });
    const colleague = this.#steps.consumers.find(
      (name) => name !== consumer && this.#steps.planNameOf(name) === this.#steps.planNameOf(consumer),
    );
    return {
      case: "quota-exceeded",
      steps: [
        ...Array.from({ length: quota.requests }, (_, index) => at("quota-passes", index === 0 ? next : 1_000)),
        at("quota-exceeded", 1_000),
        ...(colleague === undefined ? [] : [at("quota-by-consumer", 0, colleague)]),
        // Shorter periods than that of the quota begin in between.
        at("quota-exceeded", quota.per === "day" ? windows.hour : windows.day),
        at("quota-exceeded", (now) => next(now) - 1),
        at("quota-recovers", 1),
      ],
    };
  }

  /** A limit: reached at one instant, exceeded, and free again after two windows. */
  burst(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const limit = route?.limits[0];
    if (route === undefined || limit === undefined) return undefined;
    const window = windows[limit.per];
    const most = Math.max(limit.requests, limit.burst ?? 0);
    const at = (name: Case, after: number, shape: Shape = {}): Step => ({
      ...this.#steps.step(route, salt, shape),
      after,
      case: name,
    });
    const inside = Array.from({ length: most }, (_, index) => at("limit-passes", index === 0 ? 2 * window : 0));
    const over = [at("limit-exceeded", 0), at("limit-exceeded", 0)];
    const other =
      limit.by === "ip"
        ? [at("limit-by-ip", 0, { address: "127.0.0.2" })]
        : limit.by === "consumer"
          ? [
              route.keyed
                ? at("limit-by-key", 0, this.#anotherKey(salt))
                : at("limit-by-consumer", 0, { subject: "another" }),
            ]
          : [];
    return { case: "limit-exceeded", steps: [...inside, ...over, ...other, at("limit-recovers", 2 * window)] };
  }

  /** Requests at uneven intervals over several windows. Fixed windows, sliding windows and token buckets count them differently. */
  spread(route: OracleRoute | undefined, salt: number): Probe | undefined {
    const limit = route?.limits[0];
    if (route === undefined || limit === undefined) return undefined;
    const window = windows[limit.per];
    const gaps = [0, 0.45, 0, 0.5, 0, 0.1, 0, 0, 0.3, 0, 0.6, 0];
    const count = 3 * Math.max(limit.requests, limit.burst ?? 0);
    const steps = Array.from({ length: count }, (_, index): Step => {
      const gap = index === 0 ? 2 : pick(gaps, salt + index);
      return { ...this.#steps.step(route, salt, {}), after: Math.round(gap * window), case: "limit-exceeded" };
    });
    return { case: "limit-exceeded", steps };
  }

  /** The key of a consumer other than that of a step by default. */
  #anotherKey(salt: number): Shape {
    const usual = this.#steps.consumer(salt, this.#steps.unlimitedConsumers);
    const other = this.#steps.consumers.find((name) => name !== usual);
    return other === undefined
      ? {}
      : { key: sentKey("api-key-valid", this.#steps.context.places.consumers, other, salt) };
  }
}
