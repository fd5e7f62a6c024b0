import type { Pattern, Segment } from "./pattern.ts";

/**
 * How a lenient server reads a path. It ignores the case of letters, the parameters of a segment (`;v=1`), a dot or space at its end,
 * empty segments and a slash at the end; it decodes percent-encodings once or twice; and it resolves dot segments. Servers differ in
 * which of these they do. Where two routes lead to one server, a reading by any of them counts.
 */

/** The pattern as a lenient server reads it. */
export function leniently(pattern: Pattern): Pattern {
  return pattern.map((segment) => (segment.kind === "literal" ? literalOf(segment.text) : segment));
}

function literalOf(text: string): Segment {
  const [name = ""] = text.split(";");
  return { kind: "literal", text: name.replace(/(?<=[^. ])[. ]+$/, "").toLowerCase() };
}

/**
 * Whether some path of a pattern ends with these literal segments, which are read leniently.
 *
 * @param pattern read leniently
 */
export function canEndWith(pattern: Pattern, ending: Pattern): boolean {
  if (pattern.at(-1)?.kind === "greedy") return true;
  if (ending.length > pattern.length) return false;
  return ending.every((segment, index) => {
    const other = pattern[pattern.length - ending.length + index];
    return segment.kind !== "literal" || other?.kind !== "literal" || other.text === segment.text;
  });
}

/** The literal segments after the last parameter. */
export function endingOf(pattern: Pattern): Pattern {
  return pattern.slice(pattern.findLastIndex(({ kind }) => kind !== "literal") + 1);
}
