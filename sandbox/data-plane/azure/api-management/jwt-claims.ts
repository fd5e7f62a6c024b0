/**
 * A token's claims as policies see them: every claim a list of texts, an array one text an element
 * (`Jwt.Claims: IReadOnlyDictionary<string, string[]>`). U: objects are given as JSON; null claims are left out.
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
