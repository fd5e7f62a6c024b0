import { type ApiDocument, member, parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { listeners, loadBalancers } from "../lb/record.ts";
import { cloudMapServices } from "../servicediscovery/record.ts";
import { allOf } from "../stored-resource.ts";
import { routeKeys } from "./definition.ts";
import { vpcLinks } from "./record.ts";

/** An integration that goes through a VPC link. */
export interface PrivateIntegration {
  /** Of its method, e.g. `ANY` and `/orders/{id}`. */
  readonly method: string;
  readonly resource: string;
  /** May be a variable of the stage. */
  readonly connectionId: string;
  /** The listener, or the service of Cloud Map, of an HTTP API; the load balancer of a REST API. */
  readonly target: string;
}

/** The private integrations of a definition, of either kind of API, as a text or parsed. */
export function privateIntegrations(definition: ApiDocument | string): readonly PrivateIntegration[] {
  // Asked at each change of anything, of each API: most have none, and need not be parsed for that.
  if (typeof definition === "string" && !definition.includes("VPC_LINK")) return [];
  const document = typeof definition === "string" ? parseApiDocument(definition) : definition;
  const shared = member(member(document, "components"), "x-amazon-apigateway-integrations");
  return routeKeys(document).flatMap((key): PrivateIntegration[] => {
    const [method = "", resource = ""] = key === "$default" ? ["ANY", key] : key.split(" ", 2);
    const paths = member(document, "paths");
    const item = key === "$default" ? (member(paths, "/$default") ?? member(paths, key)) : member(paths, resource);
    const name = method === "ANY" ? "x-amazon-apigateway-any-method" : method.toLowerCase();
    const own = member(member(item, name), "x-amazon-apigateway-integration");
    const reference = member(own, "$ref");
    const integration =
      typeof reference === "string" ? member(shared, reference.slice(reference.lastIndexOf("/") + 1)) : own;
    if (member(integration, "connectionType") !== "VPC_LINK") return [];
    const target = member(integration, "integrationTarget") ?? member(integration, "uri");
    return [{ method, resource, connectionId: String(member(integration, "connectionId")), target: String(target) }];
  });
}

/**
 * What an import finds out about them. U: the words, and that API Gateway looks after targets at all; what a variable of the stage
 * stands for it cannot know.
 * @throws VendorError for a link or a target that there is not
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
    // What is no ARN at all is refused for that, with its place.
    !arn.startsWith("arn:")
  );
}
