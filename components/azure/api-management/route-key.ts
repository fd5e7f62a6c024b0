import type { ApiRoute } from "../../api/checked-api.ts";
import type { Pattern, Segment } from "../../api/path/pattern.ts";

/** The kinds of a pattern's segments: literal (`l`), parameter (`p`), greedy parameter (`q`). Shapes sort by precedence. */
export type Shape = string;

const letters = { literal: "l", parameter: "p", greedy: "q" } as const;
const rootSegment: Segment = { kind: "literal", text: "" };

/** A pattern's segments as the policy splits a path: the root is one empty literal. */
export function segmentsOf(pattern: Pattern): Pattern {
  return pattern.length === 0 ? [rootSegment] : pattern;
}

/** The shape of a pattern. If two patterns match a path, the one whose shape sorts first has precedence. */
export function shapeOf(pattern: Pattern): Shape {
  return segmentsOf(pattern)
    .map(({ kind }) => letters[kind])
    .join("");
}

/**
 * The route's key in the policy: method and path without the names of parameters, which do not distinguish routes. A literal cannot
 * contain `{}` or a bar, so two routes never share a key, and no key contains a bar.
 */
export function routeKey({ method, pattern }: Pick<ApiRoute, "method" | "pattern">): string {
  const parts = segmentsOf(pattern).map((segment) =>
    segment.kind === "literal" ? segment.text : segment.kind === "parameter" ? "{}" : "{*}",
  );
  return `${method} /${parts.join("/")}`;
}
