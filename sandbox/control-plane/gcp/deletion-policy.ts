import { type Properties, text } from "../property-value.ts";
import { VendorError } from "../resource-model.ts";

/**
 * Whether a resource that is removed from the stack remains at the vendor: the provider's `deletionPolicy` is `ABANDON`.
 *
 * @throws VendorError for `PREVENT`
 */
export function isAbandoned(type: string, id: string, state: Properties): boolean {
  const policy = text(state, "deletionPolicy");
  if (policy === "PREVENT") {
    throw new VendorError(
      `cannot destroy ${type} ${id} without setting deletionPolicy to "DELETE" and running an update`,
    );
  }
  return policy === "ABANDON";
}
