import { withAutomaticName } from "../../automatic-name.ts";
import { type Properties, text } from "../../property-value.ts";
import type { Kind } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AzureSettings, armKey, notFound, refuseExisting, serviceId } from "../arm.ts";
import { type Described, services } from "./record.ts";

/** One resource type of a service: where its resources are, and what a write stores. */
interface ServiceChild<Stored extends Described> {
  readonly kind: Kind<Stored>;
  /** The id below the service's, with the inputs that name the resource in braces. */
  readonly path: string;
  /**
   * Stores a resource.
   *
   * @param before what is stored; undefined for a new resource
   * @returns the outputs
   * @throws VendorError when the service or the sandbox refuses it
   */
  readonly put: (call: Call<AzureSettings>, id: string, inputs: Properties, before: Stored | undefined) => Properties;
  /** @throws VendorError for a resource that others use. @default none is refused */
  readonly refuseDelete?: (call: Call<AzureSettings>, stored: Stored) => void;
}

/** How a resource of a service is created, read, updated and deleted by its id. */
export function serviceChild<Stored extends Described>({
  kind,
  path,
  put,
  refuseDelete,
}: ServiceChild<Stored>): ResourceModel<AzureSettings> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return {
    replaces: [...names, "resourceGroupName", "serviceName"],
    // Unverified: azure-native uses the resource's name for a nested resource, without a suffix.
    complete: (inputs, call) => withAutomaticName(inputs, names.at(-1) ?? "", call, () => ""),
    create(call, inputs) {
      const below = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => text(inputs, name) ?? "");
      const id = `${serviceId(call.settings, inputs)}/${below}`;
      refuseExisting(kind.get(call.records, armKey(id)), id);
      return { id, outputs: put(call, id, inputs, undefined) };
    },
    read(call, id) {
      const found = kind.get(call.records, armKey(id));
      return found && { id: found.id, outputs: found.outputs as Properties };
    },
    update(call, id, { inputs }) {
      const found = kind.get(call.records, armKey(id));
      if (found === undefined) throw notFound(call, id);
      return put(call, found.id, inputs, found);
    },
    delete(call, id) {
      const found = kind.get(call.records, armKey(id));
      if (found === undefined) return;
      refuseDelete?.(call, found);
      kind.delete(call.records, armKey(id));
    },
  };
}

/**
 * The key of the service that a resource is a part of.
 *
 * @throws VendorError for a service that does not exist
 */
export function ownerOf(call: Call<AzureSettings>, inputs: Properties): string {
  const owner = armKey(serviceId(call.settings, inputs));
  if (services.get(call.records, owner) !== undefined) return owner;
  throw new VendorError(`Code="ResourceNotFound" Message="The API Management service '${owner}' was not found." (404)`);
}
