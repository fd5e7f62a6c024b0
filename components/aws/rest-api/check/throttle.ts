import type { Feature } from "../../../api/capability/features.ts";
import type { PlanLimit } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import { throttleOf } from "../stage/settings.ts";

/** Checks that one throttle can carry the limits: it is one token bucket of a restricted size. */
export function checkThrottle(problems: ProblemList, limits: readonly PlanLimit[], feature: Feature): void {
  const { value } = awsRestApi.limits.burst;
  if (limits.length > 1) {
    problems.refuse(
      "too-many-limits",
      `There are ${limits.length} limits. A REST API has one throttle for them.`,
      "Keep the most important limit.",
      { feature },
    );
  }
  for (const limit of limits) {
    const { burst } = throttleOf(limit);
    if (burst <= value) continue;
    problems.refuse(
      "burst-too-large",
      `A throttle allows at most ${value} requests at once. This limit requires ${burst}.`,
      "Limit a shorter window, e.g. per minute instead of per hour, or write a smaller burst.",
      { feature: limit.burst === undefined ? feature : "limits.burst" },
    );
  }
}
