import type { GatewayArtefacts } from "../../../sandbox/data-plane/artefacts.ts";
import type { ApimArtefacts } from "../../../sandbox/data-plane/azure/api-management/artefacts.ts";
import { inBranch } from "./azure.ts";
import { type Mutant, replaced } from "./mutant.ts";

function onArtefacts(
  change: (artefacts: ApimArtefacts) => ApimArtefacts,
): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return (artefacts) => {
    if (artefacts.kind !== "azure-api-management") throw new Error("These artefacts do not belong to API Management.");
    return change(artefacts);
  };
}

function onPolicy(change: (policy: string) => string): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return onArtefacts(({ apis, ...others }) => ({
    ...others,
    apis: apis.map((api) => ({ ...api, policy: change(api.policy ?? "") })),
  }));
}

/** Changes the part of the policy that counts the consumers of a plan. */
function onPlan(plan: string, change: (part: string) => string): (artefacts: GatewayArtefacts) => GatewayArtefacts {
  return onPolicy((policy) => {
    const parts = policy.split(/(?=\n {4}<choose>)/);
    const found = parts.findIndex((part) => part.includes(`"polygate-plan"] == "${plan}"`));
    if (found < 0) throw new Error(`The policy does not count the plan ${plan}.`);
    const changed = change(parts[found] ?? "");
    if (changed === parts[found]) throw new Error(`The mutant did not change the plan ${plan}.`);
    return parts.with(found, changed).join("");
  });
}

/** Mutants of keys and plans. */
export const azureKeyMutants: readonly Mutant[] = [
  {
    fault: "a route that requires a key is open",
    mutate: onPolicy((policy) => inBranch(policy, "GET /keyed|", (text) => text.replace("|key|", "|open|"))),
    caughtBy: "api-key-missing",
  },
  {
    fault: "every subscription opens the API",
    mutate: onPolicy((policy) =>
      replaced(
        policy,
        /<otherwise>\s*<return-response>\s*<set-status code="401"[\s\S]*?<\/otherwise>/,
        '<otherwise><set-variable name="polygate-plan" value="free"/></otherwise>',
      ),
    ),
    caughtBy: "api-key-unknown",
  },
  {
    fault: "a key in the query opens a route",
    mutate: onPolicy((policy) => replaced(policy, ' || !context.Request.Headers.ContainsKey("x-api-key")', "")),
    caughtBy: "api-key-elsewhere",
  },
  {
    fault: "a token alone opens a route that requires a key as well",
    mutate: onPolicy((policy) => replaced(policy, /\|auth:both\|key\|/g, "|auth:both|")),
    caughtBy: "token-and-key",
  },
  {
    fault: "a key alone opens a route that requires a token as well",
    mutate: onPolicy((policy) => replaced(policy, /\|auth:both\|key\|/g, "|key|")),
    caughtBy: "token-and-key",
  },
  {
    fault: "the API has no open product",
    mutate: onArtefacts((artefacts) => ({ ...artefacts, products: [] })),
    caughtBy: "route-hit",
  },
  {
    fault: "the API requires no subscription, and API Management ignores keys then",
    mutate: onArtefacts(({ apis, ...others }) => ({
      ...others,
      products: [],
      apis: apis.map((api) => ({ ...api, subscriptionRequired: false })),
    })),
    readings: { "apim-optional-key": "ignored" },
    caughtBy: "api-key-valid",
  },
  {
    fault: "a disabled subscription is active",
    mutate: onArtefacts(({ subscriptions = [], ...others }) => ({
      ...others,
      subscriptions: subscriptions.map((each) => ({ ...each, isActive: true })),
    })),
    caughtBy: "api-key-disabled",
  },
  {
    fault: "a plan has no limit",
    mutate: onPlan("small", (part) => part.replace(/<rate-limit-by-key calls="3"[^>]*\/>/, "")),
    caughtBy: "plan-limit-exceeded",
  },
  {
    fault: "a plan's limit is too low",
    mutate: onPlan("small", (part) => part.replace('calls="3"', 'calls="2"')),
    caughtBy: "plan-limit-passes",
  },
  {
    fault: "the consumers of a plan share one limit",
    mutate: onPlan("small", (part) =>
      part.replace(` 3/minute/plan" + (string)context.Variables["polygate-subscription"]`, ` 3/minute/plan"`),
    ),
    caughtBy: "plan-limit-by-consumer",
  },
  {
    fault: "a plan has no limit for a route",
    mutate: onPolicy((policy) =>
      inBranch(policy, "GET /keyed/single|", (text) => text.replace(/plan:single:[^|]*\|/, "")),
    ),
    caughtBy: "plan-route-limit-exceeded",
  },
  {
    fault: "a plan's limit for a route applies to all routes",
    mutate: onPlan("single", (part) =>
      part
        .replace(/(<when condition=)'[^']*plan:single:2\/minute[^']*'/, '$1"@(true)"')
        .replace(/( 2\/minute\/key") \+ \(string\)context\.Variables\["polygate-route"\]/, "$1"),
    ),
    caughtBy: "plan-route-limit-alone",
  },
  {
    fault: "a quota is one request too high",
    mutate: onPlan("monthly", (part) => part.replace('calls="2" renewal-period="0"', 'calls="3" renewal-period="0"')),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a monthly quota counts periods of 30 days",
    mutate: onPlan("monthly", (part) =>
      part.replace('renewal-period="0"', 'renewal-period="2592000"').replace(' + t.Year + "-" + t.Month', ""),
    ),
    caughtBy: "quota-exceeded",
  },
  {
    fault: "a quota's week begins one day late",
    mutate: onPlan("weekly", (part) => part.replace("2023-01-01", "2023-01-02")),
    caughtBy: "quota-recovers",
  },
  {
    fault: "a daily quota is a weekly one",
    mutate: onPlan("daily", (part) =>
      part.replace('calls="3" renewal-period="86400"', 'calls="3" renewal-period="604800"'),
    ),
    caughtBy: "quota-recovers",
  },
];

/** The mutants for a tier without quotas: the rest of the policy is that of the other tiers. */
export const azureV2Mutants: readonly Mutant[] = azureKeyMutants.filter(
  ({ caughtBy }) => !caughtBy.startsWith("quota"),
);
