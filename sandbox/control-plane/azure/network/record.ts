import { isObject, type Properties, type PropertyValue, text } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";
import { armKey, lastSegment } from "../arm.ts";

/** A stored resource of the module `network` or `privatedns`. */
export interface NetworkRecord {
  /** The full id, in the case of its creation. */
  readonly id: string;
  /** The type, e.g. `Subnet`. */
  readonly type: string;
  readonly inputs: Properties;
  /** Of the last write. Absent in stores of older sandboxes. */
  readonly urn?: string;
  /** The numbers of the tunnels of a connection that are cut, from 0. Absent: none. */
  readonly cut?: readonly number[];
}

/** By `armKey(id)`. */
export const networkResources = new Kind<NetworkRecord>("azure/network");

/** The resource with an id; undefined for none, and for an id that is no text. A virtual network may declare its subnets itself. */
export function resourceAt(records: Records, id: PropertyValue | undefined): NetworkRecord | undefined {
  if (typeof id !== "string" || id === "") return undefined;
  const own = networkResources.get(records, armKey(id));
  if (own !== undefined || !/\/subnets\/[^/]+$/i.test(id)) return own;
  const network = networkResources.get(records, armKey(parentOf(id)));
  const name = lastSegment(id).toLowerCase();
  const inputs = objects(network?.inputs.subnets).find((each) => text(each, "name")?.toLowerCase() === name);
  return inputs && { id, type: "Subnet", inputs };
}

/** All resources of a type below an id, or of the whole sandbox. */
export function allOf(records: Records, type: string, below?: string): readonly NetworkRecord[] {
  const list = below === undefined ? networkResources.list(records) : networkResources.list(records, armKey(below));
  return list.map(([, record]) => record).filter((record) => record.type === type);
}

/** The id in a reference such as `{ id }`. */
export function referenced(value: PropertyValue | undefined): string | undefined {
  return isObject(value) ? text(value, "id") : undefined;
}

/** The objects of a list. */
export function objects(value: PropertyValue | undefined): readonly Properties[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The id of a resource without its last type and name. */
export function parentOf(id: string): string {
  return id.split("/").slice(0, -2).join("/");
}
