/** A mapped value cannot be sent: the request is refused. */
export class UnmappableValue extends Error {}

/**
 * A value as a header's. Characters beyond Latin-1 go as their UTF-8 bytes; a line break would make a header of the
 * client's own.
 * @throws UnmappableValue for control characters
 */
export function headerText(value: string): string {
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value))
    throw new UnmappableValue("a mapped value holds a control character");
  return /[^\u0000-\u007f]/.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;
}
