/**
 * The claims of a token in policies (`Jwt.Claims: IReadOnlyDictionary<string, string[]>`). Each claim is a list of texts, with one text
 * for each element of an array.
 *
 * Unverified: objects become JSON, and null claims are omitted.
 */
export function claimTexts(payload: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  const claims = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(payload)) {
    const values = (Array.isArray(value) ? value : [value]).filter((each) => each !== null && each !== undefined);
    if (values.length > 0)
      claims.set(
        name,
        values.map((each) => (typeof each === "string" ? each : JSON.stringify(each))),
      );
  }
  return claims;
}
