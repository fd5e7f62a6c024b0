import type { PropertyValue } from "../property-value.ts";

/** Whether two lists hold the same elements in any order, for an argument that is a set to the provider. */
export function sameSet(left: PropertyValue, right: PropertyValue): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return false;
  const sorted = (list: readonly unknown[]) => JSON.stringify(list.map((each) => JSON.stringify(each)).sort());
  return sorted(left) === sorted(right);
}
