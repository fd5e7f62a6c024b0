import type { Api } from "../api/checked-api.ts";
import { relate } from "../api/path/pattern.ts";
import { type Problem, ProblemList } from "../api/problem.ts";
import type { RouteReason } from "./report.ts";

/** An API without the routes that a gateway omits. */
export interface Reduced {
  readonly api: Api;
  readonly omitted: readonly RouteReason[];
  readonly problems: readonly Problem[];
}

/**
 * Removes the routes that a gateway does not serve.
 *
 * @param reasons why each of them is omitted, by the route's key
 */
export function omit(api: Api, reasons: Readonly<Record<string, string | undefined>>): Reduced {
  const problems = new ProblemList();
  checkReasons(api, reasons, problems);
  const isOmitted = ({ key }: { readonly key: string }) => Object.hasOwn(reasons, key);
  const routes = api.routes.filter((route) => !isOmitted(route));
  checkFallThrough(api.routes.filter(isOmitted), routes, problems);
  if (routes.length === 0) {
    problems.refuse("no-routes", "A gateway must serve at least one route.", "Omit fewer routes.", { place: "omit" });
  }
  return {
    api: { ...api, routes, plans: plansWithout(api.plans, reasons) },
    omitted: Object.entries(reasons).map(([route, reason]) => ({ route, reason: reason ?? "" })),
    problems: problems.all,
  };
}

function checkReasons(api: Api, reasons: Readonly<Record<string, unknown>>, problems: ProblemList): void {
  for (const [key, reason] of Object.entries(reasons)) {
    const place = { place: `omit[${JSON.stringify(key)}]` };
    if (!api.routes.some((route) => route.key === key)) {
      problems.refuse(
        "unknown-route",
        "The description has no such route.",
        "Write the key of a route exactly as the description has it.",
        place,
      );
    } else if (typeof reason !== "string" || reason.trim() === "") {
      problems.refuse(
        "empty",
        "An omitted route requires a reason.",
        "Write why this gateway does not serve the route.",
        place,
      );
    }
  }
}

/** A request to an omitted route must not be answered by a wider route, which may have weaker authentication. */
function checkFallThrough(omitted: Api["routes"], served: Api["routes"], problems: ProblemList): void {
  for (const route of omitted) {
    const wider = served.find(
      ({ method, pattern }) => method === route.method && relate(route.pattern, pattern) === "narrower",
    );
    if (wider === undefined) continue;
    problems.refuse(
      "omitted-falls-through",
      `The route is omitted, so its requests would reach "${wider.key}".`,
      "Omit the wider route too, or keep both.",
      { route: route.key },
    );
  }
}

/** Vendors reject the limits of a plan on a route that does not exist. */
function plansWithout(plans: Api["plans"], reasons: Readonly<Record<string, unknown>>): Api["plans"] {
  const entries = Object.entries(plans).map(([name, plan]) => {
    const routes = Object.entries(plan.routes).filter(([key]) => !Object.hasOwn(reasons, key));
    return [name, { ...plan, routes: Object.fromEntries(routes) }] as const;
  });
  return Object.fromEntries(entries);
}
