import { type Properties, withoutUndefined } from "../../property-value.ts";
import type { Kind } from "../../records.ts";
import type { Call, CheckFailure, ResourceModel } from "../../resource-model.ts";
import { type AzureSettings, apimApiVersion, armKey, lastSegment } from "../arm.ts";
import type { PartRecord } from "./record.ts";
import { ownerOf, serviceChild } from "./service-child.ts";

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
  return {
    ...serviceChild({
      kind,
      path,
      put(call, id, inputs) {
        const owner = ownerOf(call, inputs);
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
      },
    }),
    verify,
  };
}
