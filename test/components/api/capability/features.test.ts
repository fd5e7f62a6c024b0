import assert from "node:assert/strict";
import { type Feature, featuresOf } from "../../../../components/api/capability/features.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";

/** The only route of a description. */
function routeOf(key: string, route: Record<string, unknown>) {
  const [found] = normalise({
    version: 1,
    backends: { shop: { kind: "http" }, ship: { kind: "fn" }, erp: { kind: "onPrem" } },
    auth: {
      staff: { kind: "jwt", audiences: ["shop"] },
      partners: { kind: "apiKey" },
      both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["shop"] }, { kind: "apiKey" }] },
      anyone: { kind: "open", reason: "public" },
    },
    default: { auth: "staff" },
    ...(route.auth === "partners" || route.auth === "both" ? { plans: { free: {} } } : {}),
    routes: { [key]: route },
  }).routes;
  assert.ok(found !== undefined);
  return found;
}

const proxied: readonly Feature[] = ["route.literal", "auth.jwt", "backend.http", "timeout"];

describe("the features that a route requires", () => {
  const cases: readonly (readonly [string, Record<string, unknown>, readonly Feature[]])[] = [
    ["GET /", { to: "shop" }, proxied],
    ["GET /{id}", { to: "shop" }, [...proxied, "route.parameter"]],
    ["GET /{rest+}", { to: "shop" }, [...proxied, "route.greedy"]],
    ["GET /", { to: "shop", auth: "anyone" }, ["route.literal", "auth.open", "backend.http", "timeout"]],
    ["GET /", { to: "shop", scopes: ["a"] }, [...proxied, "auth.scopes"]],
    ["GET /", { to: "shop", scopes: { all: ["a"] } }, [...proxied, "auth.scopes"]],
    ["GET /", { to: "shop", scopes: { all: ["a", "b"] } }, [...proxied, "auth.scopes.all"]],
    ["GET /", { to: "ship" }, ["route.literal", "auth.jwt", "backend.fn", "timeout"]],
    ["GET /", { to: "erp" }, ["route.literal", "auth.jwt", "backend.onPrem", "timeout"]],
    ["GET /", { to: "shop", auth: "partners" }, ["route.literal", "auth.key", "backend.http", "timeout"]],
    ["GET /", { to: "shop", auth: "both" }, [...proxied, "auth.key", "auth.token-and-key"]],
    [
      "GET /",
      { to: "shop", auth: "both", scopes: ["a"] },
      [...proxied, "auth.key", "auth.token-and-key", "auth.scopes"],
    ],
    ...(["partners", "both"] as const).flatMap((auth) =>
      (["minute", "day"] as const).map(
        (per) =>
          [
            "GET /",
            { to: "shop", auth, limits: [{ requests: 1, per, by: "consumer" }] },
            [
              ...(auth === "both"
                ? [...proxied, "auth.token-and-key" as const]
                : proxied.filter((each) => each !== "auth.jwt")),
              "auth.key",
              per === "day" ? "limits.key.long" : "limits.key",
            ],
          ] as const,
      ),
    ),
    ["GET /{id}", { to: "shop", path: "/v2/{id}" }, [...proxied, "route.parameter", "path.prefix"]],
    ["GET /{id}", { to: "shop", path: "/{id}/v2" }, [...proxied, "route.parameter", "path.rewrite"]],
    ["GET /", { to: "shop", requestHeaders: { set: { a: "b" } } }, [...proxied, "headers.set"]],
    ["GET /", { to: "shop", requestHeaders: { remove: ["a"] } }, [...proxied, "headers.remove"]],
    ["GET /", { reply: { status: 200 } }, ["route.literal", "auth.jwt", "reply"]],
    ...(["route", "consumer", "ip"] as const).flatMap((by) => [
      ["GET /", { to: "shop", limits: [{ requests: 1, per: "minute", by }] }, [...proxied, `limits.${by}`]] as const,
      ["GET /", { to: "shop", limits: [{ requests: 1, per: "hour", by }] }, [...proxied, `limits.${by}.long`]] as const,
    ]),
    ["GET /", { to: "shop", limits: [{ requests: 1, per: "day", by: "api" }] }, [...proxied, "limits.api"]],
    [
      "GET /",
      { to: "shop", limits: [{ requests: 1, per: "second", by: "route", burst: 2 }] },
      [...proxied, "limits.route", "limits.burst"],
    ],
  ];
  for (const [key, route, features] of cases) {
    it(`are ${features.join(", ")} for ${key} ${JSON.stringify(route)}`, () => {
      assert.deepEqual([...featuresOf(routeOf(key, route))].toSorted(), features.toSorted());
    });
  }
});
