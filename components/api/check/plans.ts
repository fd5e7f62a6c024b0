import { type ApiPlan, type ApiRoute, asksForKey } from "../checked-api.ts";
import type { PlanLimit } from "../description.ts";
import { readPlanLimits, readQuota } from "./limits.ts";
import { nearest, type Reader } from "./reader.ts";

/**
 * What consumers may do, by plan. Whether a route asks for a key is said of those alone whose auth could be read.
 *
 * @param routes those that could be read, and their auth too.
 * @param keys of all routes, also of those with a fault of their own, which is reported once, where it stands.
 */
export function readPlans(
  reader: Reader,
  routes: readonly ApiRoute[],
  keys: readonly string[],
): Readonly<Record<string, ApiPlan>> {
  const keyed = routes.find(({ auth }) => asksForKey(auth));
  if (!reader.present) {
    if (keyed === undefined) return {};
    reader.problem(
      "no-plans",
      `"${keyed.key}" asks for an API key, and a key belongs to a consumer with a plan`,
      "Write plans: { standard: {} }, with limits and a quota where they should hold.",
    );
    return {};
  }
  const plans = reader.named((plan) => readPlan(plan, routes, keys));
  if (keyed === undefined && routes.length === keys.length && keys.length > 0) {
    const remedy = "Remove the plans, or give a route an auth with apiKey().";
    reader.problem("plans-without-key", "no route asks for an API key, so no plan would ever hold", remedy);
  } else if (Object.keys(plans).length === 0 && reader.isObject && reader.keys().length === 0) {
    reader.problem("no-plans", "there is no plan that a consumer could have", "Write plans: { standard: {} }.");
  }
  return plans;
}

function readPlan(reader: Reader, routes: readonly ApiRoute[], keys: readonly string[]): ApiPlan | undefined {
  if (!reader.only(["limits", "quota", "routes"])) return undefined;
  const [limits, quota, own] = [reader.at("limits"), reader.at("quota"), reader.at("routes")];
  const all = limits.present ? readPlanLimits(limits) : [];
  const calendar = quota.present ? readQuota(quota) : undefined;
  const single: Record<string, readonly PlanLimit[]> = Object.create(null);
  for (const key of own.present ? own.keys() : []) {
    single[key] = readPlanLimits(own.at(key));
    // Without any route, that is the problem.
    if (keys.length > 0) checkRoute(key, own.at(key), routes, keys);
  }
  return { limits: all, ...(calendar === undefined ? {} : { quota: calendar }), routes: single };
}

function checkRoute(key: string, reader: Reader, routes: readonly ApiRoute[], keys: readonly string[]): void {
  const route = routes.find((other) => other.key === key);
  if (route !== undefined && !asksForKey(route.auth)) {
    const remedy = "Remove it, or give the route an auth with apiKey().";
    reader.problem("plan-of-unkeyed-route", `"${key}" asks for no API key, so no plan holds there`, remedy);
  } else if (!keys.includes(key)) {
    const near = nearest(key, keys);
    const remedy = near === undefined ? "Write the route's key as the description has it." : `Did you mean "${near}"?`;
    reader.problem("unknown-route", `there is no route "${key}"`, remedy);
  }
}
