import { type Properties, text, textMap } from "../../../property-value.ts";
import { VendorError } from "../../../resource-model.ts";

/** Refuses arguments that change what an API does, and that the sandbox does not serve. */
export function refuseUnserved(inputs: Properties, operation: string): void {
  const refuse = (what: string) => {
    throw new VendorError(
      `${operation}: the sandbox does not serve ${what}; leave it out here, or run against the cloud`,
    );
  };
  const compression = text(inputs, "minimumCompressionSize") ?? "";
  if (compression !== "" && compression !== "-1") refuse("compression (minimumCompressionSize)");
  if (text(inputs, "putRestApiMode") === "merge") refuse("imports in the mode merge (putRestApiMode)");
  refuseUnservedImport(inputs, operation);
}

/** Refuses import parameters that change how API Gateway reads a document. */
export function refuseUnservedImport(inputs: Properties, operation: string): void {
  for (const [name, value] of Object.entries(textMap(inputs.parameters) ?? {})) {
    if (name === "ignore" && value === "documentation") continue;
    throw new VendorError(
      `${operation}: the sandbox does not serve the import parameter ${name}=${value} (parameters); leave it out here, or run ` +
        "against the cloud",
    );
  }
}
