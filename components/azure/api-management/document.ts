import { type Api, type ApiRoute, operationKey } from "../../api/checked-api.ts";
import type { Pattern } from "../../api/path/pattern.ts";
import { operationId } from "./operation-id.ts";

/**
 * The operations of an API as an OpenAPI 3.0 document, in JSON.
 *
 * The document contains methods and paths only. An import drops security and extensions, and it turns a server into the API's
 * service URL, which would let requests reach a backend without the policy.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function apiManagementDocument(api: Api, title: string): string {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of api.routes) {
    const template = urlTemplate(route.pattern);
    const item = paths[template] ?? {};
    paths[template] = item;
    item[route.method.toLowerCase()] = operation(route);
  }
  return `${JSON.stringify({ openapi: "3.0.3", info: { title, version: "1" }, paths }, null, 2)}\n`;
}

/**
 * A pattern as an API Management URL template. A parameter is named after its position, so that routes with the same path share a
 * template and names differ in more than their case; the policy does not use the names. A greedy parameter is the wildcard `*`.
 *
 * @see https://learn.microsoft.com/azure/api-management/add-api-manually
 */
export function urlTemplate(pattern: Pattern): string {
  const parts = pattern.map((segment, index) =>
    segment.kind === "literal" ? segment.text : segment.kind === "greedy" ? "*" : `{p${index + 1}}`,
  );
  return `/${parts.join("/")}`;
}

function operation(route: ApiRoute): object {
  const parameters = route.pattern.flatMap((segment, index) =>
    segment.kind === "parameter"
      ? [{ name: `p${index + 1}`, description: segment.name, in: "path", required: true, schema: { type: "string" } }]
      : [],
  );
  return {
    operationId: operationId(route),
    summary: operationKey(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: {
      default: { description: route.kind === "reply" ? "The gateway's own answer" : "The backend's answer" },
    },
  };
}
