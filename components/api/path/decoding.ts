import type { Backend } from "../checked-api.ts";
import type { Pattern, Segment } from "./pattern.ts";

/** How a gateway decodes the paths that it forwards, if it may select a route by a path before that. */
export interface Decoding {
  /** How often it decodes a path. */
  readonly rounds: 1 | 2;
  /** Whether a path ends at a decoded question mark. */
  readonly endsAtQuestionMark: boolean;
  /** The kinds of backends that receive a path as it was sent. */
  readonly sentTo: readonly Backend["kind"][];
  /** What the gateway does and its vendor does not document: a clause without a full stop, which begins with a verb. */
  readonly undocumented: string;
}

/**
 * The values of a pattern's parameters, each of one segment or more, that lead to a path of the target. Undefined if none do. A parameter of
 * the target has the value of the pattern's literal there.
 */
export function valuesLeadingTo(pattern: Pattern, target: Pattern): ReadonlyMap<string, Pattern> | undefined {
  const failed = new Set<string>();
  const fill = (at: number, to: number): ReadonlyMap<string, Pattern> | undefined => {
    const [segment, goal] = [pattern[at], target[to]];
    if (segment === undefined) return goal === undefined ? new Map() : undefined;
    if (goal === undefined || failed.has(`${at} ${to}`)) return undefined;
    const found = segment.kind === "literal" ? afterLiteral(segment, goal, at, to) : afterValue(segment, at, to);
    if (found === undefined) failed.add(`${at} ${to}`);
    return found;
  };
  const afterLiteral = ({ text }: Segment & { kind: "literal" }, goal: Segment, at: number, to: number) =>
    goal.kind !== "literal" || goal.text === text ? fill(at + 1, to + 1) : undefined;
  const afterValue = ({ name }: Segment & { kind: "parameter" | "greedy" }, at: number, to: number) => {
    for (let end = target.length; end > to; end--) {
      const others = fill(at + 1, end);
      if (others !== undefined) return new Map([[name, target.slice(to, end)], ...others]);
    }
    return undefined;
  };
  return fill(0, 0);
}

/** The pattern with as many parameters in place of its rest. The pattern itself if it has none. */
export function withRestOf(pattern: Pattern, count: number): Pattern {
  if (pattern.at(-1)?.kind !== "greedy") return pattern;
  const rest = Array.from({ length: count }, (_, index): Segment => ({ kind: "parameter", name: `${index}` }));
  return [...pattern.slice(0, -1), ...rest];
}
