/** A mapped value cannot be sent as a header. The request is refused. */
export class UnmappableValue extends Error {}

/**
 * Encodes a value for a header. Characters beyond ASCII are sent as their UTF-8 bytes.
 * @throws UnmappableValue for control characters: with a line break a client could add a header
 */
export function headerText(value: string): string {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value))
    throw new UnmappableValue("a mapped value contains a control character");
  return /[^\u0000-\u007f]/.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;
}
