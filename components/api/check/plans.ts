import { type ApiPlan, type ApiRoute, requiresKey } from "../checked-api.ts";
import type { PlanLimit } from "../description.ts";
import type { Reader } from "../reader.ts";
import { nearest } from "../suggestion.ts";
import { readPlanLimits, readQuota } from "./limits.ts";

/**
 * The plans of consumers, by name. Only routes whose auth could be read are checked for an API key.
 *
 * @param routes the routes that could be read, with their auths
 * @param keys the keys of all routes, including malformed ones, which are reported once, where they are declared
 */
export function readPlans(
  reader: Reader,
  routes: readonly ApiRoute[],
  keys: readonly string[],
): Readonly<Record<string, ApiPlan>> {
  const keyed = routes.find(({ auth }) => requiresKey(auth));
  if (!reader.present) {
    if (keyed === undefined) return {};
    reader.problem(
      "no-plans",
      `The route "${keyed.key}" requires an API key, and every key belongs to a consumer with a plan.`,
      "Write plans: { standard: {} }, with limits and a quota if there should be any.",
    );
    return {};
  }
  const plans = reader.named((plan) => readPlan(plan, routes, keys));
  if (keyed === undefined && keys.length > 0 && new Set(routes.map(({ key }) => key)).size === keys.length) {
    reader.problem(
      "plans-without-key",
      "No route requires an API key, so no plan would ever apply.",
      "Remove the plans, or give a route an auth of kind apiKey.",
    );
  } else if (Object.keys(plans).length === 0 && reader.isObject && reader.keys().length === 0) {
    reader.problem("no-plans", "A consumer must have a plan, and there is none.", "Write plans: { standard: {} }.");
  }
  return plans;
}

function readPlan(reader: Reader, routes: readonly ApiRoute[], keys: readonly string[]): ApiPlan | undefined {
  if (!reader.only(["limits", "quota", "routes"])) return undefined;
  const [limits, quota, own] = [reader.at("limits"), reader.at("quota"), reader.at("routes")];
  const shared = limits.present ? readPlanLimits(limits) : [];
  const calendar = quota.present ? readQuota(quota) : undefined;
  const single: Record<string, readonly PlanLimit[]> = Object.create(null);
  for (const key of own.present ? own.keys() : []) {
    single[key] = readPlanLimits(own.at(key));
    // An API without routes is reported as such.
    if (keys.length > 0) checkRoute(key, own.at(key), routes, keys);
  }
  return { limits: shared, ...(calendar === undefined ? {} : { quota: calendar }), routes: single };
}

function checkRoute(key: string, reader: Reader, routes: readonly ApiRoute[], keys: readonly string[]): void {
  const route = routes.find((other) => other.key === key);
  if (route !== undefined && !requiresKey(route.auth)) {
    reader.problem(
      "plan-of-unkeyed-route",
      `The route "${key}" requires no API key, so no plan applies to it.`,
      "Remove it, or give the route an auth of kind apiKey.",
    );
  } else if (!keys.includes(key)) {
    const near = nearest(key, keys);
    const remedy = near === undefined ? "Write the route's key as in routes." : `Did you mean "${near}"?`;
    reader.problem("unknown-route", `The route "${key}" is not declared.`, remedy);
  }
}
