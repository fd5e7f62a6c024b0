/** A property as the engine sends it: JSON, with the sentinels below for other values. */
export type PropertyValue =
  | null
  | boolean
  | number
  | string
  | readonly PropertyValue[]
  | { readonly [name: string]: PropertyValue };
export type Properties = { readonly [name: string]: PropertyValue };

/**
 * The engine's sentinels for unknown values, one for each kind of value (sdk/go/common/resource/plugin/rpc.go). A provider may return the first
 * one for all kinds.
 */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknowns: ReadonlySet<PropertyValue> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The member that marks an object as a special value, such as a secret or an asset. */
export const signatureKey = "4dabf18193072939515e22adb298388d";

export function isUnknown(value: PropertyValue | undefined): boolean {
  return typeof value === "string" && unknowns.has(value);
}

export function isObject(value: unknown): value is { readonly [name: string]: PropertyValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is an asset or archive, whose content is not inspected. */
export function isAsset(value: PropertyValue): boolean {
  return isObject(value) && typeof value[signatureKey] === "string";
}

export function containsUnknown(value: PropertyValue | undefined): boolean {
  if (Array.isArray(value)) return value.some(containsUnknown);
  if (isObject(value)) return Object.values(value).some(containsUnknown);
  return isUnknown(value);
}

export function withoutUndefined(properties: { readonly [name: string]: PropertyValue | undefined }): Properties {
  const present = Object.entries(properties).filter(
    (entry): entry is [string, PropertyValue] => entry[1] !== undefined,
  );
  return Object.fromEntries(present);
}

/** Whether a value is empty for a provider for Terraform, to which such a value and a missing one are the same. */
export function isEmpty(value: PropertyValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

export function equal(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((entry, index) => equal(entry, right[index]));
  }
  if (isObject(left) && isObject(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => equal(left[name], right[name]));
  }
  return false;
}

/** Whether `actual` contains everything in `wanted`. Members that `wanted` leaves out may have any value, such as a default. */
export function holds(actual: PropertyValue | undefined, wanted: PropertyValue): boolean {
  if (isObject(wanted)) {
    return isObject(actual)
      ? Object.entries(wanted).every(([name, entry]) => holds(actual[name], entry))
      : isEmpty(wanted) && isEmpty(actual);
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual)) return wanted.length === 0 && isEmpty(actual);
    return wanted.length === actual.length && wanted.every((entry, index) => holds(actual[index], entry));
  }
  return equal(actual, wanted) || (isEmpty(actual) && isEmpty(wanted));
}

/** A string property; undefined when it is absent or unknown. */
export function text(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

export function flag(properties: Properties, name: string): boolean | undefined {
  const value = properties[name];
  return typeof value === "boolean" ? value : undefined;
}

export function texts(value: PropertyValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : undefined;
}

export function textMap(value: PropertyValue | undefined): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
