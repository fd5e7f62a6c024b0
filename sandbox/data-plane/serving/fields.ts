/** Header names and values in wire order. */
export type Fields = readonly (readonly [string, string])[];

/** The names and values in one list, as Node.js takes them. */
export function rawFields(fields: Fields): string[] {
  const raw: string[] = [];
  for (const field of fields) raw.push(field[0], field[1]);
  return raw;
}

/** The names and values of such a list, in pairs. */
export function fieldPairs(raw: readonly string[]): (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    fields.push([raw[index] as string, raw[index + 1] as string]);
  }
  return fields;
}
