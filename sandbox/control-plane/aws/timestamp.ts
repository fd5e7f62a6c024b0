/** The present time as AWS's control planes write it: RFC 3339 without fractions of a second. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}
