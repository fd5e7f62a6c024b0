import type { ApiPlan, Quota } from "../../../api/checked-api.ts";
import type { PlanSubscriptions } from "../consumer-plans.ts";
import { choose, when } from "./choose.ts";
import { element, type PolicyElement } from "./element.ts";
import { type Code, code, expression, statements, text } from "./expression.ts";
import { counterOf, countIn } from "./limit.ts";
import { requiresKeys, type Treatments, treats } from "./treatment.ts";
import { textIn, variables } from "./variable.ts";

const route = textIn(variables.route);
const subscription = textIn(variables.subscription);

/** Counts the requests of each consumer of a key, and rejects those over a limit or the quota of the consumer's plan. */
export function planLimits(
  { planLimits: ofRoutes }: Treatments,
  plans: Readonly<Record<string, ApiPlan>>,
  subscriptions: readonly PlanSubscriptions[],
): readonly PolicyElement[] {
  return subscriptions.flatMap(({ plan }) => {
    const limits = ofRoutes.filter(({ value }) => value.plan === plan);
    const { limits: shared, quota } = plans[plan] ?? { limits: [] };
    const counts = [
      ...limits.flatMap(({ name, value: { limit } }) => {
        const key = code`${counterOf(`${limit.requests}/${limit.per}/key`)} + ${route} + ${subscription}`;
        return choose([when(treats(name), [countIn(limit, key)])]);
      }),
      ...shared.map((limit) =>
        countIn(limit, code`${counterOf(`${limit.requests}/${limit.per}/plan`)} + ${subscription}`),
      ),
      ...(quota === undefined ? [] : [countQuota(quota)]),
    ];
    if (counts.length === 0) return [];
    return choose([when(code`${treats(requiresKeys)} && ${textIn(variables.plan)} == ${text(plan)}`, counts)]);
  });
}

/** A Sunday. Periods of seven days from here begin on Sundays. */
const firstSunday = "2023-01-01T00:00:00Z";

/**
 * Counts a quota by periods of the calendar, in UTC. Days and weeks have a fixed length; the first period is that of the documentation,
 * a midnight, or a Sunday. Months have none, so each month has a counter of its own, which never ends.
 *
 * The quota is not part of the counter's name, so that another quota goes on counting where the last one was.
 *
 * @see https://learn.microsoft.com/azure/api-management/quota-by-key-policy
 */
function countQuota({ requests, per }: Quota): PolicyElement {
  const counter: Code = code`${counterOf(`quota/${per}`)} + ${subscription}`;
  const periods = {
    day: { "renewal-period": 86_400, "counter-key": expression(counter) },
    week: { "renewal-period": 604_800, "counter-key": expression(counter), "first-period-start": firstSunday },
    month: {
      "renewal-period": 0,
      "counter-key": statements(code`var t = DateTime.UtcNow; return ${counter} + t.Year + "-" + t.Month;`),
    },
  };
  return element("quota-by-key", { calls: requests, ...periods[per] });
}
