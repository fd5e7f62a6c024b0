import { type Api, operationKey } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { checkCorsNames } from "./check/header.ts";
import { checkPlans } from "./check/plan.ts";
import { checkQuotas } from "./check/quota.ts";
import { checkRoute } from "./check/route.ts";
import { checkTitle } from "./check/title.ts";
import { resourcesByRoute, resourcesOf } from "./document/resources.ts";

/** Checks what a REST API refuses beyond its table of capabilities: quotas, reserved names, characters that a document cannot contain. */
export function checkRestApi(api: Api): readonly Problem[] {
  const problems = new ProblemList({ vendor: "aws" });
  const tree = resourcesOf(api);
  const resources = resourcesByRoute(tree);
  checkQuotas(problems, api, tree);
  checkTitle(problems, api);
  checkCorsNames(problems, api);
  checkPlans(problems, api);
  for (const route of api.routes) {
    checkRoute(problems.for({ route: route.key }), api, route, resources.get(operationKey(route)) ?? []);
  }
  return problems.all;
}
