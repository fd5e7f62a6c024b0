import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { mappingOf } from "../../../../components/api/path/mapping.ts";

describe("the path at the backend", () => {
  const mapped: readonly (readonly [string, string, ReturnType<typeof mappingOf>])[] = [
    ["/a/{id}", "/a/{id}", "same"],
    ["/a/{id}", "/v1/a/{id}", "prefix"],
    ["/a/{id}", "/v1/v2/a/{id}", "prefix"],
    ["/{rest+}", "/v1/{rest}", "prefix"],
    ["/", "/v1", "prefix"],
    ["/a/{id}", "/b/{id}", "rewrite"],
    ["/a/{id}", "/{id}", "rewrite"],
    ["/a/{x}/{y}", "/a/{y}/{x}", "rewrite"],
  ];
  for (const [path, at, mapping] of mapped) {
    it(`${at} is made from the route's ${path} as: ${mapping}`, () => {
      const [route] = normalise({
        version: 1,
        backends: { shop: { kind: "http" } },
        auth: { anyone: { kind: "open", reason: "public" } },
        routes: { [`GET ${path}`]: { to: "shop", path: at, auth: "anyone" } },
      }).routes;
      assert.equal(route?.kind === "proxy" && mappingOf(route), mapping);
    });
  }
});
