import type { SharedServers } from "../divergence.ts";
import type { DescriptionText, RouteText } from "../oracle/description.ts";
import type { Carries } from "./descriptions.ts";

/**
 * A description with routes that cross, each pair with a route of its own for the paths that the two share. No gateway has to choose
 * between the two, whatever its order is. The routes of a pair have different backends, and one pair different authentication, so that
 * a wrong choice is seen.
 *
 * @param shared the servers that the gateway's open routes may share with guarded routes
 */
export function crossingDescription(carries: Carries, shared: SharedServers): DescriptionText {
  const backend = { kind: "http" as const, ...(shared.lenient ? {} : { paths: "exact" as const }) };
  const scoped = (...scopes: string[]) => (carries("auth.scopes") ? { scopes } : {});
  const guarded = (to: string): RouteText => ({ to, ...scoped("orders:read") });
  return {
    version: 1,
    title: "Routes that cross",
    backends: Object.fromEntries(["shop", "erp", "Legacy_2", "constructor"].map((name) => [name, backend])),
    auth: {
      staff: { kind: "jwt", audiences: ["orders"] },
      anyone: { kind: "open", reason: "a part of the contract suite" },
    },
    default: { auth: "staff" },
    routes: {
      "GET /users/me/{thing}": { to: "shop", auth: "anyone" },
      "GET /users/{id}/posts": { to: "erp", auth: "anyone" },
      "GET /users/me/posts": { to: "Legacy_2", auth: "anyone" },
      "GET /batches/external/{id}": guarded("shop"),
      "GET /batches/{id}/errors": guarded("erp"),
      "GET /batches/external/errors": guarded("Legacy_2"),
      "POST /batches/{id}/errors": guarded("erp"),
      "PUT /batches/external/{id}": guarded("shop"),
      "GET /a/{x}/c/{y}": { to: "shop" },
      // Open routes have none of its server, so that no class refuses them.
      "GET /{z}/b/{w}/d": { to: "constructor" },
      "GET /a/b/c/d": { to: "Legacy_2" },
    },
  };
}
