import type { PolicyReader, Value } from "../policy-reader.ts";

/** Reads an element that contains only a text or an expression, such as `<value>`. */
export function readValue(reader: PolicyReader): Value<string> {
  const value = reader.content(true);
  reader.done();
  return value;
}

/** Reads an element whose text may not be empty. */
export function readNonEmptyValue(reader: PolicyReader): Value<string> {
  const value = readValue(reader);
  if (value.constant === "") reader.refuse(`<${reader.name}> is empty`);
  return value;
}

/** Reads the children of a list such as `<audiences>`. The list must have at least one child, and no child may be empty. */
export function readValueList(reader: PolicyReader, child: string): readonly Value<string>[] {
  const values = reader.children([child]).map(readNonEmptyValue);
  reader.done();
  return values.length === 0 ? reader.refuse(`must contain at least one <${child}>`) : values;
}
