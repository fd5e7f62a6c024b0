import type { CallerText, OracleRoute } from "./description.ts";
import { decoded } from "./path.ts";

/**
 * Whether the cloud's policies allow a caller to call a route, as far as they distinguish routes. The wildcard for a parameter in a policy
 * matches slashes too, and the wildcard for a method matches those of other routes. If a path also matches the wildcard of another route,
 * that route's policy may allow or deny the request.
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

/** Whether the path would match the route if its parameters matched slashes. */
function isWithin({ segments }: OracleRoute, path: string): boolean {
  const parts = segments.map((part) => (part.startsWith("{") ? ".+" : part.replace(/[^A-Za-z0-9]/g, "\\$&")));
  const pattern = new RegExp(`^/${parts.join("/")}$`, "s");
  return pattern.test(path) || pattern.test(decoded(path) ?? path);
}
