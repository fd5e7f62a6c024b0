import { ownMember } from "../own-member.ts";
import { isAsset, isObject, isUnknown, type Properties, type PropertyValue } from "./property-value.ts";
import type { CheckFailure } from "./resource-model.ts";
import type { PropertySchema, PropertyType, SchemaFile } from "./schema/resource-schema.ts";

/**
 * Reports all unknown properties, missing properties and wrong types. A resource type that the schema does not contain is not checked.
 */
export function checkInputs(schema: SchemaFile, type: string, inputs: Properties): readonly CheckFailure[] {
  const resource = ownMember(schema.resources, type);
  if (resource === undefined) return [];
  const failures: CheckFailure[] = [];
  checkObject(schema, resource.inputs, inputs, "", failures);
  return failures;
}

function checkObject(
  schema: SchemaFile,
  declared: Readonly<Record<string, PropertySchema>>,
  value: Properties,
  path: string,
  failures: CheckFailure[],
): void {
  const place = (name: string) => (path === "" ? name : `${path}.${name}`);
  for (const [name, entry] of Object.entries(value)) {
    // Names that begin with two underscores belong to the engine and the provider.
    if (name.startsWith("__")) continue;
    const property = ownMember(declared, name);
    if (property === undefined) {
      failures.push({ property: place(name), reason: `unknown property "${name}"${closest(name, declared)}` });
    } else if (entry !== null || property.required) {
      checkValue(schema, property.type, entry, place(name), failures);
    }
  }
  for (const [name, property] of Object.entries(declared)) {
    if (property.required && (value[name] === undefined || value[name] === null)) {
      failures.push({ property: place(name), reason: `missing required property "${name}"` });
    }
  }
}

function checkValue(
  schema: SchemaFile,
  type: PropertyType,
  value: PropertyValue,
  path: string,
  failures: CheckFailure[],
): void {
  if (isUnknown(value) || type === "any") return;
  const wrong = () => failures.push({ property: path, reason: `expected ${describe(type)}, got ${kindOf(value)}` });
  if (typeof type === "string") {
    if (type === "asset" ? !isAsset(value) : typeof value !== type) wrong();
  } else if ("list" in type) {
    if (!Array.isArray(value)) wrong();
    else {
      value.forEach((entry, index) => {
        checkValue(schema, type.list, entry, `${path}[${index}]`, failures);
      });
    }
  } else if ("map" in type) {
    if (!isObject(value)) wrong();
    else {
      for (const [name, entry] of Object.entries(value)) {
        if (name.startsWith("__")) continue;
        checkValue(schema, type.map, entry, `${path}.${name}`, failures);
      }
    }
  } else if ("object" in type) {
    const declared = schema.types[type.object];
    if (!isObject(value) || isAsset(value)) wrong();
    else if (declared !== undefined) checkObject(schema, declared, value, path, failures);
  } else if ("enum" in type) {
    if (!type.enum.some((option) => option === value)) wrong();
  } else if (!type.oneOf.some((option) => fits(schema, option, value, path))) {
    wrong();
  }
}

function fits(schema: SchemaFile, type: PropertyType, value: PropertyValue, path: string): boolean {
  const failures: CheckFailure[] = [];
  checkValue(schema, type, value, path, failures);
  return failures.length === 0;
}

function describe(type: PropertyType): string {
  if (typeof type === "string") return type === "asset" ? "an asset" : `a ${type}`;
  if ("list" in type) return "a list";
  if ("map" in type || "object" in type) return "an object";
  if ("enum" in type) return `one of ${type.enum.map((option) => JSON.stringify(option)).join(", ")}`;
  return type.oneOf.map(describe).join(" or ");
}

function kindOf(value: PropertyValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return isAsset(value) ? "an asset" : "an object";
  return typeof value === "string"
    ? `the string ${JSON.stringify(value.slice(0, 60))}`
    : `the ${typeof value} ${value}`;
}

/** A hint at the declared property that was probably meant, found by its letters and digits. */
function closest(name: string, declared: Readonly<Record<string, PropertySchema>>): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const meant = Object.keys(declared).find((candidate) => {
    const [left, right] = [plain(candidate), plain(name)];
    return left === right || left.startsWith(right) || right.startsWith(left);
  });
  return meant === undefined ? "" : `; did you mean "${meant}"?`;
}
