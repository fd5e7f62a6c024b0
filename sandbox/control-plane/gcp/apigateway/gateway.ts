import type { DeployedGateway } from "../../../data-plane/artefacts.ts";
import { type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { isAbandoned } from "../deletion-policy.ts";
import { defaultComputeAccount, type GcpSettings, importedInputs, labelOutputs, projectOf } from "../project.ts";
import { resourceIdFailures } from "./api.ts";
import { apiConfigs, apis, type GatewayRecord, gatewayKey, gateways } from "./gateway-record.ts";

const NO_REGION = "Cannot determine region: set in this resource, or set provider-level region (gcp:region)";

/** `gcp:apigateway/gateway:Gateway`. Another config does not replace it. */
export const gateway: ResourceModel<GcpSettings> = {
  replaces: ["gatewayId", "project", "region"],
  recomputed: { labels: ["effectiveLabels", "pulumiLabels"] },
  verify(inputs, { settings }) {
    const failures = resourceIdFailures(inputs, "gatewayId");
    if (inputs.region !== undefined || settings.region !== undefined) return failures;
    return [...failures, { property: "region", reason: NO_REGION }];
  },

  async create(call, inputs) {
    const project = projectOf(call.settings, inputs);
    const region = text(inputs, "region") ?? call.settings.region;
    if (region === undefined) {
      throw new VendorError(`Error creating Gateway: ${NO_REGION}`);
    }
    const gatewayId = text(inputs, "gatewayId") ?? "";
    const id = `projects/${project}/locations/${region}/gateways/${gatewayId}`;
    if (gateways.get(call.records, id) !== undefined) {
      throw new VendorError(`Error creating Gateway: googleapi: Error 409: Resource '${id}' already exists`);
    }
    const apiConfig = configOf(call, inputs, "creating");
    await call.ports.reserve(gatewayKey(id), "https");
    const record = { id, project, region, gatewayId, apiConfig };
    const outputs = outputsOf(call, record, inputs);
    gateways.put(call.records, { ...record, outputs }, id);
    return { id, outputs };
  },

  read(call, id) {
    const found = gateways.get(call.records, id);
    if (found === undefined) return undefined;
    const outputs = { ...(found.outputs as Properties), defaultHostname: hostname(call, id) };
    return { id, outputs, inputs: importedInputs(outputs) };
  },

  update(call, id, { inputs }) {
    const found = gateways.get(call.records, id);
    if (found === undefined) throw new VendorError(`Error updating Gateway "${id}": googleapi: Error 404: not found`);
    const record = { ...found, apiConfig: configOf(call, inputs, "updating") };
    const outputs = outputsOf(call, record, inputs);
    gateways.put(call.records, { ...record, outputs }, id);
    return outputs;
  },

  delete(call, id, state) {
    if (!isAbandoned("Gateway", id, state)) gateways.delete(call.records, id);
  },
};

function configOf(call: Call<GcpSettings>, inputs: Properties, doing: string): string {
  const id = text(inputs, "apiConfig") ?? "";
  if (apiConfigs.get(call.records, id) !== undefined) return id;
  const hint = id.startsWith("projects/")
    ? ""
    : "; apiConfig must be the full id, projects/P/locations/global/apis/A/configs/C";
  throw new VendorError(`Error ${doing} Gateway: googleapi: Error 404: API Config '${id}' was not found${hint}`);
}

/** The host and port on this machine. */
function hostname(call: Call<GcpSettings>, id: string): string {
  return new URL(call.ports.url(gatewayKey(id))).host;
}

function outputsOf(call: Call<GcpSettings>, record: Omit<GatewayRecord, "outputs">, inputs: Properties): Properties {
  return {
    apiConfig: record.apiConfig,
    defaultHostname: hostname(call, record.id),
    deletionPolicy: text(inputs, "deletionPolicy") ?? "DELETE",
    displayName: text(inputs, "displayName") ?? record.gatewayId,
    gatewayId: record.gatewayId,
    name: record.id,
    project: record.project,
    region: record.region,
    ...labelOutputs(inputs),
  };
}

/** The deployed gateways. */
export function gcpGateways(records: Records): readonly DeployedGateway[] {
  return gateways.list(records).flatMap(([, record]): DeployedGateway[] => {
    const config = apiConfigs.get(records, record.apiConfig);
    const owner = config && apis.get(records, config.id.slice(0, config.id.indexOf("/configs/")));
    // A config or an API can be deleted before an abandoned gateway (`deletionPolicy`). The gateway is then not served.
    if (config === undefined || owner === undefined) return [];
    // Configs of an older store have none.
    const { document, serviceAccount = defaultComputeAccount } = config;
    const { managedService } = owner;
    return [
      {
        key: gatewayKey(record.id),
        name: record.gatewayId,
        vendor: "gcp",
        region: record.region,
        scheme: "https",
        artefacts: { kind: "gcp-api-gateway", document, managedService, serviceAccount },
      },
    ];
  });
}
