/**
 * The values of a header, in the order of its lines.
 *
 * @param name in lower case
 */
export function headerValues(headers: readonly (readonly [string, string])[], name: string): readonly string[] {
  const values: string[] = [];
  for (const field of headers) {
    // The length is compared first, because most headers differ in it.
    if (field[0].length === name.length && field[0].toLowerCase() === name) values.push(field[1]);
  }
  return values;
}
