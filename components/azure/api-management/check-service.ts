import { type Problem, ProblemList } from "../../api/problem.ts";
import { anyOf } from "../../api/suggestion.ts";
import type { ApiManagementServiceLink } from "./args.ts";
import { type ApiManagementSku, skus } from "./sku.ts";

/** Members without which the gateway would fail during the deployment only. */
const required = ["resourceGroupName", "serviceName", "gatewayUrl", "location"] as const;

/** Reports what is missing in the `service` argument, and a tier that does not exist. */
export function checkService(service: ApiManagementServiceLink | undefined): readonly Problem[] {
  const problems = new ProblemList({ vendor: "azure" });
  for (const member of service === undefined ? [] : required) {
    if (service?.[member] !== undefined && service[member] !== null) continue;
    const rule = "This member of the service is missing.";
    problems.refuse("missing-argument", rule, "Pass it from the service.", { place: `service.${member}` });
  }
  const sku: unknown = service?.sku;
  if (skus.some((name) => name === sku)) return problems.all;
  problems.refuse(
    "unknown-sku",
    `API Management has no tier ${typeof sku === "string" ? JSON.stringify(sku) : `of type ${typeof sku}`}.`,
    `Write the service's tier as a string, not as an Output: ${anyOf(skus)}.`,
    { place: "service.sku" },
  );
  return problems.all;
}

/** The tier of a service. For a tier that does not exist: the one with the most features, so that the rest is checked in the same run. */
export function skuOf(service: ApiManagementServiceLink | undefined): ApiManagementSku {
  return skus.find((name) => name === service?.sku) ?? "Developer";
}
