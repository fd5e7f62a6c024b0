import assert from "node:assert/strict";
import { apiKey, defineApi, http, open } from "polygate";
import { AwsHttpApi, AwsRestApi } from "polygate/aws";
import { typeChecked } from "../support/types/type-check.ts";

const described = (isDev: boolean) =>
  defineApi({
    version: 1,
    backends: { shop: http() },
    auth: { anyone: open("a test") },
    default: { auth: "anyone" },
    routes: { "GET /items": { to: "shop" }, ...(isDev ? { "GET /debug": { to: "shop" } } : {}) },
  });

describe("a route for any method", () => {
  it(
    "has its key in routes, plans and omit",
    typeChecked(() => {
      const api = defineApi({
        version: 1,
        backends: { shop: http() },
        auth: { partners: apiKey() },
        default: { auth: "partners" },
        plans: { free: { routes: { "ANY /files/{rest+}": [] } } },
        routes: { "ANY /": { to: "shop" }, "ANY /files/{rest+}": { to: "shop" } },
      });
      const args = { api, backends: { shop: { url: "https://shop.example.com" } } };
      const gateway = new AwsRestApi("shop", { ...args, omit: { "ANY /": "not here" } });
      gateway.arnOf("ANY /");
      // @ts-expect-error a method of an ANY route is not a route of its own.
      new AwsRestApi("shop", { ...args, omit: { "GET /": "not here" } });
    }),
  );
});

describe("a route that is added on a condition", () => {
  it("is declared only when the condition holds", () => {
    assert.deepEqual(Object.keys(described(true).routes), ["GET /items", "GET /debug"]);
    assert.deepEqual(Object.keys(described(false).routes), ["GET /items"]);
  });

  it(
    "can be omitted by name, and a misspelt one cannot",
    typeChecked(() => {
      const api = described(true);
      const backends = { shop: { url: "https://shop.example.com" } };
      new AwsHttpApi("shop", { api, backends, omit: { "GET /debug": "not here" } });
      // @ts-expect-error "GET /debgu" is not a route.
      new AwsHttpApi("shop", { api, backends, omit: { "GET /debgu": "not here" } });
    }),
  );

  it(
    "is checked as any other route is",
    typeChecked(() => {
      defineApi({
        version: 1,
        backends: { shop: http() },
        auth: { anyone: open("a test") },
        default: { auth: "anyone" },
        // @ts-expect-error "shpo" is not a backend.
        routes: { ...(Math.random() < 0.5 ? { "GET /debug": { to: "shpo" } } : {}) },
      });
    }),
  );
});
