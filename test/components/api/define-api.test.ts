import assert from "node:assert/strict";
import { defineApi } from "../../../components/api/define-api.ts";
import { allOf, apiKey, fn, http, jwt, open } from "../../../components/api/description.ts";
import { PolygateError } from "../../../components/api/problem.ts";

// What the editor shows red is marked with @ts-expect-error: the type check fails where one of these is no error any more.

const base = {
  version: 1,
  backends: { shop: http(), erp: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
} as const;

/** The codes of the problems that `defineApi` reports when it runs. */
function codesOf(define: () => unknown): readonly string[] {
  try {
    define();
    return [];
  } catch (error) {
    assert.ok(error instanceof PolygateError, String(error));
    return error.problems.map(({ code }) => code);
  }
}

describe("defineApi", () => {
  it("returns the same description", () => {
    const description = { ...base, default: { auth: "staff" }, routes: { "GET /": { to: "shop" } } } as const;
    assert.equal(defineApi(description), description);
  });

  it("accepts every kind of route, with every member", () => {
    const api = defineApi({
      ...base,
      title: "Shop",
      default: { auth: "staff", limits: [{ requests: 5, per: "minute", by: "route" }], timeoutSeconds: 5 },
      cors: { origins: ["https://shop.example.com"], methods: ["GET"], headers: ["x-a"], expose: ["x-b"] },
      routes: {
        "GET /a/{id}": {
          to: "shop",
          path: "/v2/{id}",
          scopes: ["read"],
          limits: [],
          timeoutSeconds: 3,
          requestHeaders: { set: { "x-a": "b" }, remove: ["cookie"] },
        },
        "GET /health": {
          reply: { status: 200, headers: { "x-a": "b" }, body: { ok: [true, null, 1] } },
          auth: "anyone",
        },
      },
    });
    assert.deepEqual(Object.keys(api.routes), ["GET /a/{id}", "GET /health"]);
  });

  it("rejects a misspelt backend, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: { auth: "staff" },
          // @ts-expect-error
          routes: { "GET /": { to: "shpo" } },
        }),
      ),
      ["unknown-backend"],
    );
  });

  it("rejects a misspelt auth, on a route and in the default, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          // @ts-expect-error
          default: { auth: "staf" },
          routes: {
            "GET /": { to: "shop" },
            // @ts-expect-error
            "GET /a": { to: "shop", auth: "anybody" },
          },
        }),
      ),
      ["unknown-auth", "unknown-auth"],
    );
  });

  it("rejects a misspelt method, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: { auth: "staff" },
          routes: {
            // @ts-expect-error
            "GTE /": { to: "shop" },
          },
        }),
      ),
      ["bad-route"],
    );
  });

  it("rejects a path without a slash, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: { auth: "staff" },
          routes: {
            // @ts-expect-error
            "GET a": { to: "shop" },
          },
        }),
      ),
      ["bad-path"],
    );
  });

  it("rejects a misspelt property at any place, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: {
            auth: "staff",
            // @ts-expect-error
            limit: [],
          },
          cors: {
            origins: ["*"],
            // @ts-expect-error
            maxAge: 5,
          },
          routes: {
            // @ts-expect-error
            "GET /": { to: "shop", timeout: 3 },
            // @ts-expect-error
            "GET /a": { to: "shop", limits: [{ requests: 1, per: "minute", by: "ip", brust: 2 }] },
            // @ts-expect-error
            "GET /b": { reply: { status: 200, code: 200 } },
          },
        }),
      ),
      Array(5).fill("unknown-property"),
    );
  });

  it("rejects values of the wrong type, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          // @ts-expect-error
          version: 2,
          default: { auth: "staff" },
          routes: {
            // @ts-expect-error
            "GET /": { to: "shop", timeoutSeconds: "3" },
            // @ts-expect-error
            "GET /a": { to: "shop", limits: [{ requests: 1, per: "week", by: "ip" }] },
            // @ts-expect-error
            "GET /b": { to: "shop", scopes: "read" },
            // @ts-expect-error
            "GET /c": { to: "shop", scopes: { any: ["read"] } },
          },
        }),
      ),
      ["unknown-version", "out-of-range", "unknown-value", "wrong-type", "unknown-property", "empty-scopes"],
    );
  });

  it("rejects a route with neither a backend nor a reply, or with both, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          routes: {
            // @ts-expect-error
            "GET /": { auth: "staff" },
            "GET /a": { to: "shop", auth: "staff", reply: { status: 200 } } as never,
          },
        }),
      ),
      ["no-backend", "unknown-property"],
    );
  });

  const keyed = {
    version: 1,
    backends: { shop: http(), ship: fn() },
    auth: { partners: apiKey(), both: allOf(jwt({ audiences: ["shop"] }), apiKey()), anyone: open("public") },
    default: { auth: "partners" },
  } as const;

  it("accepts plans for the routes of the description", () => {
    const api = defineApi({
      ...keyed,
      plans: {
        free: { quota: { requests: 100, per: "month" } },
        gold: {
          limits: [{ requests: 5, per: "second", burst: 9 }],
          routes: { "POST /parcels": [{ requests: 1, per: "minute" }] },
        },
      },
      routes: { "GET /items": { to: "shop", auth: "both" }, "POST /parcels": { to: "ship" } },
    });
    // The names of the plans that a gateway's consumers may have.
    const names: readonly (keyof NonNullable<typeof api.plans>)[] = ["free", "gold"];
    assert.deepEqual(Object.keys(api.plans ?? {}), names);
  });

  it("rejects a misspelt route of a plan, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...keyed,
          plans: {
            gold: {
              routes: {
                // @ts-expect-error
                "GET /item": [{ requests: 1, per: "minute" }],
              },
            },
          },
          routes: { "GET /items": { to: "shop" } },
        }),
      ),
      ["unknown-route"],
    );
  });

  it("rejects a misspelt property of a plan, and an unknown window, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...keyed,
          plans: {
            // @ts-expect-error
            free: { qouta: { requests: 1, per: "day" } },
            gold: {
              // @ts-expect-error
              limits: [{ requests: 1, per: "minute", by: "consumer" }],
              // @ts-expect-error
              quota: { requests: 1, per: "hour" },
            },
          },
          routes: { "GET /items": { to: "shop" } },
        }),
      ),
      ["unknown-property", "unknown-property", "unknown-value"],
    );
  });

  it("rejects a key and a token in the wrong order, by type and at run time", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...keyed,
          auth: {
            // @ts-expect-error
            both: allOf(apiKey(), jwt({ audiences: ["shop"] })),
          },
          default: { auth: "both" },
          plans: { free: {} },
          routes: { "GET /items": { to: "shop" } },
        }),
      ),
      ["bad-all-of"],
    );
  });

  it("rejects a route without an auth at run time, because types cannot", () => {
    assert.deepEqual(
      codesOf(() => defineApi({ ...base, routes: { "GET /": { to: "shop" } } })),
      ["no-auth"],
    );
  });
});
