import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { apiKey, fn, http, iam, jwt, onPrem, open } from "../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { type Json, openApi, placesOf, problemOf, problemsOf } from "./openapi-problems.ts";

const examples = dirname(createRequire(import.meta.url).resolve("@readme/oas-examples/package.json"));
const get = (operation: Json = {}): Json => ({ get: { responses: {}, ...operation } });

describe("fromOpenApi", () => {
  const petstore: Overrides = {
    auth: { petstore_auth: jwt({ audiences: ["pets"] }), api_key: jwt({ audiences: ["pets"] }) },
    default: { auth: "petstore_auth" },
    routes: Object.fromEntries(
      [
        "POST /pet",
        "PUT /pet",
        "GET /pet/findByStatus",
        "GET /pet/findByTags",
        "POST /pet/{petId}",
        "DELETE /pet/{petId}",
        "POST /pet/{petId}/uploadImage",
      ].map((route) => [route, { scopes: ["write:pets", "read:pets"] }]),
    ),
  };

  for (const [version, format] of [
    ["3.0", "json"],
    ["3.0", "yaml"],
    ["3.1", "json"],
    ["3.1", "yaml"],
  ] as const) {
    it(`returns exactly the routes of the pet store (${version}, ${format})`, () => {
      const description = fromOpenApi(join(examples, version, format, `petstore.${format}`), petstore);
      const pets = { auth: "petstore_auth", scopes: ["write:pets", "read:pets"], to: "backend" };
      assert.deepEqual(
        { ...description.routes },
        {
          "PUT /pet": pets,
          "POST /pet": pets,
          "GET /pet/findByStatus": pets,
          "GET /pet/findByTags": pets,
          "GET /pet/{petId}": { auth: "api_key", to: "backend" },
          "POST /pet/{petId}": pets,
          "DELETE /pet/{petId}": pets,
          "POST /pet/{petId}/uploadImage": pets,
          "GET /store/inventory": { auth: "api_key", to: "backend" },
          "POST /store/order": { to: "backend" },
          "GET /store/order/{orderId}": { to: "backend" },
          "DELETE /store/order/{orderId}": { to: "backend" },
          "POST /user": { to: "backend" },
          "POST /user/createWithArray": { to: "backend" },
          "POST /user/createWithList": { to: "backend" },
          "GET /user/login": { to: "backend" },
          "GET /user/logout": { to: "backend" },
          "GET /user/{username}": { to: "backend" },
          "PUT /user/{username}": { to: "backend" },
          "DELETE /user/{username}": { to: "backend" },
        },
      );
      assert.deepEqual(description.backends, { backend: { kind: "http" } });
      assert.deepEqual(description.default, { auth: "petstore_auth" });
      assert.deepEqual(Object.keys(description.auth).sort(), ["api_key", "petstore_auth"]);
      assert.equal(normalise(description).routes.length, 20);
    });
  }

  it("returns the same plain JSON for a file and for an object", () => {
    const document = openApi({ "/orders/{id}": get() });
    const description = fromOpenApi(document);
    assert.deepEqual(JSON.parse(JSON.stringify(description)), {
      version: 1,
      title: "Orders",
      backends: { backend: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: ["orders"] } },
      routes: { "GET /orders/{id}": { auth: "staff", to: "backend" } },
    });
  });

  it("reads every example document of a third party, or reports what it lacks", () => {
    let carried = 0;
    let refused = 0;
    for (const version of ["2.0", "3.0", "3.1"]) {
      for (const name of readdirSync(join(examples, version), { recursive: true, encoding: "utf8" })) {
        if (!/\.(?:json|yaml)$/.test(name)) continue;
        const problems = problemsOf(join(examples, version, name), {
          default: { auth: "anyone" },
          auth: { anyone: open("an example") },
        });
        if (problems.length === 0) carried++;
        else refused++;
        for (const { place } of problems) assert.match(place ?? "", /^.+:\d+:\d+ #/, JSON.stringify(problems));
        if (version === "2.0") assert.equal(problems[0]?.code, "unknown-version");
      }
    }
    assert.ok(carried > 60 && refused > 30, `${carried} carried, ${refused} refused`);
  }).timeout(60_000);
});

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

  for (const [what, security, code, place] of [
    ["all of several scopes", [{ staff: ["a", "b"] }], "all-scopes", "/0/staff"],
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
    ["all of several scopes beside a key", [{ staff: ["a", "b"], key: [] }], "all-scopes", "/0/staff"],
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

  it("is rejected without audiences, once, however many routes use it", () => {
    const document = openApi(
      { "/a": get(), "/b": get() },
      { components: { securitySchemes: { staff: { type: "oauth2" } } } },
    );
    const problem = problemOf(document);
    assert.equal(problem.code, "no-audiences");
    assert.equal(problem.place, "#/components/securitySchemes/staff");
    assert.match(problem.remedy, /overrides\.auth\.staff: jwt\(/);
    assert.deepEqual(
      placesOf(
        openApi(
          { "/a": get() },
          { components: { securitySchemes: { staff: { type: "oauth2", "x-polygate": { audiences: [] } } } } },
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
    assert.match(
      problemOf(secured([{ query: [] }])).remedy,
      /in: header, name: x-api-key, and let clients send the key there; or write overrides\.auth\.query: apiKey\(\)/,
    );
    assert.match(problemOf(secured([{ query: [] }])).rule, /\(apiKey api_key in query\)/);
  });

  it("are reported at their place for audiences, for missing ones, and for those of an override", () => {
    assert.deepEqual(placesOf(secured([{ bare: [], key: [] }])), ["no-audiences #/components/securitySchemes/bare"]);
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

describe("A private backend behind an OpenAPI document", () => {
  it("has kind onPrem in x-polygate or in the overrides, and paths and headers like any other", () => {
    const more = { path: "/v1/a", requestHeaders: { set: { "x-a": "b" } }, timeoutSeconds: 5 };
    const document = openApi({ "/a": get({ "x-polygate": more }) }, { "x-polygate": { backends: { erp: onPrem() } } });
    const { routes, backends } = fromOpenApi(document);
    assert.deepEqual(routes["GET /a"], { auth: "staff", to: "erp", ...more });
    assert.deepEqual(backends, { erp: { kind: "onPrem" } });
    assert.deepEqual(fromOpenApi(openApi({ "/a": get() }), { backends: { erp: onPrem() } }).backends, backends);
  });
});

describe("Functions behind an OpenAPI document", () => {
  it("are backends of kind fn, which receive requests unchanged", () => {
    const extension = { backends: { ship: fn(), shop: http() }, to: "shop" };
    const at = (more: Json): Json =>
      openApi({ "/a": get({ "x-polygate": { to: "ship", ...more } }) }, { "x-polygate": extension });
    const { routes, backends } = fromOpenApi(at({ timeoutSeconds: 5 }));
    assert.deepEqual(routes["GET /a"], { auth: "staff", to: "ship", timeoutSeconds: 5 });
    assert.deepEqual(backends, { ship: { kind: "fn" }, shop: { kind: "http" } });
    assert.deepEqual(placesOf(at({ path: "/b" })), ["not-for-functions #/paths/~1a/get/x-polygate/path"]);
    const shared = { "x-polygate": { requestHeaders: { remove: ["cookie"] } } };
    assert.deepEqual(
      placesOf(openApi({ "/a": { ...get({ "x-polygate": { to: "ship" } }), ...shared } }, { "x-polygate": extension })),
      ["not-for-functions #/paths/~1a/x-polygate/requestHeaders"],
    );
  });
});

describe("The servers of an OpenAPI document", () => {
  const servers = [
    { url: "https://{region}.example.com/{base}/", variables: { base: { default: "v2" }, region: { default: "eu" } } },
  ];

  it("leave their base path to the backend, which is bound with the whole URL", () => {
    assert.deepEqual(Object.keys(fromOpenApi(openApi({ "/a": get() }, { servers })).routes), ["GET /a"]);
  });

  it("add their base path to the routes if x-polygate sets basePath to route", () => {
    const document = openApi({ "/a": get(), "/": get() }, { servers, "x-polygate": { basePath: "route" } });
    assert.deepEqual(Object.keys(fromOpenApi(document).routes), ["GET /v2/a", "GET /v2"]);
    const relative = openApi(
      { "/a": get() },
      { servers: [{ url: "/v3" }, { url: "https://a.example.com/v3/" }], "x-polygate": { basePath: "route" } },
    );
    assert.deepEqual(Object.keys(fromOpenApi(relative).routes), ["GET /v3/a"]);
  });

  it("must have the same base path if it belongs to the routes", () => {
    const document = openApi(
      { "/a": get() },
      { servers: [{ url: "/v1" }, { url: "/v2" }], "x-polygate": { basePath: "route" } },
    );
    assert.deepEqual(placesOf(document), ["several-base-paths #/servers"]);
  });

  it("need a backend of their own if a path or an operation declares them", () => {
    const own = { servers: [{ url: "https://files.example.com" }] };
    assert.deepEqual(placesOf(openApi({ "/a": get(own) })), ["own-servers #/paths/~1a/get/servers"]);
    assert.deepEqual(placesOf(openApi({ "/a": { ...get(), ...own } })), ["own-servers #/paths/~1a/servers"]);
    const backends = { files: http(), rest: http() };
    const document = openApi(
      { "/a": get({ ...own, "x-polygate": { to: "files" } }), "/b": get() },
      { "x-polygate": { backends, to: "rest" } },
    );
    const { routes } = fromOpenApi(document);
    assert.deepEqual(
      [routes["GET /a"], routes["GET /b"]].map((each) => each && "to" in each && each.to),
      ["files", "rest"],
    );
    assert.deepEqual(placesOf(openApi({ "/a": get({ servers }) }, { servers })), []);
  });
});

describe("x-polygate in an OpenAPI document", () => {
  it("takes precedence at the operation over the path, and at the path over the document", () => {
    const limits = [{ requests: 5, per: "second", by: "ip" }] as const;
    const document = openApi(
      {
        "/a/{id}": {
          "x-polygate": { to: "erp", timeoutSeconds: 3, limits, requestHeaders: { remove: ["cookie"] } },
          get: { responses: {}, "x-polygate": { path: "/v2/{id}", timeoutSeconds: 9 } },
          put: { responses: {} },
        },
        "/health": get({ security: [], "x-polygate": { open: "probes", reply: { status: 200, body: { ok: true } } } }),
      },
      {
        "x-polygate": {
          backends: { erp: http(), shop: http() },
          auth: { partner: jwt({ audiences: ["p"] }) },
          default: { auth: "partner", limits: [] },
          cors: { origins: ["https://shop.example.com"] },
        },
      },
    );
    const { routes, backends, default: defaults, cors, auth } = fromOpenApi(document);
    const headers = { remove: ["cookie"] };
    assert.deepEqual(
      { ...routes },
      {
        "GET /a/{id}": {
          auth: "staff",
          limits,
          to: "erp",
          path: "/v2/{id}",
          timeoutSeconds: 9,
          requestHeaders: headers,
        },
        "PUT /a/{id}": { auth: "staff", limits, to: "erp", timeoutSeconds: 3, requestHeaders: headers },
        "GET /health": { auth: "open", reply: { status: 200, body: { ok: true } } },
      },
    );
    assert.deepEqual(backends, { erp: { kind: "http" }, shop: { kind: "http" } });
    assert.deepEqual(defaults, { auth: "partner", limits: [] });
    assert.deepEqual(cors, { origins: ["https://shop.example.com"] });
    assert.deepEqual(Object.keys(auth).sort(), ["open", "partner", "staff"]);
  });

  it("is rejected with the nearest known name if a member or its own name is misspelt, at every level", () => {
    const scheme = { type: "oauth2", "x-polygate": { audiences: ["a"], audience: "a" } };
    const document = openApi(
      {
        "/a": { ...get({ "x-polygate": { timeoutSecond: 3 } }), "x-polygate": { limit: [] } },
        "/b": get({ "x-polygat": {} }),
      },
      { "x-polygate": { backend: {} }, components: { securitySchemes: { staff: scheme } } },
    );
    const problems = problemsOf(document);
    assert.deepEqual(
      problems.map(({ place, remedy }) => `${place} ${remedy}`).sort(),
      [
        '#/components/securitySchemes/staff/x-polygate/audience Did you mean "audiences"?',
        '#/paths/~1a/get/x-polygate/timeoutSecond Did you mean "timeoutSeconds"?',
        '#/paths/~1a/x-polygate/limit Did you mean "limits"?',
        '#/paths/~1b/get/x-polygat Did you mean "x-polygate"?',
        '#/x-polygate/backend Did you mean "backends"?',
      ].sort(),
    );
  });

  it("rejects null, which would otherwise select the next level", () => {
    const names = ["to", "auth", "open", "limits", "scopes", "reply", "path", "timeoutSeconds", "requestHeaders"];
    for (const name of names) {
      const document = openApi({ "/a": get({ "x-polygate": { [name]: null } }) });
      assert.deepEqual(placesOf(document), [`wrong-type #/paths/~1a/get/x-polygate/${name}`]);
    }
    assert.deepEqual(placesOf(openApi({ "/a": get() }, { "x-polygate": null })), ["wrong-type #/x-polygate"]);
  });

  it("has its values checked at their place", () => {
    const document = openApi(
      {
        "/a": {
          "x-polygate": { limits: [{ requests: 0, per: "minute", by: "route" }] },
          get: { responses: {}, "x-polygate": { to: "shopp", path: "b" } },
        },
        "/b": get({ "x-polygate": { reply: { status: 99 } } }),
      },
      {
        "x-polygate": {
          backends: { shop: http() },
          default: { timeoutSeconds: 0 },
          cors: { origins: [] },
          basePath: "rout",
        },
      },
    );
    assert.deepEqual([...placesOf(document)].sort(), [
      "bad-value #/paths/~1a/get/x-polygate/path",
      "empty-origins #/x-polygate/cors/origins",
      "out-of-range #/paths/~1a/x-polygate/limits/0/requests",
      "out-of-range #/paths/~1b/get/x-polygate/reply/status",
      "out-of-range #/x-polygate/default/timeoutSeconds",
      "unknown-backend #/paths/~1a/get/x-polygate/to",
      "unknown-value #/x-polygate/basePath",
    ]);
  });
});

describe("Overrides", () => {
  const document = openApi({
    "/a": get({ "x-polygate": { limits: [], path: "/v2/a" } }),
    "/b": get({ security: [], "x-polygate": { open: "why", reply: { status: 204 } } }),
    "/internal": get({ security: [{ key: [] }] }),
  });

  it("take precedence, member by member", () => {
    const description = fromOpenApi(document, {
      title: "Other",
      backends: { erp: http() },
      default: { timeoutSeconds: 5 },
      cors: { origins: ["*"] },
      routes: {
        "GET /a": { limits: [{ requests: 1, per: "day", by: "api" }], timeoutSeconds: 2 },
        "GET /b": { to: "erp" },
        "GET /internal": null,
        "GET /more": { to: "erp", auth: "staff" },
      },
    });
    assert.equal(description.title, "Other");
    assert.deepEqual(
      { ...description.routes },
      {
        "GET /a": {
          auth: "staff",
          limits: [{ requests: 1, per: "day", by: "api" }],
          to: "erp",
          path: "/v2/a",
          timeoutSeconds: 2,
        },
        "GET /b": { auth: "open", to: "erp" },
        "GET /more": { to: "erp", auth: "staff" },
      },
    );
    assert.deepEqual([description.default, description.cors], [{ timeoutSeconds: 5 }, { origins: ["*"] }]);
  });

  it("remove a route with all its problems, and the document's cors", () => {
    const bad = openApi(
      { "/a": get(), "/x{y}": get({ security: [{ key: [] }] }) },
      { "x-polygate": { cors: { origins: ["*"] } } },
    );
    const description = fromOpenApi(bad, { cors: null, routes: { "GET /x{y}": null } });
    assert.deepEqual([Object.keys(description.routes), description.cors], [["GET /a"], undefined]);
  });

  it("replace a backend by a reply", () => {
    const { routes } = fromOpenApi(document, {
      routes: { "GET /a": { reply: { status: 503 } }, "GET /internal": null },
    });
    assert.deepEqual(routes["GET /a"], { auth: "staff", limits: [], reply: { status: 503 } });
  });

  it("are rejected with their own place if they are misspelt", () => {
    const rest = { "GET /internal": null } as const;
    assert.deepEqual(placesOf(document, { routes: { ...rest, "GET /aa": { limits: [] } } }), [
      'unknown-route overrides.routes["GET /aa"]',
    ]);
    assert.deepEqual(placesOf(document, { routes: rest, auth: { stuff: jwt({ audiences: ["a"] }) } }), [
      "unused-auth overrides.auth.stuff",
    ]);
    assert.deepEqual(placesOf(document, { routes: { ...rest, "GET /a": { limitz: [] } } } as unknown as Overrides), [
      'unknown-property overrides.routes["GET /a"].limitz',
    ]);
    assert.deepEqual(placesOf(document, { routes: rest, router: {} } as Overrides), [
      "unknown-property overrides.router",
    ]);
    assert.deepEqual(placesOf(document, { routes: { ...rest, "GET /a": { timeoutSeconds: 0 } } }), [
      'out-of-range overrides.routes["GET /a"].timeoutSeconds',
    ]);
    assert.deepEqual(placesOf(document, { routes: rest, auth: { staff: jwt({ audiences: [] }) } }), [
      "empty-audiences overrides.auth.staff.audiences",
    ]);
  });
});

describe("The problems of an OpenAPI document", () => {
  it("are reported all at once, each with its place", () => {
    const document = openApi(
      {
        "/a": { gett: {}, ...get({ secuirty: [] }) },
        "/b/{x}.json": get(),
        "/c/{x}": get({ security: [{ key: [] }] }),
        "/c/{y}": get(),
        "/d": { trace: {} },
        d: get(),
      },
      { pathz: {} },
    );
    assert.deepEqual([...placesOf(document)].sort(), [
      "bad-path #/paths/d",
      "bad-path #/paths/~1b~1{x}.json/get",
      "duplicate-route ",
      "unknown-property #/paths/~1a/get/secuirty",
      "unknown-property #/paths/~1a/gett",
      "unknown-property #/pathz",
      "unknown-security-scheme #/paths/~1c~1{x}/get/security/0/key",
      "unsupported-method #/paths/~1d/trace",
    ]);
  });

  it("include unsupported versions, missing paths, and a document that is no object", () => {
    for (const [document, code] of [
      [{ swagger: "2.0" }, "unknown-version"],
      [{ openapi: "3.2.0" }, "unknown-version"],
      [{ openapi: 3.1 }, "unknown-version"],
      [{}, "unknown-version"],
      [[], "malformed"],
      [openApi({}), "no-routes"],
      [openApi({}, { paths: undefined, openapi: "3.1.0", webhooks: {} }), "no-routes"],
      [openApi({ "/a": get() }, { info: {} }), "wrong-type"],
      [openApi({ "/a": 5 }), "wrong-type"],
      [openApi({ "/a": { get: 5 } }), "wrong-type"],
      [openApi({ "/a": { $ref: "#/paths/~1a" } }), "cyclic-reference"],
      [openApi({ "/a": { $ref: "#/paths/~1b" } }), "bad-reference"],
      [openApi({ "/a": { $ref: "other.yaml" } }), "foreign-reference"],
      [openApi({ "/a": { $ref: "https://a.example.com/b" } }), "foreign-reference"],
      [openApi({ "/a": { $ref: "#/paths/~1b", get: {} }, "/b": get() }), "beside-reference"],
    ] as const) {
      assert.equal(problemsOf(document)[0]?.code, code, JSON.stringify(document));
    }
  });

  it("include data that is not JSON: cycles, functions, instances", () => {
    const cycle: Record<string, unknown> = openApi({ "/a": get() });
    cycle["x-me"] = cycle;
    assert.equal(problemOf(cycle).code, "not-data");
    assert.equal(problemOf(openApi({ "/a": get({ "x-f": () => {} }) })).code, "not-data");
    assert.equal(problemOf(openApi({ "/a": get({ "x-d": new Date() }) })).code, "not-data");
    let deep: Json = {};
    for (let level = 0; level < 1_000; level++) deep = { deep };
    assert.equal(problemOf(openApi({ "/a": get() }, { "x-deep": deep })).code, "too-deep");
  });

  it("are never an unexpected exception, whatever the document and the overrides", () => {
    const words = fc.constantFrom(
      "openapi",
      "info",
      "title",
      "paths",
      "/a",
      "/a/{b}",
      "/{c+}",
      "get",
      "post",
      "trace",
      "security",
      "staff",
      "open",
      "servers",
      "url",
      "components",
      "securitySchemes",
      "type",
      "oauth2",
      "http",
      "bearer",
      "x-polygate",
      "audiences",
      "to",
      "auth",
      "limits",
      "reply",
      "path",
      "scopes",
      "default",
      "cors",
      "backends",
      "basePath",
      "route",
      "$ref",
      "#/paths/~1a",
      "__proto__",
      "constructor",
    );
    const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 7, depthSize: "large" },
        words,
        fc.string(),
        fc.constantFrom(null, 0, true, [], {}),
        tie("node"),
      ),
      node: fc.oneof(fc.dictionary(words, tie("tree"), { maxKeys: 5 }), fc.array(tie("tree"), { maxLength: 3 })),
    }));
    const base = openApi(
      { "/a": get(), "/b/{id}": { ...get(), "x-polygate": {} } },
      { openapi: "3.1.0", "x-polygate": {}, servers: [] },
    );
    const places = (value: unknown): (readonly [Record<string, unknown>, string])[] =>
      typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, member]) => [
            [value as Record<string, unknown>, key] as const,
            ...places(member),
          ]);
    fc.assert(
      fc.property(tree, fc.nat(), tree, fc.boolean(), (value, index, overrides, whole) => {
        const document = structuredClone(base);
        const all = places(document);
        const [owner, key] = all[index % all.length] ?? [{}, ""];
        owner[key] = value;
        const wild = typeof overrides === "object" && overrides !== null ? overrides : {};
        problemsOf(
          whole && typeof value === "object" && value !== null ? value : document,
          index % 3 === 0 ? wild : {},
        );
      }),
      { numRuns: 3_000 },
    );
  }).timeout(60_000);
});
