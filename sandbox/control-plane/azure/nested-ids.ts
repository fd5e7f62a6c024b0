import { isObject, type Properties, type PropertyValue, text } from "../property-value.ts";

/**
 * Adds the ids of the resources that a network resource contains, such as `id/subnets/name` for a subnet that a virtual network declares. The
 * SDK types these ids as optional, because a program may also pass the id of an existing resource.
 */
export function withNestedIds(
  { type, id }: { readonly type: string; readonly id: string },
  outputs: Properties,
): Properties {
  if (!type.startsWith("azure-native:network:")) return outputs;
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(withId(`${id}/${name}`)) : value,
    ]),
  );
}

function withId(parent: string): (entry: PropertyValue) => PropertyValue {
  return (entry) => {
    const name = isObject(entry) ? text(entry, "name") : undefined;
    return isObject(entry) && name !== undefined && entry.id === undefined
      ? { id: `${parent}/${name}`, ...entry }
      : entry;
  };
}
