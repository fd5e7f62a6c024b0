import type { Properties, PropertyValue } from "../../property-value.ts";
import type { Records } from "../../records.ts";
import type { CheckFailure } from "../../resource-model.ts";
import type { Collection, NetworkRecord, Place } from "./record.ts";

/** A new state of a resource, before Google accepts it. */
export interface Proposed {
  readonly records: Records;
  readonly place: Place;
  /** The id that it has or will have. */
  readonly id: string;
  readonly inputs: Properties;
}

/** How Google treats one type of resource. */
export interface NetworkType {
  readonly collection: Collection;
  /** The name of the type in errors of the provider. */
  readonly title: string;
  readonly scope: "global" | "region" | "router";
  /** The id, from the project, the region, the router and the name. */
  readonly id: (place: Place, name: string) => string;
  readonly replaces: readonly string[];
  readonly replacing?: (name: string, was: PropertyValue | undefined, wanted: PropertyValue | undefined) => boolean;
  /**
   * The properties that refer to other resources. Those must exist, and cannot be deleted before this one. A network need not exist: a
   * stack may use one that the sandbox does not know.
   */
  readonly refers?: Readonly<Record<string, Collection>>;
  /** What the provider rejects without Google. The inputs may contain unknown values. */
  readonly verify?: (inputs: Properties) => readonly CheckFailure[];
  /** Why Google rejects a resource; undefined if it does not. */
  readonly problem?: (proposed: Proposed) => string | undefined;
  /** The outputs that Google computes, beside those that a type's declarations tell. */
  readonly outputs?: (record: NetworkRecord) => Properties;
}
