import { documentIn, member } from "../../api-document.ts";
import { type Properties, text } from "../../property-value.ts";
import type { Fail } from "../argument-check.ts";

/** Reports a document of OpenAPI 2.0 (Swagger) in the argument `body`. HTTP APIs do not import it, and REST APIs do. */
export function refuseOpenApi2(inputs: Properties, fail: Fail): void {
  const body = text(inputs, "body");
  const version = body === undefined ? undefined : member(documentIn(body), "swagger");
  if (version === undefined) return;
  fail("body", `HTTP APIs do not import OpenAPI ${version} (swagger); convert the document to OpenAPI 3.0`);
}
