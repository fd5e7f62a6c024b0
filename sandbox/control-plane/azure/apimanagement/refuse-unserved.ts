import { UnsupportedArtefact } from "../../../data-plane/interpreter.ts";
import { type Call, VendorError } from "../../resource-model.ts";
import type { AzureSettings } from "../arm.ts";
import { serviceArtefacts } from "../gateways.ts";
import { services } from "./record.ts";

/**
 * Checks that the sandbox can serve a service after a write.
 *
 * @param what was written, in words
 * @throws VendorError in words that are not those of the service, which may accept what the sandbox does not model
 */
export function refuseUnserved(call: Call<AzureSettings>, owner: string, what: string): void {
  const service = services.get(call.records, owner);
  if (service === undefined) return;
  try {
    call.ports.validate(serviceArtefacts(call.records, owner, service));
  } catch (error) {
    if (!(error instanceof UnsupportedArtefact)) throw error;
    throw new VendorError(`the sandbox cannot serve this ${what}: ${error.message}`);
  }
}
