import { type ApiDocument, member, parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { listeners, loadBalancers } from "../lb/record.ts";
import { cloudMapServices } from "../servicediscovery/record.ts";
import { allOf } from "../stored-resource.ts";
import { routeKeys } from "./definition.ts";
import { vpcLinks } from "./record.ts";

/** An integration through a VPC link. */
export interface PrivateIntegration {
  /** The method that it belongs to, e.g. `ANY` of `/orders/{id}`. */
  readonly method: string;
  readonly resource: string;
  /** The id of the VPC link, or a stage variable. */
  readonly connectionId: string;
  /** For an HTTP API a listener or a Cloud Map service; for a REST API a load balancer. */
  readonly target: string;
}

/** The private integrations of an HTTP API's or REST API's definition, as text or parsed. */
export function privateIntegrations(definition: ApiDocument | string): readonly PrivateIntegration[] {
  // Every change of any record asks this of every API. Most have no private integration and need not be parsed.
  if (typeof definition === "string" && !definition.includes("VPC_LINK")) return [];
  const document = typeof definition === "string" ? parseApiDocument(definition) : definition;
  const shared = member(member(document, "components"), "x-amazon-apigateway-integrations");
  return routeKeys(document).flatMap((key): PrivateIntegration[] => {
    const [method = "", resource = ""] = key === "$default" ? ["ANY", key] : key.split(" ", 2);
    const paths = member(document, "paths");
    const item = key === "$default" ? (member(paths, "/$default") ?? member(paths, key)) : member(paths, resource);
    const name = method === "ANY" ? "x-amazon-apigateway-any-method" : method.toLowerCase();
    const inline = member(member(item, name), "x-amazon-apigateway-integration");
    const reference = member(inline, "$ref");
    const integration =
      typeof reference === "string" ? member(shared, reference.slice(reference.lastIndexOf("/") + 1)) : inline;
    if (member(integration, "connectionType") !== "VPC_LINK") return [];
    const target = member(integration, "integrationTarget") ?? member(integration, "uri");
    return [{ method, resource, connectionId: String(member(integration, "connectionId")), target: String(target) }];
  });
}

/**
 * Checks private integrations at an import, which cannot know the values of stage variables.
 *
 * Unverified: that API Gateway checks targets, and the texts.
 *
 * @throws VendorError for a link or a target that does not exist
 */
export function checkPrivateIntegrations(
  records: Records,
  region: string,
  integrations: readonly Omit<PrivateIntegration, "method" | "resource">[],
): void {
  for (const { connectionId, target } of integrations) {
    if (!connectionId.includes("$") && vpcLinks.get(records, region, connectionId) === undefined) {
      throw new VendorError(`VPC link ${connectionId} not found`);
    }
    if (!target.includes("$") && !targetExists(records, region, target)) {
      throw new VendorError(`Integration target ${target} not found`);
    }
  }
}

function targetExists(records: Records, region: string, target: string): boolean {
  const [arn = ""] = target.split("?");
  if (arn.includes(":servicediscovery:")) {
    return allOf(cloudMapServices, records, region).some(({ id }) => arn.endsWith(`:service/${id}`));
  }
  return (
    listeners.get(records, region, arn) !== undefined ||
    loadBalancers.get(records, region, arn) !== undefined ||
    // The data plane refuses a target that is not an ARN, and reports its place in the document.
    !arn.startsWith("arn:")
  );
}
