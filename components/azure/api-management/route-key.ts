import type { ApiRoute } from "../../api/checked-api.ts";
import type { Pattern, Segment } from "../../api/path/pattern.ts";

/** Where a pattern has literals (`l`), parameters (`p`) and a greedy parameter (`q`); sorts by precedence. */
export type Shape = string;

const letters = { literal: "l", parameter: "p", greedy: "q" } as const;
const rootSegment: Segment = { kind: "literal", text: "" };

/** The segments as the gateway's policy sees them: the root is one empty literal. */
export function segmentsOf(pattern: Pattern): Pattern {
  return pattern.length === 0 ? [rootSegment] : pattern;
}

/** The shape of a pattern. Of two patterns that match one path, the one with the lesser shape takes precedence. */
export function shapeOf(pattern: Pattern): Shape {
  return segmentsOf(pattern)
    .map(({ kind }) => letters[kind])
    .join("");
}

/**
 * The route's name within the gateway: method and path, with the names of parameters left out, since these do not tell
 * routes apart. `{}` cannot be a literal, so two routes never share a key, and no key holds a bar.
 */
export function routeKey({ method, pattern }: Pick<ApiRoute, "method" | "pattern">): string {
  const parts = segmentsOf(pattern).map((segment) =>
    segment.kind === "literal" ? segment.text : segment.kind === "parameter" ? "{}" : "{*}",
  );
  return `${method} /${parts.join("/")}`;
}
