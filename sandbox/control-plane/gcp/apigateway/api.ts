import { digest } from "../../identifier.ts";
import { type Properties, text } from "../../property-value.ts";
import { type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { isAbandoned } from "../deletion-policy.ts";
import { type GcpSettings, importedInputs, labelOutputs, projectOf } from "../project.ts";
import { apiConfigs, apis } from "./gateway-record.ts";

/** `gcp:apigateway/api:Api`. */
export const api: ResourceModel<GcpSettings> = {
  replaces: ["apiId", "managedService", "project"],
  recomputed: { labels: ["effectiveLabels", "pulumiLabels"] },
  verify: (inputs) => resourceIdFailures(inputs, "apiId"),

  create(call, inputs) {
    const project = projectOf(call.settings, inputs);
    const apiId = text(inputs, "apiId") ?? "";
    const id = `projects/${project}/locations/global/apis/${apiId}`;
    if (apis.get(call.records, id) !== undefined) {
      throw new VendorError(`Error creating Api: googleapi: Error 409: Resource '${id}' already exists`);
    }
    const managedService =
      text(inputs, "managedService") ?? `${apiId}-${digest(id, 13)}.apigateway.${project}.cloud.goog`;
    const createTime = new Date().toISOString();
    const outputs = outputsOf(id, project, managedService, createTime, inputs);
    apis.put(call.records, { apiId, project, managedService, createTime, outputs }, id);
    return { id, outputs };
  },

  read(call, id) {
    const found = apis.get(call.records, id);
    const outputs = found?.outputs as Properties | undefined;
    return outputs && { id, outputs, inputs: importedInputs(outputs) };
  },

  update(call, id, { inputs }) {
    const found = apis.get(call.records, id);
    if (found === undefined) throw new VendorError(`Error updating Api "${id}": googleapi: Error 404: not found`);
    const outputs = outputsOf(id, found.project, found.managedService, found.createTime, inputs);
    apis.put(call.records, { ...found, outputs }, id);
    return outputs;
  },

  delete(call, id, state) {
    if (isAbandoned("Api", id, state)) return;
    const [config] = apiConfigs.list(call.records, id, "configs");
    if (config !== undefined) {
      throw new VendorError(
        `Error when reading or editing Api: googleapi: Error 400: Cannot delete API '${id}': it still has the API ` +
          `Config ${config[1].id}`,
      );
    }
    apis.delete(call.records, id);
  },
};

function outputsOf(
  id: string,
  project: string,
  managedService: string,
  createTime: string,
  inputs: Properties,
): Properties {
  const apiId = id.slice(id.lastIndexOf("/") + 1);
  return {
    apiId,
    createTime,
    deletionPolicy: text(inputs, "deletionPolicy") ?? "DELETE",
    displayName: text(inputs, "displayName") ?? apiId,
    managedService,
    name: id,
    project,
    ...labelOutputs(inputs),
  };
}

/** Checks an id of API Gateway. A full id is not rejected here, because the service responds to it with 404. */
export function resourceIdFailures(inputs: Properties, property: string): readonly CheckFailure[] {
  const id = text(inputs, property);
  if (id === undefined || id.includes("/") || /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) return [];
  return [
    {
      property,
      reason: `${JSON.stringify(id)} must be 1 to 63 lower-case letters, digits and hyphens, without a hyphen at either end`,
    },
  ];
}
