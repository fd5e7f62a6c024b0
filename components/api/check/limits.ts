import type { Limit, PlanLimit, Quota } from "../description.ts";
import type { Reader } from "../reader.ts";

const most = 1_000_000_000;

/** The limits of a route, or the default limits of all routes. */
export function readLimits(reader: Reader): readonly Limit[] {
  const limits: Limit[] = [];
  for (const item of reader.list()) {
    if (!item.only(["requests", "per", "by", "burst"])) continue;
    const limit = readLimit(item);
    const by = item.at("by").oneOf(["route", "api", "consumer", "ip"]);
    if (limit === undefined || by === undefined) continue;
    if (limits.some((other) => other.per === limit.per && other.by === by)) {
      item.problem("duplicate-limit", `There are two limits per ${limit.per} by ${by}.`, "Keep the smaller one.");
    }
    const { requests, per, burst } = limit;
    limits.push({ requests, per, by, ...(burst === undefined ? {} : { burst }) });
  }
  return limits;
}

function readLimit(item: Reader): PlanLimit | undefined {
  const requests = item.at("requests").integer(1, most);
  const per = item.at("per").oneOf(["second", "minute", "hour", "day"]);
  const burst = item.at("burst").present ? item.at("burst").integer(1, most) : undefined;
  if (requests === undefined || per === undefined) return undefined;
  return { requests, per, ...(burst === undefined ? {} : { burst }) };
}

/** The limits of a plan. They have no `by`: each consumer has its own count. */
export function readPlanLimits(reader: Reader): readonly PlanLimit[] {
  const limits: PlanLimit[] = [];
  for (const item of reader.list()) {
    const limit = item.only(["requests", "per", "burst"]) ? readLimit(item) : undefined;
    if (limit === undefined) continue;
    if (limits.some(({ per }) => per === limit.per)) {
      item.problem("duplicate-limit", `There are two limits per ${limit.per}.`, "Keep the smaller one.");
    }
    limits.push(limit);
  }
  return limits;
}

/** The number of requests that a plan allows per calendar period. */
export function readQuota(reader: Reader): Quota | undefined {
  if (!reader.only(["requests", "per"])) return undefined;
  const requests = reader.at("requests").integer(1, most);
  const per = reader.at("per").oneOf(["day", "week", "month"]);
  return requests === undefined || per === undefined ? undefined : { requests, per };
}
