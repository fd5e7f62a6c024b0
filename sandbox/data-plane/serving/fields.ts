/** Header names and values in wire order. */
export type Fields = readonly (readonly [string, string])[];

/** The names and values in one list, as Node.js takes them. */
export function rawFields(fields: Fields): string[] {
  const raw: string[] = [];
  for (const field of fields) raw.push(field[0], field[1]);
  return raw;
}
