import type { PlanSubscriptions } from "../consumer-plans.ts";
import { reject } from "./answer.ts";
import { choose, when } from "./choose.ts";
import { element, type PolicyElement } from "./element.ts";
import { code, expression, text } from "./expression.ts";
import { isKeyOf } from "./router.ts";
import { requiresKeys, treats } from "./treatment.ts";
import { setVariable, textIn, variables } from "./variable.ts";

/** The header of a subscription key, as on other vendors. */
export const keyHeader = "x-api-key";

/**
 * The id of the subscription whose key is in the header, in lower case and between bars. API Management also accepts a key in the query,
 * if the header is missing, and keys of other subscriptions: of other products that contain the API, of all APIs, and of the service.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions
 */
const subscriptionOfRequest = expression(
  code`context.Subscription == null || !context.Request.Headers.ContainsKey(${text(keyHeader)}) \
|| context.Subscription.Id.Contains("|") ? ${text("|none|")} : "|" + context.Subscription.Id.ToLowerInvariant() + "|"`,
);

/** Finds the plan of the request's key. On a route that requires a key, a request with none of a consumer of this API is rejected. */
export function keys(subscriptions: readonly PlanSubscriptions[], isUsed: boolean): readonly PolicyElement[] {
  if (!isUsed) return [];
  const branches = subscriptions.map(({ plan, ids }) =>
    when(isKeyOf(ids, textIn(variables.subscription)), [setVariable(variables.plan, plan)]),
  );
  const refusal = reject(401, "Unauthorized");
  const selection =
    branches.length === 0
      ? [refusal]
      : [
          setVariable(variables.subscription, subscriptionOfRequest),
          ...choose([...branches, element("otherwise", {}, [refusal])]),
        ];
  return choose([when(treats(requiresKeys), selection)]);
}
