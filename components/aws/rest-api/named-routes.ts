import type { ApiRoute } from "../../api/checked-api.ts";

/** Names the first of several routes, and counts the others: `GET /orders and 2 more`. */
export function namedRoutes(routes: readonly ApiRoute[]): string {
  const [first = "", ...others] = new Set(routes.map(({ key }) => key));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
