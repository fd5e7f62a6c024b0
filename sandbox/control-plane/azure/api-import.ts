import { type ApiDocument, httpMethods, member, parseApiDocument } from "../api-document.ts";
import { VendorError } from "../resource-model.ts";

/**
 * A document as API Management takes it in: each operation's id brought to the form of a resource name, because that is
 * what policies see in `context.Operation.Id`.
 * @throws VendorError when the format is not one that can be read here, or the document is none
 */
export function importDocument(format: string | undefined, value: string): ApiDocument {
  switch (format) {
    case "openapi":
    case "openapi+json":
      return withNormalOperationIds(parseApiDocument(value));
    case "openapi-link":
    case "openapi+json-link":
    case "swagger-link-json":
    case "wadl-link-json":
    case "wsdl-link":
    case "graphql-link":
      throw new VendorError(
        `format ${format}: the sandbox calls only this machine and does not fetch a document; give it inline (openapi+json)`,
      );
    default:
      throw new VendorError(
        `format ${JSON.stringify(format)}: the sandbox imports "openapi" and "openapi+json"; give an OpenAPI 3 document`,
      );
  }
}

function withNormalOperationIds(document: ApiDocument): ApiDocument {
  const taken = new Set<string>();
  const paths = member(document, "paths");
  if (typeof paths !== "object" || paths === null) return document;
  return {
    ...document,
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, item]) => [path, withNormalIds(path, item as unknown, taken)]),
    ),
  };
}

function withNormalIds(path: string, item: unknown, taken: Set<string>): unknown {
  if (typeof item !== "object" || item === null) return item;
  return Object.fromEntries(
    Object.entries(item).map(([name, operation]: [string, unknown]) => {
      if (!httpMethods.includes(name) || typeof operation !== "object" || operation === null) return [name, operation];
      const stated = member(operation, "operationId");
      // Without an id: method and template.
      const operationId = unique(normal(typeof stated === "string" ? stated : `${name}-${path}`), taken);
      return [name, { ...operation, operationId }];
    }),
  );
}

/** Lower case, other characters to one dash, no dash at an end, at most 76 (the page on import restrictions). */
function normal(id: string): string {
  return id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 76)
    .replaceAll(/^-+|-+$/g, "");
}

function unique(id: string, taken: Set<string>): string {
  let candidate = id;
  for (let count = 1; taken.has(candidate); count++) candidate = `${id}-${count}`;
  taken.add(candidate);
  return candidate;
}
