import { hexIdentifier } from "../identifier.ts";

/**
 * An id that contains hexadecimal digits. The same parts give the same id.
 * @param form writes the id, e.g. `vpc-DIGITS`
 * @param taken whether another resource has the id; then the digits differ
 */
export function uniqueId(
  form: (digits: string) => string,
  length: number,
  parts: readonly string[],
  taken: (id: string) => boolean,
): string {
  return form(hexIdentifier(length, parts, (digits) => taken(form(digits))));
}
