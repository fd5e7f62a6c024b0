import fc from "fast-check";
import type { Pattern, Segment } from "../../../../../components/api/path/pattern.ts";

/**
 * Patterns as sets of paths, enumerated. The alphabet has two literals and one segment that no literal is;
 * patterns have at most three segments and paths four, so two patterns that differ as sets differ on one of these paths.
 */
const alphabet = ["a", "b", "z"] as const;
const longestPattern = 3;

export type EnumeratedPath = readonly string[];

function extend(length: number): readonly EnumeratedPath[] {
  if (length === 0) return [[]];
  return extend(length - 1).flatMap((path) => alphabet.map((segment) => [...path, segment]));
}

export const allPaths: readonly EnumeratedPath[] = [0, 1, 2, 3, longestPattern + 1].flatMap(extend);

/** Whether a pattern contains a path, by the definition of patterns and not by the code under test. */
export function holds(pattern: Pattern, path: EnumeratedPath): boolean {
  const [segment, ...others] = pattern;
  const [text, ...rest] = path;
  if (segment === undefined) return text === undefined;
  if (text === undefined) return false;
  if (segment.kind === "greedy") return true;
  return (segment.kind === "parameter" || segment.text === text) && holds(others, rest);
}

const counted = new WeakMap<Pattern, ReadonlySet<number>>();

/** The paths that a pattern contains, as a set of their indexes. */
export function members(pattern: Pattern): ReadonlySet<number> {
  const known = counted.get(pattern);
  if (known !== undefined) return known;
  const set = new Set(allPaths.flatMap((path, index) => (holds(pattern, path) ? [index] : [])));
  counted.set(pattern, set);
  return set;
}

/** Whether `b` contains every path of `a`. */
export function isSubset(a: Pattern, b: Pattern): boolean {
  const outer = members(b);
  return [...members(a)].every((path) => outer.has(path));
}

export function isDisjoint(a: Pattern, b: Pattern): boolean {
  const other = members(b);
  return ![...members(a)].some((path) => other.has(path));
}

const literal = fc.constantFrom("a", "b").map((text): Segment => ({ kind: "literal", text }));
const kinds = fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: fc.constant("parameter" as const) });

/** Any pattern of up to three segments. Parameters are named by their position, which no comparison reads. */
export const patterns: fc.Arbitrary<Pattern> = fc
  .tuple(fc.array(kinds, { maxLength: longestPattern }), fc.boolean(), fc.nat(9))
  .map(([head, greedy, salt]) => {
    const named = head.map(
      (segment, index): Segment =>
        segment === "parameter" ? { kind: "parameter", name: `p${salt}${index}` } : segment,
    );
    return greedy && named.length < longestPattern ? [...named, { kind: "greedy", name: `rest${salt}` }] : named;
  });
