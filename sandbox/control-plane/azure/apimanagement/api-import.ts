import { type ApiDocument, parseApiDocument } from "../../api-document.ts";
import { VendorError } from "../../resource-model.ts";

/**
 * Parses the document of an import; what API Management makes of it (operation ids, templates) is the gateway's part.
 * @throws VendorError when the format is not one that can be read here, or the document is none
 */
export function importDocument(format: string | undefined, value: string): ApiDocument {
  switch (format) {
    case "openapi":
    case "openapi+json":
      return parseApiDocument(value);
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
