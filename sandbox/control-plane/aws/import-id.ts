/**
 * Splits an import id that names the owner too, e.g. `API-ID/STAGE-NAME`.
 * @returns nothing for the id of a resource that the engine already manages, which has no slash
 */
export function splitImportId(id: string): readonly [] | readonly [first: string, second: string] {
  if (!id.includes("/")) return [];
  const [first = "", second = ""] = id.split("/", 2);
  return [first, second];
}
