import { at } from "../../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import { readingOf } from "../../../readings.ts";
import type { AwsUsagePlan } from "../../artefacts/rest-api.ts";
import { MAX_OFFSET_DAYS, quotaPeriod } from "./quota-period.ts";
import { bucketOf } from "./throttles.ts";

/** An API key of a usage plan. */
export interface PlanKey {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly plan: AwsUsagePlan;
}

/** Why a request is over a limit of its plan. */
export interface Exceeded {
  readonly type: "THROTTLED" | "QUOTA_EXCEEDED";
  readonly reason: string;
}

/**
 * API keys and the limits of their usage plans.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsagePlans {
  readonly #keys = new Map<string, PlanKey>();
  readonly #surroundings: Pick<Surroundings, "counters" | "readings">;

  /**
   * @param plans the usage plans of the stage; keys of other plans are treated as if they did not exist
   * @throws UnsupportedArtefact for a key in two plans of the stage, and for what the service refuses
   */
  constructor(plans: readonly AwsUsagePlan[], surroundings: Pick<Surroundings, "counters" | "readings">) {
    this.#surroundings = surroundings;
    for (const [index, plan] of plans.entries()) {
      const place = at("usagePlans", index);
      for (const path of Object.keys(plan.methodThrottles)) {
        if (!/^\/{1,2}(?:[^/]+\/)*[A-Z]+$/.test(path)) {
          throw new UnsupportedArtefact(at(at(place, "methodThrottles"), path), "must be /path/METHOD");
        }
      }
      if (plan.quota !== undefined) {
        const { offset, period, limit } = plan.quota;
        if (!Number.isInteger(offset) || offset < 0 || offset > MAX_OFFSET_DAYS[period]) {
          throw new UnsupportedArtefact(
            at(place, "quota.offset"),
            `must be 0 to ${MAX_OFFSET_DAYS[period]} for ${period}`,
          );
        }
        if (!Number.isInteger(limit) || limit < 0) {
          throw new UnsupportedArtefact(at(place, "quota.limit"), "must be a whole number");
        }
      }
      for (const key of plan.keys) {
        if (this.#keys.has(key.value)) {
          throw new UnsupportedArtefact(
            at(place, "keys"),
            `the key ${key.id} already belongs to another plan of this stage`,
          );
        }
        this.#keys.set(key.value, { ...key, plan });
      }
    }
  }

  key(value: string): PlanKey | undefined {
    return this.#keys.get(value);
  }

  /**
   * Counts a request of a key against the plan's throttle of the method, the plan's throttle and the quota, in this order.
   *
   * @returns undefined when the request is within all limits
   */
  count({ id, plan }: PlanKey, resource: string, method: string, now: number): Exceeded | undefined {
    const path = `${resource === "/" ? "" : resource}/${method}`;
    // The root's key is either `/GET` or `//GET`.
    const methodThrottle = plan.methodThrottles[path] ?? plan.methodThrottles[`/${path}`];
    const { counters } = this.#surroundings;
    const alone = methodThrottle !== undefined && readingOf(this.#surroundings, "rest-plan-throttle") === "method";
    const limits = [
      [`plan ${plan.id} method ${path} key ${id}`, methodThrottle, `the plan's throttle of ${path}`],
      [`plan ${plan.id} key ${id}`, alone ? undefined : plan.throttle, "the plan's throttle"],
    ] as const;
    for (const [key, throttle, what] of limits) {
      if (throttle === undefined) continue;
      const bucket = bucketOf(throttle.rateLimit, throttle.burstLimit, this.#surroundings);
      if (bucket !== undefined && !counters.take(key, bucket, now).allowed) {
        return {
          type: "THROTTLED",
          reason: `over ${what}, ${bucket.refillPerSecond} a second with a burst of ${bucket.capacity}`,
        };
      }
    }
    if (plan.quota === undefined) return undefined;
    const { limit, offset, period } = plan.quota;
    const { start, lengthMs } = quotaPeriod(period, offset, now);
    // The key contains the start of the period, because months differ in length and a continued counter would keep the old length.
    const { allowed } = counters.fixed(`quota ${plan.id} key ${id} from ${start}`, limit, lengthMs, now, start);
    return allowed ? undefined : { type: "QUOTA_EXCEEDED", reason: `over the plan's quota of ${limit} a ${period}` };
  }
}
