import { at } from "../../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import { type Readings, readingOf } from "../../../readings.ts";
import type { Bucket, Counters } from "../../../verifying/counters.ts";
import type { AwsUsagePlan } from "../../artefacts/rest-api.ts";
import { MAX_OFFSET_DAYS, quotaPeriod } from "./quota-period.ts";
import { bucketOf } from "./throttles.ts";

/** The throttles of a usage plan. */
interface PlanThrottles {
  readonly plan: Bucket | undefined;
  /** By `/path/METHOD`. A method whose throttle has no limit has an entry without a bucket. */
  readonly methods: ReadonlyMap<string, Bucket | undefined>;
}

/** An API key of a usage plan. */
export interface PlanKey {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly plan: AwsUsagePlan;
  readonly throttles: PlanThrottles;
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
  readonly #counters: Counters;
  /** Whether a method's own throttle replaces that of the plan. */
  readonly #methodReplacesPlan: boolean;

  /**
   * @param plans the usage plans of the stage; keys of other plans are treated as if they did not exist
   * @throws UnsupportedArtefact for a key in two plans of the stage, and for what the service refuses
   */
  constructor(plans: readonly AwsUsagePlan[], surroundings: Pick<Surroundings, "counters" | "readings">) {
    this.#counters = surroundings.counters;
    this.#methodReplacesPlan = readingOf(surroundings, "rest-plan-throttle") === "method";
    const zeroRate = readingOf(surroundings, "aws-zero-rate");
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
      const throttles = throttlesOf(plan, zeroRate);
      for (const key of plan.keys) {
        if (this.#keys.has(key.value)) {
          throw new UnsupportedArtefact(
            at(place, "keys"),
            `the key ${key.id} already belongs to another plan of this stage`,
          );
        }
        this.#keys.set(key.value, { ...key, plan, throttles });
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
  count({ id, plan, throttles }: PlanKey, resource: string, method: string, now: number): Exceeded | undefined {
    const path = `${resource === "/" ? "" : resource}/${method}`;
    const alone = this.#methodReplacesPlan && throttles.methods.has(path);
    const limits = [
      [`plan ${plan.id} method ${path} key ${id}`, throttles.methods.get(path), `the plan's throttle of ${path}`],
      [`plan ${plan.id} key ${id}`, alone ? undefined : throttles.plan, "the plan's throttle"],
    ] as const;
    for (const [key, bucket, what] of limits) {
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
    // The key contains the start of the period, because months differ in length and a continued counter would keep the old length.
    const { allowed } = this.#counters.fixed(`quota ${plan.id} key ${id} from ${start}`, limit, lengthMs, now, start);
    return allowed ? undefined : { type: "QUOTA_EXCEEDED", reason: `over the plan's quota of ${limit} a ${period}` };
  }
}

function throttlesOf({ throttle, methodThrottles }: AwsUsagePlan, zeroRate: Readings["aws-zero-rate"]): PlanThrottles {
  const methods = new Map<string, Bucket | undefined>();
  // A key begins with one or two slashes, the root's is `/GET` or `//GET`. One slash takes precedence.
  for (const [key, { rateLimit, burstLimit }] of Object.entries(methodThrottles)) {
    const path = key.replace(/^\/\//, "/");
    if (key === path || !Object.hasOwn(methodThrottles, path))
      methods.set(path, bucketOf(rateLimit, burstLimit, zeroRate));
  }
  return { plan: throttle && bucketOf(throttle.rateLimit, throttle.burstLimit, zeroRate), methods };
}
