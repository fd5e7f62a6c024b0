import type { ApiRoute } from "../../api/checked-api.ts";
import type { Pattern } from "../../api/path/pattern.ts";

/** The route's key on API Gateway, e.g. `GET /orders/{p2}`. */
export function routeKeyOf({ method, pattern }: Pick<ApiRoute, "method" | "pattern">): string {
  return `${method} ${pathTemplate(pattern)}`;
}

/** The path on API Gateway. Routes with the same path have the same template, whatever the names of their parameters are. */
export function pathTemplate(pattern: Pattern): string {
  const parts = pattern.map((segment, index) =>
    segment.kind === "literal" ? segment.text : `{${parameterName(index)}${segment.kind === "greedy" ? "+" : ""}}`,
  );
  return `/${parts.join("/")}`;
}

/** A parameter's name on API Gateway: its position in the path. */
export function parameterName(index: number): string {
  return `p${index + 1}`;
}
