import { leniently } from "../../../api/path/lenient.ts";
import type { Pattern } from "../../../api/path/pattern.ts";
import { STAGE } from "../stage/name.ts";
import { escaped, pathEnding } from "./path-pattern.ts";

/**
 * Regular expressions for the spellings of a path that a lenient server may read as a path of a pattern. They match at the end of a path,
 * whatever comes before: the stage at the API's own endpoint, and an unknown base path, or none, at a custom domain.
 */

/** What a lenient server ignores after a segment: dots and spaces, and the parameters of the segment. */
const ignored = "[. ]*(?:;[^/]*)?";

/** The expressions for one pattern. */
export interface LenientPattern {
  /** Matches every spelling. Inspect the path decoded and in lower case. */
  readonly anySpelling: string;
  /** Matches the path as the description contains it. Inspect the path as sent. */
  readonly ownSpelling: string;
  /**
   * Matches a path that contains one literal of the pattern twice, so that both of the other expressions may match at different segments.
   * Inspect the path decoded and in lower case. Only for a pattern with a rest, which does not end at a known segment.
   */
  readonly twice?: string;
}

/** Returns the expressions for a pattern. Undefined if every path ends like a path of the pattern, also in its own spelling. */
export function lenientPattern(pattern: Pattern): LenientPattern | undefined {
  const ownEnding = pathEnding(pattern);
  if (ownEnding === undefined || pattern[0]?.kind === "greedy") return undefined;
  const isGreedy = pattern.at(-1)?.kind === "greedy";
  const segments = leniently(pattern).map((segment) => {
    if (segment.kind === "literal") return `/${escaped(segment.text)}${ignored}`;
    return segment.kind === "greedy" ? "/[^/]" : "/[^/]+";
  });
  const anySpelling = `${segments.join("")}${isGreedy ? "" : "/?$"}`;
  const ownSpelling = isGreedy ? ownEnding : ownEnding.replace(/\/\?\$$/, "$");
  const repeated = isGreedy ? landmark(pattern) : undefined;
  if (repeated === undefined) return { anySpelling, ownSpelling };
  const literal = `${escaped(repeated)}${ignored}`;
  return { anySpelling, ownSpelling, twice: `/${literal}/(?:.*/)?${literal}(?:/|$)` };
}

/**
 * Whether no literal tells where a path of the pattern begins: each is the stage, which every path at the API's own endpoint contains, or
 * occurs twice.
 */
export function hasNoLandmark(pattern: Pattern): boolean {
  const isGreedy = pattern.at(-1)?.kind === "greedy";
  return isGreedy && pattern.some(({ kind }) => kind === "literal") && landmark(pattern) === undefined;
}

/** The first literal that occurs once and is not the stage, read leniently. */
function landmark(pattern: Pattern): string | undefined {
  const literals = leniently(pattern).flatMap((segment) => (segment.kind === "literal" ? [segment.text] : []));
  return literals.find((text) => text !== STAGE && literals.indexOf(text) === literals.lastIndexOf(text));
}

/**
 * Matches what no rule can compare with a route: a segment that is empty or consists of dots, spaces and parameters, except for one slash at
 * the end; a backslash, `?`, `#` or control character; and a second encoding. Inspect the path decoded once.
 */
export const unreadablePath = "/[. ]*[;/]|/[. ]+$|[\\x00-\\x1f?#\\\\]|%[0-9A-Fa-f][0-9A-Fa-f]|%[Uu]";

/**
 * Matches an encoded slash, a byte that UTF-8 does not use, and the Kelvin sign, whose lower case is `k`. Inspect the path as sent, since
 * decoding removes it.
 */
export const unreadableEscape = "%2[Ff]|%[Cc][01]|%[Ee]2%84%[Aa][Aa]";
