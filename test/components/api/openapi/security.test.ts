import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { apiKey, iam, jwt } from "../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  problemsOf,
} from "../../../support/components/api/openapi/openapi-problems.ts";

describe("The security of an OpenAPI document", () => {
  const secured = (security: unknown, more: Json = {}): Json =>
    openApi(
      { "/a": get({ security, ...more }) },
      {
        components: {
          securitySchemes: {
            staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
            oidc: { type: "openIdConnect", openIdConnectUrl: "https://a", "x-polygate": { audiences: ["a", "b"] } },
            bearer: { type: "http", scheme: "Bearer", "x-polygate": { audiences: ["orders"] } },
            key: { type: "apiKey", in: "header", name: "x-api-key" },
            partner: { type: "apiKey", in: "header", name: "X-API-Key" },
            query: { type: "apiKey", in: "query", name: "x-api-key" },
            cookie: { type: "apiKey", in: "cookie", name: "x-api-key" },
            other: { type: "apiKey", in: "header", name: "api_key" },
            basic: { type: "http", scheme: "basic" },
            mtls: { type: "mutualTLS" },
            bare: { type: "oauth2", flows: {} },
            alias: { $ref: "#/components/securitySchemes/oidc" },
          },
        },
      },
    );
  const route = (security: unknown, more?: Json): unknown => fromOpenApi(secured(security, more)).routes["GET /a"];

  it("becomes an auth and scopes for oauth2, openIdConnect and bearer schemes, even behind a reference", () => {
    assert.deepEqual(route([{ staff: ["read"] }]), { auth: "staff", scopes: ["read"], to: "backend" });
    assert.deepEqual(route([{ oidc: [] }]), { auth: "oidc", to: "backend" });
    assert.deepEqual(route([{ bearer: [] }]), { auth: "bearer", to: "backend" });
    assert.deepEqual(route([{ alias: [] }]), { auth: "alias", to: "backend" });
    assert.deepEqual(fromOpenApi(secured([{ alias: [] }])).auth, { alias: { kind: "jwt", audiences: ["a", "b"] } });
  });

  it("is the operation's own, or else the document's", () => {
    const document = openApi({ "/a": get(), "/b": get({ security: [{ staff: ["x"] }] }) });
    const { routes } = fromOpenApi(document);
    assert.deepEqual(routes["GET /a"], { auth: "staff", to: "backend" });
    assert.deepEqual(routes["GET /b"], { auth: "staff", scopes: ["x"], to: "backend" });
  });

  it("requires any of the scopes of alternatives of one scheme, and none if one alternative requires none", () => {
    assert.deepEqual(route([{ staff: ["a"] }, { staff: ["b"] }]), { auth: "staff", scopes: ["a", "b"], to: "backend" });
    assert.deepEqual(route([{ staff: ["a"] }, { staff: [] }]), { auth: "staff", to: "backend" });
  });

  it("requires all scopes of one alternative", () => {
    const scopes = { all: ["a", "b"] };
    assert.deepEqual(route([{ staff: ["a", "b"] }]), { auth: "staff", scopes, to: "backend" });
    const withKey = secured([{ staff: ["a", "b"], key: [] }]);
    assert.deepEqual(fromOpenApi(withKey, { plans: { all: {} } }).routes["GET /a"], {
      auth: "staffAndKey",
      scopes,
      to: "backend",
    });
  });

  for (const [what, security, code, place] of [
    ["two scopes, or another one", [{ staff: ["c"] }, { staff: ["a", "b"] }], "mixed-scopes", "/1/staff"],
    ["two schemes at once", [{ staff: [], oidc: [] }], "all-of", "/0"],
    ["one of two schemes", [{ staff: [] }, { oidc: [] }], "one-of-several", ""],
    ["an API key in the query", [{ query: [] }], "unenforceable-security", "/0/query"],
    ["an API key in a cookie", [{ cookie: [] }], "unenforceable-security", "/0/cookie"],
    ["an API key in another header", [{ other: [] }], "unenforceable-security", "/0/other"],
    ["a token and a key in the query", [{ staff: [], query: [] }], "all-of", "/0"],
    ["two keys at once", [{ key: [], partner: [] }], "all-of", "/0"],
    ["a token and two keys", [{ staff: [], key: [], partner: [] }], "all-of", "/0"],
    ["a key, or a token and a key", [{ key: [] }, { staff: [], key: [] }], "one-of-several", ""],
    ["scopes of a key", [{ key: ["read"] }], "roles", "/0/key"],
    ["scopes of a key beside a token", [{ staff: [], key: ["read"] }], "roles", "/0/key"],
    [
      "two scopes, or another one, beside a key",
      [
        { staff: ["a", "b"], key: [] },
        { staff: ["c"], key: [] },
      ],
      "mixed-scopes",
      "/0/staff",
    ],
    ["a key with scopes that are no list", [{ staff: [], key: "read" }], "wrong-type", "/0/key"],
    ["basic authentication", [{ basic: [] }], "unenforceable-security", "/0/basic"],
    ["a client certificate", [{ mtls: [] }], "unenforceable-security", "/0/mtls"],
    ["roles of a bearer token", [{ bearer: ["admin"] }], "roles", "/0/bearer"],
    ["a scheme that is not declared", [{ stuff: [] }], "unknown-security-scheme", "/0/stuff"],
    ["nothing at all", [], "open-without-reason", ""],
    ["a token or nothing", [{ staff: [] }, {}], "open-without-reason", ""],
    ["something else than a list", "staff", "wrong-type", ""],
    ["something else than objects", ["staff"], "wrong-type", "/0"],
    ["scopes that are no list", [{ staff: "read" }], "wrong-type", "/0/staff"],
  ] as const) {
    it(`is rejected with the route and the place if it requires ${what}`, () => {
      const problems = problemsOf(secured(security));
      assert.equal(problems[0]?.code, code);
      assert.equal(problems[0]?.route, "GET /a");
      assert.equal(problems[0]?.place, `#/paths/~1a/get/security${place}`);
    });
  }

  it("becomes a token whose audiences are bound, where the document lists none", () => {
    const staff = { type: "oauth2" };
    const document = openApi({ "/a": get(), "/b": get() }, { components: { securitySchemes: { staff } } });
    assert.deepEqual(fromOpenApi(document).auth, { staff: { kind: "jwt" } });
    assert.deepEqual(
      placesOf(
        openApi(
          { "/a": get() },
          { components: { securitySchemes: { staff: { ...staff, "x-polygate": { audiences: [] } } } } },
        ),
      ),
      ["empty-audiences #/components/securitySchemes/staff/x-polygate/audiences"],
    );
  });

  it("is rejected if neither the document nor the operation nor a default declares any", () => {
    const document = openApi({ "/a": get() }, { security: undefined });
    const problem = problemOf(document);
    assert.deepEqual([problem.code, problem.route, problem.place], ["no-auth", "GET /a", "#/paths/~1a/get"]);
    assert.deepEqual(fromOpenApi(document, { default: { auth: "staff" } }).auth, {
      staff: { kind: "jwt", audiences: ["orders"] },
    });
  });

  it("lets everybody in only with a reason at the operation, the path or the document", () => {
    const reason = { "x-polygate": { open: "a public page" } };
    const expected = { open: { kind: "open", reason: "a public page" } };
    for (const security of [[], [{}], [{ staff: ["a", "b"] }, {}]]) {
      const description = fromOpenApi(secured(security, reason));
      assert.deepEqual(description.routes["GET /a"], { auth: "open", to: "backend" });
      assert.deepEqual(description.auth, expected);
    }
    assert.deepEqual(fromOpenApi(openApi({ "/a": { ...get({ security: [] }), ...reason } })).auth, expected);
    assert.deepEqual(fromOpenApi(openApi({ "/a": get({ security: [] }) }, reason)).auth, expected);
  });

  it("makes one auth for each reason, even beside a scheme called open", () => {
    const at = (open: string): Json => get({ security: [], "x-polygate": { open } });
    const document = openApi(
      { "/a": at("one"), "/b": at("two"), "/c": at("one"), "/d": get({ security: [{ open: [] }] }) },
      { components: { securitySchemes: { open: { type: "oauth2", "x-polygate": { audiences: ["x"] } } } } },
    );
    const { auth, routes } = fromOpenApi(document);
    assert.deepEqual(
      ["GET /a", "GET /b", "GET /c", "GET /d"].map((key) => routes[key as "GET /a"]?.auth),
      ["open2", "open3", "open2", "open"],
    );
    assert.deepEqual(auth.open3, { kind: "open", reason: "two" });
  });

  it("is not opened by x-polygate if the document requires a token, nor by an empty reason", () => {
    assert.deepEqual(placesOf(secured([{ staff: [] }], { "x-polygate": { open: "me" } })), [
      "open-contradicted #/paths/~1a/get/x-polygate/open",
    ]);
    assert.deepEqual(placesOf(secured([], { "x-polygate": { open: "" } })), [
      "bad-value #/paths/~1a/get/x-polygate/open",
    ]);
    assert.deepEqual(placesOf(openApi({ "/a": get() }, { "x-polygate": { open: "all" } })), []);
    assert.equal(fromOpenApi(openApi({ "/a": get() }, { "x-polygate": { open: "all" } })).auth.open, undefined);
  });

  it("is replaced by an auth or scopes in x-polygate or in an override", () => {
    assert.deepEqual(route([{ query: [] }], { "x-polygate": { auth: "staff", scopes: ["a", "b"] } }), {
      auth: "staff",
      scopes: ["a", "b"],
      to: "backend",
    });
    assert.deepEqual(route([{ staff: ["a", "b"] }], { "x-polygate": { scopes: ["a", "b"] } }), {
      auth: "staff",
      scopes: ["a", "b"],
      to: "backend",
    });
    const overrides: Overrides = { auth: { key: jwt({ audiences: ["k"] }) } };
    assert.deepEqual(fromOpenApi(secured([{ key: [] }]), overrides).auth, { key: { kind: "jwt", audiences: ["k"] } });
    assert.deepEqual(fromOpenApi(secured([{ key: [] }]), { routes: { "GET /a": { auth: "oidc" } } }).routes["GET /a"], {
      auth: "oidc",
      to: "backend",
    });
    assert.deepEqual(placesOf(secured([{ staff: [] }]), { routes: { "GET /a": { auth: "query" } } }), [
      "unenforceable-security #/components/securitySchemes/query",
    ]);
  });
});

describe("The signed requests of an OpenAPI document", () => {
  const sigv4 = {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    "x-amazon-apigateway-authtype": "awsSigv4",
  };
  const key = { type: "apiKey", name: "x-api-key", in: "header" };
  const signed = (scheme: Json, requirement: Json = { sigv4: [] }): Json =>
    openApi(
      { "/a": get({ security: [requirement] }) },
      { components: { securitySchemes: { sigv4: scheme, key } }, "x-polygate": {} },
    );

  it("are required by the scheme that AWS API Gateway exports", () => {
    for (const name of ["Authorization", "authorization"]) {
      const description = fromOpenApi(signed({ ...sigv4, name }));
      assert.deepEqual(description.routes["GET /a"], { auth: "sigv4", to: "backend" });
      assert.deepEqual(description.auth, { sigv4: { kind: "iam" } });
    }
  });

  it("are required by x-polygate or an override", () => {
    const extended = openApi(
      { "/a": get() },
      { "x-polygate": { auth: { own: { kind: "iam" } }, default: { auth: "own" } } },
    );
    assert.deepEqual(fromOpenApi(extended).auth.own, { kind: "iam" });
    const document = signed({ ...sigv4, in: "query" });
    assert.deepEqual(fromOpenApi(document, { auth: { sigv4: iam() } }).auth, { sigv4: { kind: "iam" } });
  });

  it("are rejected beside a key, with scopes, with an audience, and for a scheme of another kind", () => {
    assert.equal(problemOf(signed(sigv4, { sigv4: [], key: [] })).code, "all-of");
    assert.equal(problemOf(signed(sigv4, { sigv4: ["read"] })).code, "roles");
    const { code, rule } = problemOf(signed({ ...sigv4, "x-polygate": { audiences: ["a"] } }));
    assert.deepEqual([code, rule], ["unknown-property", "A signature has no audience."]);
    for (const change of [
      { in: "query" },
      { name: "X-Signature" },
      { name: "x-api-key" },
      { "x-amazon-apigateway-authtype": "custom" },
      { "x-amazon-apigateway-authtype": "awsSigv5" },
    ]) {
      assert.equal(problemOf(signed({ ...sigv4, ...change })).code, "unenforceable-security", JSON.stringify(change));
    }
  });
});

describe("The API keys of an OpenAPI document", () => {
  const schemes = {
    staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
    bare: { type: "oauth2", flows: {} },
    key: { type: "apiKey", in: "header", name: "X-Api-Key" },
    query: { type: "apiKey", in: "query", name: "api_key" },
  };
  const secured = (security: unknown, more: Json = {}, extension: Json = { plans: { free: {} } }): Json =>
    openApi(
      { "/a": get({ security, ...more }) },
      { components: { securitySchemes: schemes }, "x-polygate": extension },
    );
  const staff = { kind: "jwt", audiences: ["orders"] };

  it("are required in the header x-api-key, in any case", () => {
    for (const name of ["x-api-key", "X-API-Key", "X-API-KEY"]) {
      const components = { securitySchemes: { ...schemes, key: { ...schemes.key, name } } };
      const description = fromOpenApi({ ...secured([{ key: [] }]), components });
      assert.deepEqual(description.routes["GET /a"], { auth: "key", to: "backend" });
      assert.deepEqual(description.auth, { key: { kind: "apiKey" } });
      assert.deepEqual(description.plans, { free: {} });
    }
  });

  it("are required together with a token by one auth that is named after both, in either order, with the token's scopes", () => {
    for (const security of [[{ staff: ["read"], key: [] }], [{ key: [], staff: ["read"] }]]) {
      const description = fromOpenApi(secured(security));
      assert.deepEqual(description.routes["GET /a"], { auth: "staffAndKey", scopes: ["read"], to: "backend" });
      // No auth that no route uses alone: it would need a binding.
      assert.deepEqual(description.auth, { staffAndKey: { kind: "allOf", of: [staff, { kind: "apiKey" }] } });
      assert.equal(normalise(description).routes[0]?.auth.kind, "allOf");
    }
    assert.deepEqual(
      fromOpenApi(
        secured([
          { staff: ["a"], key: [] },
          { staff: ["b"], key: [] },
        ]),
      ).routes["GET /a"],
      {
        auth: "staffAndKey",
        scopes: ["a", "b"],
        to: "backend",
      },
    );
    assert.deepEqual(
      fromOpenApi(secured([{ staff: ["a"], key: [] }], { "x-polygate": { scopes: ["x"] } })).routes["GET /a"],
      { auth: "staffAndKey", scopes: ["x"], to: "backend" },
    );
  });

  it("share one auth with a token on all routes, under a unique name", () => {
    const both = get({ security: [{ staff: [], key: [] }] });
    const taken = { staffAndKey: { type: "oauth2", "x-polygate": { audiences: ["x"] } } };
    const document = openApi(
      { "/a": both, "/b": both, "/c": get({ security: [{ staff: [] }] }) },
      { components: { securitySchemes: { ...schemes, ...taken } }, "x-polygate": { plans: { free: {} } } },
    );
    const { auth, routes } = fromOpenApi(document);
    assert.deepEqual(
      Object.values(routes).map((route) => route.auth),
      ["staffAndKey2", "staffAndKey2", "staff"],
    );
    assert.deepEqual(Object.keys(auth).sort(), ["staff", "staffAndKey2"]);
    const long = "a".repeat(60);
    const components = { securitySchemes: { [long]: schemes.staff, key: schemes.key } };
    assert.deepEqual(Object.keys(fromOpenApi({ ...secured([{ [long]: [], key: [] }]), components }).auth), [
      "tokenAndKey",
    ]);
  });

  it("can replace a scheme that cannot be enforced, alone and together with a token", () => {
    const overrides: Overrides = { auth: { query: apiKey() } };
    assert.deepEqual(fromOpenApi(secured([{ query: [] }]), overrides).auth, { query: { kind: "apiKey" } });
    assert.deepEqual(fromOpenApi(secured([{ staff: [], query: [] }]), overrides).auth, {
      staffAndQuery: { kind: "allOf", of: [staff, { kind: "apiKey" }] },
    });
    const token = jwt({ audiences: ["k"] });
    assert.deepEqual(fromOpenApi(secured([{ query: [], key: [] }]), { auth: { query: token } }).auth, {
      queryAndKey: { kind: "allOf", of: [token, { kind: "apiKey" }] },
    });
    // An auth that replaces no scheme is used if a requirement names it beside a key.
    assert.deepEqual(placesOf(secured([{ tester: [], key: [] }]), { auth: { tester: token } }), []);
  });

  it("need no audiences, and are reported at their place for audiences of a key and empty ones of an override", () => {
    assert.deepEqual(fromOpenApi(secured([{ bare: [], key: [] }]), {}).auth, {
      bareAndKey: { kind: "allOf", of: [{ kind: "jwt" }, { kind: "apiKey" }] },
    });
    const components = { securitySchemes: { key: { ...schemes.key, "x-polygate": { audiences: ["a"] } } } };
    assert.deepEqual(placesOf({ ...secured([{ key: [] }]), components }), [
      "unknown-property #/components/securitySchemes/key/x-polygate/audiences",
    ]);
    assert.deepEqual(placesOf(secured([{ staff: [], key: [] }]), { auth: { staff: jwt({ audiences: [] }) } }), [
      "empty-audiences overrides.auth.staff.audiences",
    ]);
  });

  it("require plans in the document or in the overrides", () => {
    assert.deepEqual(placesOf(secured([{ key: [] }], {}, {})), ["no-plans #/x-polygate/plans"]);
    assert.deepEqual(placesOf(secured([{ key: [] }], {}, { plans: {} })), ["no-plans #/x-polygate/plans"]);
    assert.deepEqual(placesOf(secured([{ key: [] }], {}, {}), { plans: {} }), ["no-plans overrides.plans"]);
    assert.deepEqual(placesOf(secured([{ staff: [] }])), ["plans-without-key #/x-polygate/plans"]);
    const gold = { limits: [{ requests: 1, per: "second" }], quota: { requests: 9, per: "month" } } as const;
    const free = { routes: { "GET /a": [{ requests: 1, per: "hour", burst: 2 }] } } as const;
    const description = fromOpenApi(secured([{ key: [] }], {}, { plans: { gold: {}, free } }), { plans: { gold } });
    assert.deepEqual(description.plans, { gold, free });
    const routes = (key: string) => ({ plans: { free: { routes: { [key]: [] } } } });
    assert.deepEqual(placesOf(secured([{ key: [] }], {}, routes("GET /b"))), [
      "unknown-route #/x-polygate/plans/free/routes/GET ~1b",
    ]);
    assert.deepEqual(placesOf(secured([{ key: [] }]), routes("GET /b")), [
      'unknown-route overrides.plans.free.routes["GET /b"]',
    ]);
  });
});
