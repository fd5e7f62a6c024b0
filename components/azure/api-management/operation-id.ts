import type { ApiRoute } from "../../api/checked-api.ts";
import { withHash } from "../../gateway/names.ts";
import { routeKey } from "./route-key.ts";

const longest = 76;

/**
 * The operation's id, in the form that an import would make of it, so that the import leaves it alone: lower-case
 * letters, digits and dashes, at most 76.
 *
 * It depends on the route's method and path alone. An import matches operations by id, so an id never moves to another
 * method or path, whatever routes come and go. Where the path cannot be read back from the id, a hash of it stands at
 * the end.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function operationId(route: Pick<ApiRoute, "method" | "pattern">): string {
  const words = route.pattern.flatMap((segment) =>
    segment.kind === "literal" ? segment.text.toLowerCase().split(/[^a-z0-9]+/) : [],
  );
  const plain = [route.method.toLowerCase(), ...words].filter((word) => word !== "").join("-");
  const exact = route.pattern.every((segment) => segment.kind === "literal" && /^[a-z0-9]+$/.test(segment.text));
  // A last segment that looks like a hash could be the hash of another path.
  if (exact && plain.length <= longest && !/-[0-9a-f]{8}$/.test(plain)) return plain;
  return withHash(plain, routeKey(route), { longest });
}
