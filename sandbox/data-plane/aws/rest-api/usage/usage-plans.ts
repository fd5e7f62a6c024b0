import { at } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";
import type { Counters } from "../../../verifying/counters.ts";
import type { AwsUsagePlan } from "../../artefacts/rest-api.ts";
import { MOST_OFFSET_DAYS, quotaPeriod } from "./quota-period.ts";
import { bucketOf } from "./throttles.ts";

/** A key that a usage plan of the stage has. */
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

/** API keys and the limits of their plans: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html */
export class UsagePlans {
  readonly #keys = new Map<string, PlanKey>();
  readonly #counters: Counters;

  /**
   * @param plans those of the stage; of other plans' keys nothing is known here, which is as good as their not existing
   * @throws UnsupportedArtefact for a key in two plans of the stage, and for what the service refuses
   */
  constructor(plans: readonly AwsUsagePlan[], counters: Counters) {
    this.#counters = counters;
    for (const [index, plan] of plans.entries()) {
      const place = at("usagePlans", index);
      for (const path of Object.keys(plan.methodThrottles)) {
        if (!/^\/{1,2}(?:[^/]+\/)*[A-Z]+$/.test(path)) {
          throw new UnsupportedArtefact(at(at(place, "methodThrottles"), path), "must be /path/METHOD");
        }
      }
      if (plan.quota !== undefined) {
        const { offset, period, limit } = plan.quota;
        if (!Number.isInteger(offset) || offset < 0 || offset > MOST_OFFSET_DAYS[period]) {
          throw new UnsupportedArtefact(
            at(place, "quota.offset"),
            `must be 0 to ${MOST_OFFSET_DAYS[period]} for ${period}`,
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
            `the key ${key.id} is in another plan of this stage already`,
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
   * Counts a request of a key: the plan's throttle of the method, that of the plan, then the quota. Of a method with a
   * throttle of its own both are asked (U: the stricter reading).
   * @returns undefined when it is within all of them
   */
  count({ id, plan }: PlanKey, resource: string, method: string, now: number): Exceeded | undefined {
    const path = `${resource === "/" ? "" : resource}/${method}`;
    // Of the root, `//GET` is as good.
    const own = plan.methodThrottles[path] ?? plan.methodThrottles[`/${path}`];
    const limits = [
      [`plan ${plan.id} method ${path} key ${id}`, own, `the plan's throttle of ${path}`],
      [`plan ${plan.id} key ${id}`, plan.throttle, "the plan's throttle"],
    ] as const;
    for (const [key, throttle, what] of limits) {
      if (throttle === undefined) continue;
      const bucket = bucketOf(throttle.rateLimit, throttle.burstLimit);
      if (bucket !== undefined && !this.#counters.take(key, bucket, now).allowed) {
        return {
          type: "THROTTLED",
          reason: `over ${what}, ${bucket.refillPerSecond} a second with a burst of ${bucket.capacity}`,
        };
      }
    }
    if (plan.quota === undefined) return undefined;
    const { limit, offset, period } = plan.quota;
    const { start, lengthMs } = quotaPeriod(period, offset, now);
    // The beginning is part of the key: months differ in length, and a counter that lives on would take the old month's.
    const { allowed } = this.#counters.fixed(`quota ${plan.id} key ${id} from ${start}`, limit, lengthMs, now, start);
    return allowed ? undefined : { type: "QUOTA_EXCEEDED", reason: `over the plan's quota of ${limit} a ${period}` };
  }
}
