import { type Properties, text, textMap } from "../../../property-value.ts";
import type { Fail } from "../../argument-check.ts";

const INSTEAD = "leave it out here, or run against the cloud";

/** Reports arguments that change what an API does, and that the sandbox does not serve. */
export function refuseUnserved(inputs: Properties, fail: Fail): void {
  const compression = text(inputs, "minimumCompressionSize") ?? "";
  if (compression !== "" && compression !== "-1") {
    fail("minimumCompressionSize", `the sandbox does not serve compression; ${INSTEAD}`);
  }
  if (text(inputs, "putRestApiMode") === "merge") {
    fail("putRestApiMode", `the sandbox does not serve imports in the mode merge; ${INSTEAD}`);
  }
  refuseUnservedImport(inputs, fail);
}

/** Reports import parameters that change how API Gateway reads a document. */
export function refuseUnservedImport(inputs: Properties, fail: Fail): void {
  for (const [name, value] of Object.entries(textMap(inputs.parameters) ?? {})) {
    if (name === "ignore" && value === "documentation") continue;
    fail("parameters", `the sandbox does not serve the import parameter ${name}=${value}; ${INSTEAD}`);
  }
}
