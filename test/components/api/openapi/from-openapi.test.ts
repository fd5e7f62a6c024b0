import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { fn, http, jwt, onPrem, open } from "../../../../components/api/description.ts";
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

const examples = dirname(createRequire(import.meta.url).resolve("@readme/oas-examples/package.json"));

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
      }
    }
    assert.ok(carried > 60 && refused > 30, `${carried} carried, ${refused} refused`);
  }).timeout(60_000);
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
      "duplicate-route #/paths/~1c~1{y}/get",
      "partial-segment #/paths/~1b~1{x}.json/get",
      "unknown-property #/paths/~1a/get/secuirty",
      "unknown-property #/paths/~1a/gett",
      "unknown-property #/pathz",
      "unknown-security-scheme #/paths/~1c~1{x}/get/security/0/key",
      "unsupported-method #/paths/~1d/trace",
    ]);
  });

  it("include unsupported versions, missing paths, and a document that is no object", () => {
    for (const [document, code] of [
      [{ swagger: "1.2" }, "unknown-version"],
      [{ openapi: "3.3.0" }, "unknown-version"],
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
