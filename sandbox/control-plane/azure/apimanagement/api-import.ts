import { type ApiDocument, parseApiDocument } from "../../api-document.ts";
import { VendorError } from "../../resource-model.ts";

/**
 * Parses the document of an import. The gateway derives operation ids and templates from it.
 *
 * @throws VendorError for a format that the sandbox does not support, and for a malformed document
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
        `format ${format}: the sandbox calls only this machine and does not fetch a document; pass it inline (openapi+json)`,
      );
    default:
      throw new VendorError(
        `format ${JSON.stringify(format)}: the sandbox imports "openapi" and "openapi+json"; pass an OpenAPI 3 document`,
      );
  }
}
