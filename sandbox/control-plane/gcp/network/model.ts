import { hex, withAutomaticName } from "../../automatic-name.ts";
import { withComputed } from "../../outputs/computed.ts";
import { isEmpty, type Properties, text } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import { type Call, type CheckFailure, type ResourceModel, VendorError } from "../../resource-model.ts";
import { isAbandoned } from "../deletion-policy.ts";
import { type GcpSettings, labelOutputs, projectOf } from "../project.ts";
import type { NetworkType } from "./network-type.ts";
import { allOf, type NetworkRecord, networkRecords, type Place, pathOf, referred } from "./record.ts";

/**
 * The model of a part of a network: stored as it is, with the checks of its type.
 *
 * @param users the types whose resources may refer to it
 */
export function networkModel(type: NetworkType, users: readonly NetworkType[]): ResourceModel<GcpSettings> {
  const { collection, title } = type;
  return {
    replaces: [...type.replaces, "name", "project", ...(type.scope === "global" ? [] : ["region"])],
    recomputed: { labels: ["effectiveLabels", "pulumiLabels"] },
    ...(type.replacing === undefined ? {} : { replacing: type.replacing }),
    complete: (inputs, call) => withAutomaticName(inputs, "name", call, (seed) => `-${hex(seed, 7)}`),
    verify: (inputs) => [...nameFailures(inputs), ...(type.verify?.(inputs) ?? [])],

    create(call, inputs) {
      const record = recordOf(type, call, inputs);
      if (networkRecords.get(call.records, collection, record.id) !== undefined) {
        throw new VendorError(
          `Error creating ${title}: googleapi: Error 409: The resource '${record.id}' already exists`,
        );
      }
      checkProposed(type, call.records, record, "creating");
      networkRecords.put(call.records, collection, record);
      return { id: record.id, outputs: outputsOf(type, call, record) };
    },

    read(call, id) {
      const record = networkRecords.get(call.records, collection, pathOf(id)) ?? imported(type, call, id);
      if (record === undefined) return undefined;
      const inputs = Object.fromEntries(Object.entries(record.inputs).filter(([, value]) => !isEmpty(value)));
      return { id: record.id, outputs: outputsOf(type, call, record), inputs };
    },

    update(call, id, { inputs }) {
      const before = networkRecords.get(call.records, collection, id);
      if (before === undefined)
        throw new VendorError(`Error updating ${title} "${id}": googleapi: Error 404: not found`);
      const record = { ...before, inputs, urn: call.urn };
      checkProposed(type, call.records, record, "updating");
      networkRecords.put(call.records, collection, record);
      return outputsOf(type, call, record);
    },

    delete(call, id, state) {
      const record = networkRecords.get(call.records, collection, id);
      if (record === undefined || isAbandoned(title, id, state)) return;
      const user = userOf(users, call.records, type, record);
      if (user !== undefined) {
        throw new VendorError(
          `Error when reading or editing ${title}: googleapi: Error 400: The resource '${id}' is already being used by '${user.id}', resourceInUseByAnotherResource`,
        );
      }
      networkRecords.delete(call.records, collection, id);
    },
  };
}

/** The resource that a short id of an import names: `NAME`, `REGION/NAME` or `REGION/ROUTER/NAME`, in the provider's project. */
function imported(type: NetworkType, { records, settings }: Call<GcpSettings>, id: string): NetworkRecord | undefined {
  const [name = "", ...places] = id.split("/").toReversed();
  if (places.length > 2) return undefined;
  const [router, region = settings.region] = type.scope === "router" ? places : [undefined, ...places];
  const project = projectOf(settings, {});
  return referred(records, type.collection, name, {
    project,
    ...(region === undefined ? {} : { region }),
    ...(router === undefined ? {} : { router }),
  });
}

/** https://cloud.google.com/compute/docs/naming-resources */
function nameFailures(inputs: Properties): readonly CheckFailure[] {
  const name = text(inputs, "name");
  if (name === undefined || /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return [];
  const reason = `"name" (${JSON.stringify(name)}) doesn't match regexp "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$"`;
  return [{ property: "name", reason }];
}

function recordOf(type: NetworkType, call: Call<GcpSettings>, inputs: Properties): NetworkRecord {
  const project = projectOf(call.settings, inputs);
  const region = text(inputs, "region") ?? call.settings.region;
  const name = text(inputs, "name") ?? "";
  const { urn } = call;
  if (type.scope === "global") return { id: type.id({ project }, name), project, name, inputs, urn };
  if (region === undefined) {
    throw new VendorError("Cannot determine region: set in this resource, or set provider-level region (gcp:region)");
  }
  const router =
    type.scope === "router"
      ? pathOf(text(inputs, "router") ?? "")
          .split("/")
          .at(-1)
      : undefined;
  const place = { project, region, ...(router === undefined ? {} : { router }) };
  return { id: type.id(place, name), ...place, name, inputs, urn };
}

function checkProposed(type: NetworkType, records: Records, record: NetworkRecord, doing: string): void {
  const { id, inputs } = record;
  for (const [property, collection] of Object.entries(type.refers ?? {})) {
    const reference = text(inputs, property);
    if (reference === undefined || collection === "networks") continue;
    if (referred(records, collection, reference, record) !== undefined) continue;
    throw new VendorError(
      `Error ${doing} ${type.title}: googleapi: Error 404: The resource '${pathOf(reference)}' was not found`,
    );
  }
  const problem = type.problem?.({ records, place: record, id, inputs });
  if (problem !== undefined) throw new VendorError(`Error ${doing} ${type.title}: googleapi: Error 400: ${problem}`);
}

/** A resource that refers to another one. */
function userOf(
  users: readonly NetworkType[],
  records: Records,
  used: NetworkType,
  { id }: NetworkRecord,
): NetworkRecord | undefined {
  for (const type of users) {
    const properties = Object.entries(type.refers ?? {}).filter(([, collection]) => collection === used.collection);
    const user = allOf(records, type.collection).find((each) =>
      properties.some(([property]) => isReference(records, used, text(each.inputs, property), each, id)),
    );
    if (user !== undefined) return user;
  }
  return undefined;
}

function isReference(
  records: Records,
  { collection }: NetworkType,
  reference: string | undefined,
  place: Place,
  id: string,
): boolean {
  return reference !== undefined && referred(records, collection, reference, place)?.id === id;
}

function outputsOf(type: NetworkType, call: Call<GcpSettings>, record: NetworkRecord): Properties {
  const { id, project, region, name, inputs } = record;
  const selfLink = `https://www.googleapis.com/compute/v1/${id}`;
  const facts = {
    type: call.type,
    urn: call.urn,
    id,
    name,
    domain: "compute.googleapis.com",
    place: region ?? "global",
    state: "ESTABLISHED",
    arn: id,
    uuids: false,
  };
  const labels = inputs.labels === undefined ? {} : labelOutputs(inputs);
  const place = { name, project, ...(region === undefined ? {} : { region }) };
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
  return withComputed(facts, { selfLink, ...type.outputs?.(record), ...given, ...place, ...labels });
}
