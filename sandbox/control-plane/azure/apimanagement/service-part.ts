import { withAutomaticName } from "../../automatic-name.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import type { Kind } from "../../records.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import {
  type AzureSettings,
  apimApiVersion,
  armKey,
  lastSegment,
  notFound,
  refuseExisting,
  serviceId,
} from "../arm.ts";
import { type PartRecord, services } from "./record.ts";

/** One resource type of a service whose resources are stored as the program declares them. */
interface PartType {
  readonly kind: Kind<PartRecord>;
  /** The id below the service's, with the inputs that name the resource in braces. */
  readonly path: string;
  readonly verify: (inputs: Properties) => readonly CheckFailure[];
  /**
   * Checks a write, with the record in place.
   * @throws VendorError when the service or the sandbox refuses it
   */
  readonly check: (call: Call<AzureSettings>, inputs: Properties, owner: string) => void;
  readonly outputs?: (inputs: Properties) => Properties;
}

/** The model of a part of a service. */
export function servicePart({ kind, path, verify, check, outputs: more }: PartType): ResourceModel<AzureSettings> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const put = (call: Call<AzureSettings>, id: string, inputs: Properties): Properties => {
    const owner = armKey(serviceId(call.settings, inputs));
    if (services.get(call.records, owner) === undefined) {
      throw new VendorError(
        `Code="ResourceNotFound" Message="The API Management service '${owner}' was not found." (404)`,
      );
    }
    const { resourceGroupName: _group, serviceName: _service, ...others } = inputs;
    const outputs = withoutUndefined({
      ...others,
      ...more?.(inputs),
      azureApiVersion: apimApiVersion,
      name: lastSegment(id),
    });
    kind.put(call.records, { id, inputs, outputs }, armKey(id));
    check(call, inputs, owner);
    return outputs;
  };
  return {
    replaces: [...names, "resourceGroupName", "serviceName"],
    complete: (inputs, call) => withAutomaticName(inputs, names.at(-1) ?? "", call, () => ""),
    verify,
    create(call, inputs) {
      const below = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => text(inputs, name) ?? "");
      const id = `${serviceId(call.settings, inputs)}/${below}`;
      refuseExisting(kind.get(call.records, armKey(id)), id);
      return { id, outputs: put(call, id, inputs) };
    },
    read(call, id) {
      const found = kind.get(call.records, armKey(id));
      return found && { id: found.id, outputs: found.outputs as Properties };
    },
    update(call, id, { inputs }) {
      const found = kind.get(call.records, armKey(id));
      if (found === undefined) throw notFound(call, id);
      return put(call, found.id, inputs);
    },
    delete(call, id) {
      kind.delete(call.records, armKey(id));
    },
  };
}
