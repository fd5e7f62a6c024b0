import { type Problem, ProblemList } from "../../api/problem.ts";
import { anyOf } from "../../api/suggestion.ts";
import { isLater } from "../../gateway/later.ts";
import type { ServiceNetwork } from "../link/link.ts";
import { isSubnetId } from "../network/network-id.ts";
import type { ApiManagementServiceLink } from "../service-link.ts";
import { type ApiManagementSku, networkAccessOf, networkedTiers, skus } from "../sku.ts";

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
  checkSubnet(service, problems);
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

function checkSubnet(service: ApiManagementServiceLink | undefined, problems: ProblemList): void {
  const subnetId: unknown = service?.subnetId;
  if (subnetId === undefined || subnetId === null) return;
  const place = { place: "service.subnetId" };
  if (networkAccessOf(skuOf(service)) === undefined) {
    const rule = `A service of the tier ${service?.sku} has no subnet.`;
    problems.refuse("no-network-tier", rule, `Remove subnetId, or use a service of the tier ${networkedTiers}.`, place);
  } else if (!isLater(subnetId) && !isSubnetId(subnetId)) {
    const rule = `subnetId must be the id of a subnet, not ${(JSON.stringify(subnetId) ?? typeof subnetId).slice(0, 150)}.`;
    problems.refuse("bad-subnet", rule, "Pass the id from the subnet.", place);
  }
}

/** Where a service is, as far as it is known before the deployment. */
export function networkOf(service: ApiManagementServiceLink | undefined): ServiceNetwork {
  const { location, subnetId } = service ?? {};
  return {
    ...(typeof location === "string" ? { location } : {}),
    ...(subnetId === undefined ? { subnetId: null } : isSubnetId(subnetId) ? { subnetId } : {}),
  };
}

/** The tier of a service. For a tier that does not exist: the one with the most features, so that the rest is checked in the same run. */
export function skuOf(service: ApiManagementServiceLink | undefined): ApiManagementSku {
  return skus.find((name) => name === service?.sku) ?? "Developer";
}
