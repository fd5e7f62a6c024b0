import { hex, withAutomaticName } from "../../automatic-name.ts";
import { digest } from "../../identifier.ts";
import { isObject, type Properties, text, withoutUndefined } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import {
  type AzureSettings,
  apimApiVersion,
  armKey,
  notFound,
  refuseExisting,
  resourceGroupId,
  serviceId,
} from "../arm.ts";
import { gatewayKey, nested, resourceGroups, type ServiceRecord, services } from "./record.ts";
import { subnetOf } from "./service-subnet.ts";
import { newKeys } from "./subscription-keys.ts";
import { unservedInService } from "./unserved.ts";

const SKUS = [
  "Basic",
  "BasicV2",
  "Consumption",
  "Developer",
  "Isolated",
  "Premium",
  "PremiumV2",
  "Standard",
  "StandardV2",
];

/** `azure-native:apimanagement:ApiManagementService`. */
export const apiManagementService: ResourceModel<AzureSettings> = {
  replaces: ["location", "resourceGroupName", "serviceName"],
  complete: (inputs, call) => withAutomaticName(inputs, "serviceName", call, (seed) => hex(seed, 8)),
  verify(inputs) {
    const unserved = unservedInService(inputs);
    const name = text(inputs, "serviceName");
    if (name === undefined || /^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/.test(name)) return unserved;
    return [
      ...unserved,
      {
        property: "serviceName",
        reason: `${JSON.stringify(name)} must be 1 to 50 letters, digits and hyphens, with a letter first and no hyphen at the end`,
      },
    ];
  },

  async create(call, inputs) {
    const groupName = text(inputs, "resourceGroupName") ?? "";
    const group = resourceGroups.get(call.records, armKey(resourceGroupId(call.settings, groupName)));
    if (group === undefined) {
      throw new VendorError(
        `Code="ResourceGroupNotFound" Message="Resource group '${groupName}' could not be found." (404)`,
      );
    }
    const id = serviceId(call.settings, inputs);
    refuseExisting(services.get(call.records, armKey(id)), id);
    const name = text(inputs, "serviceName") ?? "";
    // The name is a DNS label, which is unique in all of Azure.
    if (services.list(call.records).some(([, other]) => other.name.toLowerCase() === name.toLowerCase())) {
      throw new VendorError(`Code="ServiceAlreadyExists" Message="Api service already exists: ${name}" (409)`);
    }
    const location = text(inputs, "location") ?? call.settings.location ?? group.location;
    await call.ports.reserve(gatewayKey(armKey(id)));
    const record = { id, name, location, allAccess: newKeys(), ...placeOf(call.records, location, inputs) };
    const outputs = outputsOf(call, record, inputs);
    services.put(call.records, { ...record, outputs }, armKey(id));
    return { id, outputs };
  },
  read(call, id) {
    const found = services.get(call.records, armKey(id));
    if (found === undefined) return undefined;
    const url = call.ports.url(gatewayKey(armKey(id)));
    return { id: found.id, outputs: { ...(found.outputs as Properties), gatewayUrl: url } };
  },
  update(call, id, { inputs }) {
    const found = services.get(call.records, armKey(id));
    if (found === undefined) throw notFound(call, id);
    const { subnetId: _before, ...others } = found;
    const record = { ...others, ...placeOf(call.records, found.location, inputs) };
    const outputs = outputsOf(call, record, inputs);
    services.put(call.records, { ...record, outputs }, armKey(id));
    return outputs;
  },
  delete(call, id) {
    services.delete(call.records, armKey(id));
    for (const kind of nested) call.records.deleteAll(`${kind.key(armKey(id))}/`);
  },
};

/** The tier and the subnet of a service. */
function placeOf(records: Records, location: string, inputs: Properties): Pick<ServiceRecord, "sku" | "subnetId"> {
  const sku = skuOf(inputs);
  return { sku, ...subnetOf(records, { sku, location }, inputs) };
}

function skuOf(inputs: Properties): string {
  const name = isObject(inputs.sku) ? text(inputs.sku, "name") : undefined;
  if (name !== undefined && SKUS.includes(name)) return name;
  throw new VendorError(
    `Code="ValidationError" Message="sku.name ${JSON.stringify(name)} is not one of ${SKUS.join(", ")}" (400)`,
  );
}

function outputsOf(call: Call<AzureSettings>, record: Omit<ServiceRecord, "outputs">, inputs: Properties): Properties {
  const { resourceGroupName: _group, serviceName: _name, ...others } = inputs;
  const url = call.ports.url(gatewayKey(armKey(record.id)));
  return withoutUndefined({
    ...others,
    azureApiVersion: apimApiVersion,
    createdAtUtc: "",
    developerPortalUrl: "",
    etag: digest(JSON.stringify(inputs), 12),
    gatewayRegionalUrl: url,
    gatewayUrl: url,
    location: record.location,
    managementApiUrl: "",
    name: record.name,
    outboundPublicIPAddresses: [],
    platformVersion: record.sku.endsWith("V2") ? "stv2.1" : "stv2",
    portalUrl: "",
    privateIPAddresses: [],
    provisioningState: "Succeeded",
    publicIPAddresses: [],
    publicNetworkAccess: text(inputs, "publicNetworkAccess") ?? "Enabled",
    scmUrl: "",
    targetProvisioningState: "",
    type: "Microsoft.ApiManagement/service",
    virtualNetworkType: text(inputs, "virtualNetworkType") ?? "None",
  });
}
