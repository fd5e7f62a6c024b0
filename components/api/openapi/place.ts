/** The steps of a place as a reader writes it: `paths["/a"].get.tags[0]`. */
export function stepsOf(place: string): readonly string[] {
  return [...place.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_]\w*)/g)].map(
    ([, index, quoted, name]) => index ?? (quoted === undefined ? (name ?? "") : (JSON.parse(quoted) as string)),
  );
}

/** Whether a place is another one, or below it. */
export function isWithin(place: string, outer: string): boolean {
  return place.startsWith(outer) && (place.length === outer.length || /[.[]/.test(place.charAt(outer.length)));
}

/** One step of a JSON pointer. */
export function escapeStep(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The member that a step of a JSON pointer names. */
export function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
