import { hex, withAutomaticName } from "../automatic-name.ts";
import { type Properties, text, textMap, withoutUndefined } from "../property-value.ts";
import { type ResourceModel, VendorError } from "../resource-model.ts";
import { nested, resourceGroups } from "./apimanagement/record.ts";
import { type AzureSettings, armKey, notFound, refuseExisting, resourceGroupId } from "./arm.ts";
import { networkResources } from "./network/record.ts";

/** `azure-native:resources:ResourceGroup`. */
export const resourceGroup: ResourceModel<AzureSettings> = {
  replaces: ["location", "resourceGroupName"],
  complete: (inputs, call) => {
    const named = withAutomaticName(inputs, "resourceGroupName", call, (seed) => hex(seed, 8));
    const { location } = call.settings;
    return named.location !== undefined || location === undefined ? named : { ...named, location };
  },
  verify: (inputs) =>
    inputs.location === undefined
      ? [
          {
            property: "location",
            reason: "location is required; set it here, or azure-native:location for all resources",
          },
        ]
      : [],

  create(call, inputs) {
    const id = resourceGroupId(call.settings, text(inputs, "resourceGroupName") ?? "");
    refuseExisting(resourceGroups.get(call.records, armKey(id)), id);
    const location = text(inputs, "location");
    if (location === undefined) {
      throw new VendorError(`Code="LocationRequired" Message="The location property is required" (400)`);
    }
    const outputs = outputsOf(id, location, inputs);
    resourceGroups.put(call.records, { id, location, outputs }, armKey(id));
    return { id, outputs };
  },
  read(call, id) {
    const found = resourceGroups.get(call.records, armKey(id));
    return found && { id: found.id, outputs: found.outputs as Properties };
  },
  update(call, id, { inputs }) {
    const found = resourceGroups.get(call.records, armKey(id));
    if (found === undefined) throw notFound(call, id);
    const outputs = outputsOf(found.id, found.location, inputs);
    resourceGroups.put(call.records, { ...found, outputs }, armKey(id));
    return outputs;
  },
  delete(call, id) {
    resourceGroups.delete(call.records, armKey(id));
    // Azure deletes all resources in the group.
    for (const kind of [...nested, networkResources]) call.records.deleteAll(`${kind.key(armKey(id))}/`);
  },
};

function outputsOf(id: string, location: string, inputs: Properties): Properties {
  const tags = textMap(inputs.tags);
  return withoutUndefined({
    azureApiVersion: "2024-03-01",
    location,
    managedBy: inputs.managedBy,
    name: id.slice(id.lastIndexOf("/") + 1),
    properties: { provisioningState: "Succeeded" },
    tags: tags && { ...tags },
    type: "Microsoft.Resources/resourceGroups",
  });
}
