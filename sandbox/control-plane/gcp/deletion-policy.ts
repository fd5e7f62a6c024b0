import { type Properties, text } from "../property-value.ts";
import { VendorError } from "../resource-model.ts";

/**
 * The provider's `deletionPolicy`: whether the resource stays at the vendor when it leaves the stack.
 * @throws VendorError for `PREVENT`
 */
export function protect(type: string, id: string, state: Properties): boolean {
  const policy = text(state, "deletionPolicy");
  if (policy === "PREVENT") {
    throw new VendorError(
      `cannot destroy ${type} ${id} without setting deletionPolicy to "DELETE" and running an update`,
    );
  }
  return policy === "ABANDON";
}
