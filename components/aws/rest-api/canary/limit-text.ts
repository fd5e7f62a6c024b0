import type { RestPlan } from "../stage/settings.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * Describes what the stage's settings of a method allow. Metrics and logs are left out: they may change. A limit that is left out
 * is the one that the provider then writes.
 */
export function methodText(settings: object): string {
  const {
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
    cachingEnabled,
    cacheTtlInSeconds,
  } = settings as Members;
  const isUnlimited = Number(rate ?? -1) === -1 && Number(burst ?? -1) === -1;
  const limit = isUnlimited ? "no limit" : `${rate} a second, ${burst} at once`;
  return cachingEnabled === true ? `${limit}, cached for ${cacheTtlInSeconds} seconds` : limit;
}

/** Describes what a usage plan allows. */
export function planText(plan: object): string {
  const { throttleSettings, quotaSettings, apiStages } = plan as Members;
  const { limit, period } = (quotaSettings ?? {}) as Members;
  const [{ throttles }] = ((apiStages as readonly Members[] | undefined) ?? [{}]) as [Members];
  const methods = ((throttles ?? []) as readonly Members[]).map((each) => `${each.path}: ${throttleText(each)}`);
  const parts = [
    ...(throttleSettings === undefined || throttleSettings === null ? [] : [throttleText(throttleSettings)]),
    ...(quotaSettings === undefined || quotaSettings === null ? [] : [`${limit} a ${String(period).toLowerCase()}`]),
    ...methods.toSorted(),
  ];
  return parts.length === 0 ? "no limit" : parts.join("; ");
}

function throttleText(throttle: object): string {
  const { rateLimit, burstLimit } = throttle as Members;
  return `${rateLimit} a second, ${burstLimit} at once`;
}

/** Returns the arguments of a plan's resource, in the form in which the state contains them. */
export function planArguments({ throttle, quota, methods }: RestPlan): object {
  return {
    throttleSettings: throttle && { rateLimit: throttle.rate, burstLimit: throttle.burst },
    quotaSettings: quota,
    apiStages: [{ throttles: methods.map(({ path, rate, burst }) => ({ path, rateLimit: rate, burstLimit: burst })) }],
  };
}
