import type { AwsUsagePlan } from "../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import type { Mutant } from "../mutant.ts";
import { type Change, onArtefacts, onPlan } from "./artefacts.ts";

function onQuota(name: string, change: (quota: NonNullable<AwsUsagePlan["quota"]>) => AwsUsagePlan["quota"]): Change {
  return onPlan(name, ({ quota, ...plan }) => {
    const changed = quota === undefined ? undefined : change(quota);
    if (changed === undefined) throw new Error(`The plan ${name} has no quota.`);
    return { ...plan, quota: changed };
  });
}

function withSettings(
  key: RegExp,
  change: (settings: Record<string, number>) => Record<string, number> | undefined,
): Change {
  return onArtefacts((artefacts) => {
    const settings = Object.entries(artefacts.stage.methodSettings);
    if (!settings.some(([name]) => key.test(name))) throw new Error(`No method settings match ${key}.`);
    const methodSettings = Object.fromEntries(
      settings.flatMap(([name, value]) => {
        const changed = key.test(name) ? change({ ...value } as Record<string, number>) : value;
        return changed === undefined ? [] : [[name, changed]];
      }),
    );
    return { ...artefacts, stage: { ...artefacts.stage, methodSettings } };
  });
}

/** Mutants of rate limits and quotas. */
export const limitMutants: readonly Mutant[] = [
  {
    fault: "a plan has no limit",
    mutate: onPlan("small", ({ throttle: _, ...plan }) => plan),
    caughtBy: "plan-limit-exceeded",
  },
  {
    fault: "a plan's limit is too low",
    mutate: onPlan("small", (plan) => ({ ...plan, throttle: { rateLimit: 0.05, burstLimit: 2 } })),
    caughtBy: "plan-limit-passes",
  },
  {
    fault: "a plan's limit does not recover",
    mutate: onPlan("small", (plan) => ({ ...plan, throttle: { rateLimit: 1e-9, burstLimit: 3 } })),
    caughtBy: "plan-limit-recovers",
  },
  {
    fault: "a plan has no limit for a route",
    mutate: onPlan("single", (plan) => ({ ...plan, methodThrottles: {} })),
    caughtBy: "plan-route-limit-exceeded",
  },
  {
    fault: "a plan's limit for a route applies to all routes",
    mutate: onPlan("single", (plan) => {
      const [throttle] = Object.values(plan.methodThrottles);
      if (throttle === undefined) throw new Error("The plan has no limit for a route.");
      return { ...plan, throttle };
    }),
    readings: { "rest-plan-throttle": "both" },
    caughtBy: "plan-route-limit-alone",
  },
  {
    fault: "the consumers of a plan share one limit",
    mutate: onPlan("small", (plan) => ({ ...plan, keys: plan.keys.map((key) => ({ ...key, id: "all" })) })),
    caughtBy: "plan-limit-by-consumer",
  },
  {
    fault: "a limit by consumer is missing",
    mutate: onPlan("free", (plan) => ({ ...plan, methodThrottles: {} })),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a quota is one request too high",
    mutate: onQuota("monthly", (quota) => ({ ...quota, limit: quota.limit + 1 })),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a weekly quota is a daily one",
    mutate: onQuota("weekly", (quota) => ({ ...quota, period: "DAY" })),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a monthly quota is a weekly one",
    mutate: onQuota("monthly", (quota) => ({ ...quota, period: "WEEK" })),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a daily quota is a monthly one",
    mutate: onQuota("daily", (quota) => ({ ...quota, period: "MONTH" })),
    caughtBy: "quota-recovers",
  },
  {
    fault: "a quota's week begins one day late",
    mutate: onQuota("weekly", (quota) => ({ ...quota, offset: 1 })),
    caughtBy: "quota-recovers",
  },
  {
    fault: "the limit of one route is dropped",
    mutate: withSettings(/limited\/GET$/, () => undefined),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "a limit allows twice the burst",
    mutate: withSettings(/limited\/GET$/, (settings) => ({ ...settings, throttlingBurstLimit: 6 })),
    caughtBy: "limit-exceeded",
  },
  {
    fault: "the limit for all methods is 0",
    mutate: withSettings(/^\*\/\*$/, () => ({ throttlingBurstLimit: 0, throttlingRateLimit: 0 })),
    caughtBy: "route-hit",
  },
];
