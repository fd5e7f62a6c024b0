import type { ApiRoute } from "../../api/checked-api.ts";
import { withHash } from "../../gateway/names.ts";
import { routeKey } from "./route-key.ts";

const longest = 76;

/**
 * The id of a route's operation: at most 76 lowercase letters, digits and dashes. An import does not change an id of this form.
 *
 * The id depends on the route's method and path only. An import matches operations by id, so an id must never move to another method
 * or path when routes are added or removed. If the path cannot be derived from the id, the id ends in a hash of the path.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function operationId(route: Pick<ApiRoute, "method" | "pattern">): string {
  const words = route.pattern.flatMap((segment) =>
    segment.kind === "literal" ? segment.text.toLowerCase().split(/[^a-z0-9]+/) : [],
  );
  const plain = [route.method.toLowerCase(), ...words].filter((word) => word !== "").join("-");
  const exact = route.pattern.every((segment) => segment.kind === "literal" && /^[a-z0-9]+$/.test(segment.text));
  // A last segment that looks like a hash could equal the hash of another path.
  if (exact && plain.length <= longest && !/-[0-9a-f]{8}$/.test(plain)) return plain;
  return withHash(plain, routeKey(route), { longest });
}
