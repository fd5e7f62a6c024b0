import type { Capabilities } from "../../api/capability/capabilities.ts";
import { type Api, type ApiRoute, operationKey, type PlanLimit, windowSeconds } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { type ApiManagementSku, isV2 } from "../sku.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { urlTemplate } from "./document.ts";
import { longestRatePeriod } from "./policy/limit.ts";

/** Reports what a service of a tier rejects beyond its capabilities. */
export function checkApi(api: Api, sku: ApiManagementSku, path: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "azure" });
  const capabilities = capabilitiesOf(sku);
  checkPath(path, capabilities, problems);
  checkRouteCount(api, sku, capabilities, problems);
  checkPlans(api, sku, problems);
  for (const route of api.routes) {
    const ofRoute = problems.for({ route: route.key });
    checkRoutePath(route, capabilities, ofRoute);
    checkApiLimits(route, sku, ofRoute);
    checkTimeout(route, sku, capabilities, ofRoute);
    checkRemovedHeaders(route, ofRoute);
  }
  return problems.all;
}

/** Reports a document or a policy that is too large to be deployed. */
export function checkSizes(
  artefacts: { readonly document: string; readonly policy: string },
  capabilities: Capabilities,
  problems: ProblemList,
): void {
  const tooLarge = (what: string, text: string, maximum: number, remedy: string): void => {
    const bytes = Buffer.byteLength(text);
    if (bytes <= maximum) return;
    const rule = `The ${what} has ${bytes} bytes; this tier of API Management accepts at most ${maximum}.`;
    problems.refuse(`${what}-too-large`, rule, remedy);
  };
  tooLarge(
    "document",
    artefacts.document,
    maximumOf("documentBytes", capabilities),
    "Serve some of the routes from another gateway (omit).",
  );
  tooLarge(
    "policy",
    artefacts.policy,
    maximumOf("policyBytes", capabilities),
    "Serve some of the routes from another gateway (omit), let routes share backends, limits and scopes, or shorten replies.",
  );
}

function maximumOf(limit: string, { limits }: Capabilities): number {
  return limits[limit]?.value ?? 0;
}

function checkPath(path: string, capabilities: Capabilities, problems: ProblemList): void {
  const maximum = maximumOf("apiPathCharacters", capabilities);
  // A segment may not begin with a dot: clients resolve dot segments before they send a request.
  const plain = /^(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?$/;
  if (typeof path === "string" && plain.test(path) && path.length <= maximum) return;
  problems.refuse(
    "bad-api-path",
    `The API's path must consist of segments of letters, digits and -._~, separated by slashes, and have at most ${maximum} characters; it is ${`${JSON.stringify(path)}`.slice(0, 150)}.`,
    'Write a path such as "orders/v1", or remove it.',
    { place: "path" },
  );
}

function checkRouteCount(
  { routes }: Api,
  sku: ApiManagementSku,
  capabilities: Capabilities,
  problems: ProblemList,
): void {
  const maximum = maximumOf("operations", capabilities);
  if (routes.length <= maximum) return;
  problems.refuse(
    "too-many-routes",
    `There are ${routes.length} routes; all APIs of a service of the tier ${sku} together have at most ${maximum} operations.`,
    "Use a larger tier, or serve some of the routes from another service (omit).",
  );
}

function checkRoutePath(route: ApiRoute, capabilities: Capabilities, problems: ProblemList): void {
  const maximum = {
    template: maximumOf("urlTemplateCharacters", capabilities),
    name: maximumOf("operationNameCharacters", capabilities),
  };
  if (urlTemplate(route.pattern).length <= maximum.template && operationKey(route).length <= maximum.name) return;
  problems.refuse(
    "path-too-long",
    `A path must have at most ${maximum.template} characters, and method and path together at most ${maximum.name}.`,
    "Shorten the path.",
  );
}

function checkApiLimits({ limits }: ApiRoute, sku: ApiManagementSku, problems: ProblemList): void {
  for (const { by, per } of limits) {
    if (by !== "api" || !isV2(sku) || windowSeconds[per] <= longestRatePeriod) continue;
    problems.refuse(
      "not-carried",
      `A limit per ${per} requires quota-by-key, which the tier ${sku} lacks.`,
      "Limit per second or minute, or use a service of the tier Developer, Basic, Standard or Premium.",
      { feature: "limits.api" },
    );
  }
}

/** A plan's limits are no limits of a route, whose features the table covers. */
function checkPlans({ plans }: Api, sku: ApiManagementSku, problems: ProblemList): void {
  for (const [plan, { limits, routes }] of Object.entries(plans)) {
    checkPlanLimits(limits, sku, "plans.limits", problems.for({ place: `plans.${plan}.limits` }));
    for (const [route, own] of Object.entries(routes)) {
      checkPlanLimits(own, sku, "plans.routes", problems.for({ place: `plans.${plan}.routes.${route}` }));
    }
  }
}

function checkPlanLimits(
  limits: readonly PlanLimit[],
  sku: ApiManagementSku,
  feature: "plans.limits" | "plans.routes",
  problems: ProblemList,
): void {
  for (const { per, burst } of limits) {
    if (burst !== undefined) {
      const rule = "API Management has no separate burst: its limits count requests in a window.";
      problems.refuse("not-carried", rule, "Remove burst; `requests` is then also the maximum at one instant.", {
        feature: "limits.burst",
      });
    }
    if (!isV2(sku) || windowSeconds[per] <= longestRatePeriod) continue;
    problems.refuse(
      "not-carried",
      `A limit per ${per} requires quota-by-key, which the tier ${sku} lacks.`,
      "Limit per second or minute, or use a service of the tier Developer, Basic, Standard or Premium.",
      { feature },
    );
  }
}

function checkTimeout(route: ApiRoute, sku: ApiManagementSku, capabilities: Capabilities, problems: ProblemList): void {
  const maximum = maximumOf("timeoutSeconds", capabilities);
  if (route.kind !== "proxy" || route.timeoutSeconds <= maximum) return;
  problems.refuse(
    "timeout-too-long",
    `The timeout is ${route.timeoutSeconds} seconds; the tier ${sku} of API Management supports at most ${maximum}.`,
    `Write timeoutSeconds: ${maximum} or less. Answer long-running work with 202 and let the client poll for the result.`,
    { feature: "timeout" },
  );
}

function checkRemovedHeaders(route: ApiRoute, problems: ProblemList): void {
  if (route.kind !== "proxy" || !route.removeHeaders.includes("server")) return;
  problems.refuse(
    "reserved-header",
    "The policy set-header cannot remove the header server (https://learn.microsoft.com/azure/api-management/set-header-policy).",
    "Do not remove the header.",
    { feature: "headers.remove" },
  );
}
