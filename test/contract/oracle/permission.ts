import type { CallerText, OracleRoute } from "./description.ts";
import { decoded } from "./path.ts";

/**
 * Whether the cloud's policies let a caller call a route, as far as they can tell it from others: what stands for a parameter in a
 * policy takes slashes as well, and what stands for any method takes those of other routes, so who may call one route may be let in by another, or kept from it, where the path of the request
 * is of both.
 */
export function mayCall(
  { may, mayNot }: Pick<CallerText, "may" | "mayNot">,
  route: OracleRoute,
  routes: readonly OracleRoute[],
  path: string,
): "yes" | "no" | "either" {
  if (mayNot.includes(route.key)) return "no";
  const resembles = (keys: readonly string[]): boolean =>
    routes.some(
      (other) => keys.includes(other.key) && (other.any || other.method === route.method) && isWithin(other, path),
    );
  if (may === "everything" || may.includes(route.key)) return resembles(mayNot) ? "either" : "yes";
  return resembles(may) ? "either" : "no";
}

/** Whether the path would be the route's, if its parameters took slashes. */
function isWithin({ segments }: OracleRoute, path: string): boolean {
  const parts = segments.map((part) => (part.startsWith("{") ? ".+" : part.replace(/[^A-Za-z0-9]/g, "\\$&")));
  const pattern = new RegExp(`^/${parts.join("/")}$`, "s");
  return pattern.test(path) || pattern.test(decoded(path) ?? path);
}
