import { hex, withAutomaticName } from "../../automatic-name.ts";
import { digest } from "../../identifier.ts";
import { withComputed } from "../../outputs/computed.ts";
import { type Properties, type PropertyValue, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { resourceGroups, services } from "../apimanagement/record.ts";
import { type AzureSettings, armKey, lastSegment, notFound, refuseExisting, resourceGroupId } from "../arm.ts";
import { withNestedIds } from "../nested-ids.ts";
import { type NetworkRecord, networkResources, parentOf } from "./record.ts";

/** One resource type whose resources are stored as the program declares them. */
export interface StoredType {
  /** The id below the resource group: types, and in braces the inputs that name the resource and its parents. */
  readonly path: string;
  /** The inputs that cannot be changed, beside those that name the resource. */
  readonly replaces?: readonly string[];
  /** Whether the name gets no suffix. azure-native appends none to nested resources. */
  readonly nested?: true;
  verify?(inputs: Properties): readonly CheckFailure[];
  /**
   * Checks a write.
   * @param before the resource that is updated; undefined for a new one
   * @throws VendorError when Azure refuses it
   */
  check?(records: Records, id: string, inputs: Properties, before: NetworkRecord | undefined): void;
  /** What Azure stores of an update, if it ignores a part of it. */
  stored?(inputs: Properties, before: Properties): Properties;
  /** The outputs beside the inputs. */
  outputs?(records: Records, record: NetworkRecord): Properties;
}

/** The model of a stored type. */
export function storedResource(type: string, stored: StoredType): ResourceModel<AzureSettings> {
  const names = [...stored.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const ownName = names.at(-1) ?? "";
  const isNested = stored.nested === true;

  const put = (call: Call<AzureSettings>, id: string, inputs: Properties, before: NetworkRecord | undefined) => {
    stored.check?.(call.records, id, inputs, before);
    const kept = before === undefined ? inputs : (stored.stored?.(inputs, before.inputs) ?? inputs);
    const cut = before?.cut === undefined ? {} : { cut: before.cut };
    const record = { id, type, inputs: kept, urn: call.urn, ...cut };
    networkResources.put(call.records, record, armKey(id));
    return outputsOf(call, stored, record);
  };

  return {
    replaces: [...names, "resourceGroupName", "location", ...(stored.replaces ?? [])],
    complete: (inputs, call) => {
      const named = withAutomaticName(inputs, ownName, call, (seed) => (isNested ? "" : hex(seed, 8)));
      const { location } = call.settings;
      return isNested || named.location !== undefined || location === undefined ? named : { ...named, location };
    },
    ...(stored.verify === undefined ? {} : { verify: stored.verify }),

    create(call, inputs) {
      const group = resourceGroupId(call.settings, text(inputs, "resourceGroupName") ?? "");
      if (resourceGroups.get(call.records, armKey(group)) === undefined) {
        throw new VendorError(
          `Code="ResourceGroupNotFound" Message="Resource group '${lastSegment(group)}' could not be found." (404)`,
        );
      }
      const id = `${group}/providers/${stored.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => text(inputs, name) ?? "")}`;
      refuseExisting(networkResources.get(call.records, armKey(id)), id);
      if (isNested && networkResources.get(call.records, armKey(parentOf(id))) === undefined) {
        throw new VendorError(`Code="ParentResourceNotFound" Message="'${parentOf(id)}' was not found." (404)`);
      }
      return { id, outputs: put(call, id, inputs, undefined) };
    },
    read(call, id) {
      const found = networkResources.get(call.records, armKey(id));
      return found && { id: found.id, outputs: outputsOf(call, stored, found) };
    },
    update(call, id, { inputs }) {
      const found = networkResources.get(call.records, armKey(id));
      if (found === undefined) throw notFound(call, id);
      return put(call, found.id, inputs, found);
    },
    delete(call, id) {
      refuseInUse(call.records, id);
      networkResources.delete(call.records, armKey(id));
      call.records.deleteAll(`${networkResources.key(armKey(id))}/`);
    },
  };
}

function outputsOf(call: Call<AzureSettings>, stored: StoredType, record: NetworkRecord): Properties {
  const { resourceGroupName: _group, ...inputs } = record.inputs;
  const name = lastSegment(record.id);
  const facts = {
    type: call.type,
    urn: call.urn,
    id: record.id,
    name,
    domain: "network.azure.net",
    place: text(inputs, "location") ?? call.settings.location ?? "westeurope",
    state: "Succeeded",
    arn: record.id,
    uuids: true as const,
  };
  const outputs = withComputed(facts, {
    name,
    provisioningState: "Succeeded",
    etag: digest(JSON.stringify(inputs), 12),
    ...inputs,
    ...stored.outputs?.(call.records, record),
  });
  return withNestedIds(facts, outputs);
}

/** Azure deletes no resource that another one refers to. */
function refuseInUse(records: Records, id: string): void {
  const key = armKey(id);
  const isWithin = (other: string): boolean => armKey(other) === key || armKey(other).startsWith(`${key}/`);
  const refers = (value: PropertyValue | undefined): boolean => {
    if (typeof value === "string") return value.startsWith("/") && isWithin(value);
    return typeof value === "object" && value !== null && Object.values(value).some(refers);
  };
  const users = networkResources.list(records).map(([, record]) => record);
  const user =
    users.find((record) => !isWithin(record.id) && refers(record.inputs)) ?? serviceWithin(records, isWithin);
  if (user === undefined) return;
  throw new VendorError(
    `Code="InUseResourceCannotBeDeleted" Message="${lastSegment(id)} is in use by ${user.id} and cannot be deleted" (400)`,
  );
}

/** The API Management service that is in a subnet. */
function serviceWithin(records: Records, isWithin: (id: string) => boolean): { readonly id: string } | undefined {
  return services
    .list(records)
    .map(([, record]) => record)
    .find(({ subnetId }) => subnetId !== undefined && isWithin(subnetId));
}
