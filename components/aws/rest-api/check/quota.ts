import type { VendorLimit } from "../../../api/capability/capabilities.ts";
import type { Api } from "../../../api/checked-api.ts";
import type { ProblemList } from "../../../api/problem.ts";
import { awsRestApi } from "../capabilities.ts";
import type { RestResources } from "../document/resources.ts";

const { limits } = awsRestApi;

/** Checks the number of resources and usage plans. */
export function checkQuotas(problems: ProblemList, api: Api, { count, complete }: RestResources): void {
  if (count > limits.resources.value) {
    problems.refuse(
      "too-many-resources",
      quotaRule(complete ? `${count}` : `at least ${count}`, limits.resources),
      "Serve some of the routes from another gateway (omit), or use fewer paths that overlap. Where one route takes requests that another does not, a REST API needs a resource for each beginning of such a path.",
    );
  }
  const plans = Object.keys(api.plans).length;
  if (plans > limits.plans.value) {
    problems.refuse("too-many-plans", quotaRule(`${plans}`, limits.plans), "Let consumers share plans.");
  }
}

function quotaRule(count: string, { value, unit }: Pick<VendorLimit, "value" | "unit">): string {
  return `There are ${count}. API Gateway allows ${value} ${unit}.`;
}
