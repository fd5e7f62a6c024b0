import { isEmpty, type Properties, withoutUndefined } from "../property-value.ts";
import type { Kind, Records } from "../records.ts";
import { type Call, type CheckCall, type CheckFailure, type ResourceModel, VendorError } from "../resource-model.ts";
import { type AwsSettings, regionOf } from "./region.ts";
import { tagOutputs, tagsOf } from "./tags.ts";

/** A resource that AWS stores as the program declares it. All other outputs follow from its arguments and its id. */
export interface StoredRecord {
  readonly id: string;
  readonly region: string;
  readonly arguments: Properties;
  /** Of the last write. Absent in stores of older sandboxes. */
  readonly urn?: string;
  /** The numbers of the tunnels of a VPN connection that are cut, from 0. Absent: none. */
  readonly cut?: readonly number[];
}

/** One resource type whose resources are stored. */
export interface StoredResourceType {
  /** The type's name in the provider's errors, e.g. `EC2 VPN Connection`. */
  readonly title: string;
  readonly replaces: readonly string[];
  readonly replacing?: ResourceModel<AwsSettings>["replacing"];
  readonly same?: ResourceModel<AwsSettings>["same"];
  complete?(inputs: Properties, call: CheckCall<AwsSettings>): Properties;
  verify?(inputs: Properties): readonly CheckFailure[];
  /**
   * The id of a new resource.
   * @param taken whether a resource of this type has the id already
   */
  id(call: Call<AwsSettings>, region: string, inputs: Properties, taken: (id: string) => boolean): string;
  /** The id of the resource that an import id refers to. @default the import id */
  importedId?(importId: string): string;
  /**
   * The outputs beside the arguments, `region` and the tags. For an argument, the value that AWS uses when the program omits it.
   */
  outputs?(records: Records, record: StoredRecord): { readonly [name: string]: Properties[string] | undefined };
  /**
   * Checks the arguments before the resource is created or updated.
   * @param operation the beginning of the provider's error, e.g. `creating EC2 VPC`
   * @param before the resource that is updated; undefined for a new one
   * @throws VendorError when the service refuses them
   */
  check?(call: Call<AwsSettings>, region: string, inputs: Properties, operation: string, before?: StoredRecord): void;
  /**
   * Deletes what AWS deletes together with the resource.
   * @throws VendorError when another resource needs this one
   */
  beforeDelete?(call: Call<AwsSettings>, record: StoredRecord, operation: string): void;
}

/**
 * The model of a stored resource.
 * @param kind its records, by Region and id
 */
export function storedResource(kind: Kind<StoredRecord>, type: StoredResourceType): ResourceModel<AwsSettings> {
  const { title } = type;
  return {
    replaces: [...type.replaces, "region"],
    cleared: ["tags"],
    recomputed: { tags: ["tagsAll"] },
    ...(type.replacing === undefined ? {} : { replacing: type.replacing }),
    ...(type.same === undefined ? {} : { same: type.same }),
    ...(type.complete === undefined ? {} : { complete: type.complete }),
    ...(type.verify === undefined ? {} : { verify: type.verify }),

    create(call, inputs) {
      const region = regionOf(call.settings, inputs);
      type.check?.(call, region, inputs, `creating ${title}`);
      const id = type.id(call, region, inputs, (taken) => kind.get(call.records, region, taken) !== undefined);
      const record = { id, region, arguments: inputs, urn: call.urn };
      kind.put(call.records, record, region, id);
      return { id, outputs: outputsOf(type, call.records, record) };
    },

    read(call, importId, state) {
      const id = type.importedId?.(importId) ?? importId;
      const record = kind.get(call.records, regionOf(call.settings, state), id);
      if (record === undefined) return undefined;
      const inputs = Object.fromEntries(Object.entries(record.arguments).filter(([, value]) => !isEmpty(value)));
      return { id, outputs: outputsOf(type, call.records, record), inputs };
    },

    update(call, id, { inputs }) {
      const region = regionOf(call.settings, inputs);
      const before = kind.get(call.records, region, id);
      const operation = `updating ${title} (${id})`;
      if (before === undefined) throw new VendorError(`${operation}: couldn't find resource`);
      type.check?.(call, region, inputs, operation, before);
      const after = { ...before, arguments: inputs, urn: call.urn };
      kind.put(call.records, after, region, id);
      return outputsOf(type, call.records, after);
    },

    delete(call, id, state) {
      const region = regionOf(call.settings, state);
      const record = kind.get(call.records, region, id);
      if (record === undefined) return;
      type.beforeDelete?.(call, record, `deleting ${title} (${id})`);
      kind.delete(call.records, region, id);
    },
  };
}

/** All records of a kind in a Region. */
export function allOf(kind: Kind<StoredRecord>, records: Records, region: string): readonly StoredRecord[] {
  return kind.list(records, region).map(([, record]) => record);
}

function outputsOf(type: StoredResourceType, records: Records, record: StoredRecord): Properties {
  const { tags: _tags, ...inputs } = record.arguments;
  return withoutUndefined({
    ...type.outputs?.(records, record),
    ...Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null)),
    region: record.region,
    ...tagOutputs(tagsOf(record.arguments)),
  });
}
