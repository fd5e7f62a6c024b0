import type { Api } from "../../../api/checked-api.ts";
import { requiresKey } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import { planLimitsOf } from "../stage/settings.ts";
import { checkThrottle } from "./throttle.ts";

const { methodThrottles } = awsRestApi.limits;

/** Checks the limits of plans. */
export function checkPlans(problems: ProblemList, api: Api): void {
  for (const [name, { limits, routes }] of Object.entries(api.plans)) {
    const place = `plans.${name}`;
    const limited = api.routes.filter((route) => requiresKey(route.auth) && planLimitsOf(name, api, route).length > 0);
    if (limited.length > methodThrottles.value) {
      problems.refuse(
        "too-many-method-throttles",
        `${limited.length} routes have a limit by consumer. API Gateway allows ${methodThrottles.value} ${methodThrottles.unit}.`,
        "Limit the plan as a whole (plans: { …: { limits } }), and limit single routes only where it matters.",
        { place, feature: "limits.key" },
      );
    }
    checkThrottle(problems.for({ place: `${place}.limits` }), limits, "plans.limits");
    for (const [key, routeLimits] of Object.entries(routes)) {
      checkThrottle(problems.for({ place: `${place}.routes["${key}"]` }), routeLimits, "plans.routes");
    }
  }
}
