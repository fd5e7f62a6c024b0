/** Whether a value is an object literal, and neither an instance of a class nor an Output. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A deep copy of arrays and plain objects. All other values, such as Outputs and resources, are shared. */
export function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner)])) as T;
}

/** Whether two values have equal arrays and plain objects, and within these the very same values, such as Outputs. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isPlainObject(one) || !isPlainObject(other)) return false;
  return (
    namesOf(one, other).every((name) => Object.hasOwn(one, name) === Object.hasOwn(other, name)) &&
    namesOf(one, other).every((name) => isSame(one[name], other[name]))
  );
}

/** The names of the members of two objects, those of the first one first. */
export function namesOf(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
