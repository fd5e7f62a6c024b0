import { type Properties, text } from "../../property-value.ts";
import type { CheckFailure } from "../../resource-model.ts";

const IMPORTED = ["openapi", "openapi+json"];

/** Reports a format of a document that the sandbox does not import. */
export function verifyFormat(inputs: Properties): readonly CheckFailure[] {
  if (inputs.value === undefined) return [];
  const format = text(inputs, "format");
  if (format === undefined ? inputs.format !== undefined : IMPORTED.includes(format)) return [];
  if (format?.includes("link")) {
    const reason = `${format}: the sandbox calls only this machine and does not fetch a document; pass it inline (openapi+json)`;
    return [{ property: "format", reason }];
  }
  const named = format === undefined ? "is missing" : JSON.stringify(format);
  const reason = `${named}: the sandbox imports "openapi" and "openapi+json"; pass an OpenAPI 3 document`;
  return [{ property: "format", reason }];
}
