/**
 * The values of a header, in the order of its lines.
 *
 * @param name in lower case
 */
export function headerValues(headers: readonly (readonly [string, string])[], name: string): readonly string[] {
  // The length is compared first, because most headers differ in it.
  return headers
    .filter(([each]) => each.length === name.length && each.toLowerCase() === name)
    .map(([, value]) => value);
}
