import { isEmpty, type Properties, textMap, withoutUndefined } from "../property-value.ts";
import type { Kind, Records } from "../records.ts";
import { type Call, type CheckCall, type CheckFailure, type ResourceModel, VendorError } from "../resource-model.ts";
import { type AwsSettings, regionOf } from "./region.ts";

/** A resource that AWS holds as it was asked for; what AWS adds follows from that and the id. */
export interface StoredRecord {
  readonly id: string;
  readonly region: string;
  readonly arguments: Properties;
}

/** What is particular to one type of them. */
export interface StoredPlace {
  /** As the provider's errors name it, e.g. `EC2 VPN Connection`. */
  readonly title: string;
  readonly replaces: readonly string[];
  readonly replacing?: ResourceModel<AwsSettings>["replacing"];
  readonly same?: ResourceModel<AwsSettings>["same"];
  complete?(inputs: Properties, call: CheckCall<AwsSettings>): Properties;
  verify?(inputs: Properties): readonly CheckFailure[];
  /** @param taken whether a thing of this type has the id already */
  id(call: Call<AwsSettings>, region: string, inputs: Properties, taken: (id: string) => boolean): string;
  /** The id, of one that an import is told. Default: they are the same. */
  imported?(id: string): string;
  /** Beside the arguments, `region` and tags. Those of arguments are what AWS takes for one that is left out. */
  outputs?(records: Records, found: StoredRecord): { readonly [name: string]: Properties[string] | undefined };
  /**
   * Before it is made, or changed.
   * @param before what is changed
   * @throws VendorError for what the service refuses; `operation` is how its error begins
   */
  admit?(call: Call<AwsSettings>, region: string, inputs: Properties, operation: string, before?: StoredRecord): void;
  /**
   * Before it is deleted; deletes what goes with it.
   * @throws VendorError when something needs it
   */
  release?(call: Call<AwsSettings>, found: StoredRecord, operation: string): void;
}

/** @param stored its records, by region and id */
export function storedResource(stored: Kind<StoredRecord>, place: StoredPlace): ResourceModel<AwsSettings> {
  const { title } = place;
  const read = (records: Records, found: StoredRecord): Properties => {
    const tags = textMap(found.arguments.tags) ?? {};
    const given = Object.entries(found.arguments).filter(([name, value]) => name !== "tags" && value !== null);
    return withoutUndefined({
      ...place.outputs?.(records, found),
      ...Object.fromEntries(given),
      region: found.region,
      tags,
      tagsAll: tags,
    });
  };
  return {
    replaces: [...place.replaces, "region"],
    cleared: ["tags"],
    recomputed: { tags: ["tagsAll"] },
    ...(place.replacing === undefined ? {} : { replacing: place.replacing }),
    ...(place.same === undefined ? {} : { same: place.same }),
    ...(place.complete === undefined ? {} : { complete: place.complete }),
    ...(place.verify === undefined ? {} : { verify: place.verify }),

    create(call, inputs) {
      const region = regionOf(call.settings, inputs);
      place.admit?.(call, region, inputs, `creating ${title}`);
      const id = place.id(call, region, inputs, (taken) => stored.get(call.records, region, taken) !== undefined);
      const made = { id, region, arguments: inputs };
      stored.put(call.records, made, region, id);
      return { id, outputs: read(call.records, made) };
    },

    read(call, id, state) {
      const own = place.imported?.(id) ?? id;
      const found = stored.get(call.records, regionOf(call.settings, state), own);
      if (found === undefined) return undefined;
      const inputs = Object.fromEntries(Object.entries(found.arguments).filter(([, value]) => !isEmpty(value)));
      return { id: own, outputs: read(call.records, found), inputs };
    },

    update(call, id, { inputs }) {
      const region = regionOf(call.settings, inputs);
      const found = stored.get(call.records, region, id);
      const operation = `updating ${title} (${id})`;
      if (found === undefined) throw new VendorError(`${operation}: couldn't find resource`);
      place.admit?.(call, region, inputs, operation, found);
      const after = { ...found, arguments: inputs };
      stored.put(call.records, after, region, id);
      return read(call.records, after);
    },

    delete(call, id, state) {
      const region = regionOf(call.settings, state);
      const found = stored.get(call.records, region, id);
      if (found === undefined) return;
      place.release?.(call, found, `deleting ${title} (${id})`);
      stored.delete(call.records, region, id);
    },
  };
}

/** All of a kind in a Region. */
export function allOf(stored: Kind<StoredRecord>, records: Records, region: string): readonly StoredRecord[] {
  return stored.list(records, region).map(([, found]) => found);
}

/** Lists that are sets to the provider: their order means nothing. */
export function sameSet(left: Properties[string], right: Properties[string]): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  const sorted = (list: readonly unknown[]) => JSON.stringify(list.map((each) => JSON.stringify(each)).sort());
  return sorted(left) === sorted(right);
}
