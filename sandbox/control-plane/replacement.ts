import { isObject, isUnknown, type PropertyValue } from "./property-value.ts";

/** A value that differs between the program and the last deployment. */
export interface ChangedValue {
  /** The path of the value, e.g. `dnsConfig.dnsRecords[0].type`. */
  readonly path: string;
  readonly left: PropertyValue | undefined;
  readonly right: PropertyValue | undefined;
}

/**
 * Whether a change of a value replaces the resource.
 *
 * @param property a property whose change replaces it, e.g. `dnsConfig.dnsRecords.type` for the type of each record
 */
export function replacesAt(property: string, { path, left, right }: ChangedValue): boolean {
  const changed = path.replace(/\[\d+\]/g, "");
  if (changed === property || changed.startsWith(`${property}.`) || changed.startsWith(`${property}[`)) return true;
  if (!property.startsWith(`${changed}.`)) return false;
  // A whole object is added or removed, and with it the property, if the object contains it.
  const inside = property.slice(changed.length + 1).split(".");
  return contains(left, inside) || contains(right, inside);
}

function contains(value: PropertyValue | undefined, [name, ...inside]: readonly string[]): boolean {
  if (value === undefined || value === null) return false;
  if (name === undefined || isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some((element) => contains(element, [name, ...inside]));
  return isObject(value) && contains(value[name], inside);
}
