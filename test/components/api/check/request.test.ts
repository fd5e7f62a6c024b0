import assert from "node:assert/strict";
import type { Capabilities } from "../../../../components/api/capability/capabilities.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { ApiRequest } from "../../../../components/api/checked-api.ts";
import type { RequestShape } from "../../../../components/api/description.ts";
import { PolygateError } from "../../../../components/api/problem.ts";

const described = (request: unknown, method = "POST", more: object = { to: "shop" }) => ({
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "public" } },
  routes: { [`${method} /a`]: { ...more, auth: "anyone", request } },
});

function requestOf(request: RequestShape): ApiRequest | undefined {
  return normalise(described(request)).routes[0]?.request;
}

function problemsOf(request: unknown, method?: string): readonly string[] {
  try {
    normalise(described(request, method));
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    return error.problems.map(({ code, place }) => `${code} ${place?.replace(/^routes\["\w+ \/a"\]\.request\.?/, "")}`);
  }
  return [];
}

const body = (schema: unknown, method?: string) => problemsOf({ body: schema }, method);

describe("the request of a route", () => {
  it("contains names of parameters and headers, and the schema of a body", () => {
    const schema = {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string", minLength: 1, maxLength: 9, pattern: "^[a-z]+$" },
        tags: { type: "array", items: { enum: ["a", 1, true] } },
        price: { type: "number", minimum: 0.5, maximum: 9 },
      },
      additionalProperties: false,
    } as const;
    assert.deepEqual(JSON.parse(JSON.stringify(requestOf({ query: ["page"], headers: ["X-Id"], body: schema }))), {
      query: ["page"],
      headers: ["x-id"],
      body: schema,
    });
    assert.deepEqual(requestOf({ body: {} }), { query: [], headers: [], body: {} });
  });

  it("lists media types in lower case, and whether the class reports what it cannot check", () => {
    const schema = { type: "object" } as const;
    assert.deepEqual(requestOf({ body: schema, bodyTypes: ["Application/JSON"], uncheckable: "report" }), {
      query: [],
      headers: [],
      body: schema,
      bodyTypes: ["application/json"],
      uncheckable: "report",
    });
    assert.deepEqual(requestOf({ query: ["q"], uncheckable: "refuse" }), { query: ["q"], headers: [] });
    assert.deepEqual(problemsOf({ query: ["q"], bodyTypes: ["text/plain"] }), ["no-body bodyTypes"]);
    assert.deepEqual(problemsOf({ body: {}, bodyTypes: [] }), ["empty-list bodyTypes"]);
    assert.deepEqual(problemsOf({ body: {}, bodyTypes: ["a/b", "A/B"] }), ["duplicate bodyTypes[1]"]);
    for (const type of ["json", "a/b; charset=utf-8", "*/*", "a/b/c"]) {
      assert.deepEqual(problemsOf({ body: {}, bodyTypes: [type] }), ["bad-media-type bodyTypes[0]"], type);
    }
    assert.deepEqual(problemsOf({ body: {}, uncheckable: true }), ["unknown-value uncheckable"]);
  });

  it("is checked on a route with a reply too", () => {
    const api = normalise(described({ query: ["q"] }, "GET", { reply: { status: 200 } }));
    assert.deepEqual(api.routes[0]?.request, { query: ["q"], headers: [] });
  });

  it("must not be empty", () => {
    assert.deepEqual(problemsOf({}), ["empty-request "]);
    assert.deepEqual(problemsOf({ query: [] }), ["empty-list query"]);
    assert.deepEqual(problemsOf({ querry: ["a"] }), ["unknown-property querry", "empty-request "]);
    assert.deepEqual(problemsOf("a"), ["wrong-type "]);
  });

  it("lists each parameter and header once, under a name that a client can send", () => {
    assert.deepEqual(problemsOf({ query: ["a", "A", "a"] }), ["duplicate query[2]"]);
    assert.deepEqual(problemsOf({ query: ["a\n", ""] }), ["control-character query[0]", "empty query[1]"]);
    assert.deepEqual(problemsOf({ headers: ["x-a", "X-A", "a b"] }), ["duplicate headers[1]", "bad-header headers[2]"]);
  });

  it("rejects headers that the connection or the route's auth requires", () => {
    for (const name of ["Authorization", "x-api-key", "Host", "content-length"]) {
      assert.deepEqual(problemsOf({ headers: [name] }), ["fixed-header headers[0]"], name);
    }
  });

  it("accepts a body only for methods whose bodies have a meaning", () => {
    for (const method of ["POST", "PUT", "PATCH"]) assert.deepEqual(body({}, method), [], method);
    for (const method of ["GET", "HEAD", "DELETE", "OPTIONS"]) {
      assert.deepEqual(body({}, method), ["body-without-meaning body"], method);
    }
  });

  it("rejects every keyword that would not be checked, at its place", () => {
    const unknown = [
      "oneOf",
      "anyOf",
      "allOf",
      "not",
      "$ref",
      "format",
      "nullable",
      "const",
      "minItems",
      "maxItems",
      "uniqueItems",
      "multipleOf",
      "exclusiveMinimum",
      "patternProperties",
      "minProperties",
      "if",
      "title",
      "propertys",
    ];
    for (const keyword of unknown) {
      assert.deepEqual(body({ items: { [keyword]: 1 } }), [`unchecked-keyword body.items${place(keyword)}`], keyword);
    }
  });

  it("rejects malformed values of keywords", () => {
    assert.deepEqual(body({ type: ["string", "null"] }), ["unknown-value body.type"]);
    assert.deepEqual(body({ type: "null" }), ["unknown-value body.type"]);
    assert.deepEqual(body({ enum: [] }), ["empty-enum body.enum"]);
    assert.deepEqual(body({ enum: ["a", null, "a"] }), ["wrong-type body.enum[1]", "duplicate body.enum[2]"]);
    assert.deepEqual(body({ required: [] }), ["empty-required body.required"]);
    assert.deepEqual(body({ required: ["a", "a"] }), ["duplicate body.required[1]"]);
    assert.deepEqual(body({ properties: { a: 1 } }), ["wrong-type body.properties.a"]);
    assert.deepEqual(body({ additionalProperties: {} }), ["wrong-type body.additionalProperties"]);
    assert.deepEqual(body({ minimum: "1" }), ["wrong-type body.minimum"]);
    assert.deepEqual(body({ minLength: -1 }), ["out-of-range body.minLength"]);
    assert.deepEqual(body({ items: [{}] }), ["wrong-type body.items"]);
  });

  it("accepts only patterns that all engines read alike", () => {
    for (const pattern of ["^[a-z]{2}$", "\\d+\\.\\w", "a|(?:b)", "\\\\b", "[ \\t]"]) {
      assert.deepEqual(body({ pattern }), [], pattern);
    }
    for (const pattern of ["(", "(?=a)", "(?<n>a)", "(a)\\1", "\\p{L}", "\\bword", "\\s", "\\u0041", "[", "\\-"]) {
      assert.deepEqual(body({ pattern }), ["bad-pattern body.pattern"], pattern);
    }
  });

  it("limits the depth of a schema", () => {
    let deep: object = {};
    for (let level = 0; level < 40; level++) deep = { items: deep };
    assert.deepEqual(body(deep), [`schema-too-deep body${".items".repeat(32)}`]);
  });
});

describe("a request that a vendor does not check", () => {
  const vendor = (...lacking: Feature[]): Capabilities => ({
    vendor: "gcp",
    className: "Some",
    features: Object.fromEntries(
      (Object.keys(features) as Feature[]).map((feature) => [
        feature,
        lacking.includes(feature)
          ? { support: "none", why: "so", instead: "Deploy elsewhere." }
          : { support: "native", how: "" },
      ]),
    ) as Capabilities["features"],
    limitPrecision: "",
    limits: {},
    readings: {},
    divergences: [],
    noEscape: [],
  });
  const api = normalise(described({ query: ["q"], body: {} }));
  const validation = "the backend checks";

  it("is refused, with an alternative and the waiver", () => {
    assert.throws(
      () => carry(api, vendor("request.parameters", "request.body")),
      (error: unknown) => {
        assert.ok(error instanceof PolygateError);
        assert.deepEqual(
          error.problems.map(({ feature, remedy }) => [feature, remedy]),
          (["request.parameters", "request.body"] as const).map((feature) => [
            feature,
            'Deploy elsewhere. Or do without it: waive: { validation: "why that is safe" }.',
          ]),
        );
        return true;
      },
    );
  });

  it("is removed if that is waived, except what the vendor checks", () => {
    const left = (...lacking: Feature[]) => {
      const { api: carried, waived } = carry(api, vendor(...lacking), { validation });
      return [carried.routes[0]?.request, waived];
    };
    const waived = [{ what: "validation", reason: validation, routes: ["POST /a"] }];
    assert.deepEqual(left("request.parameters", "request.body"), [undefined, waived]);
    assert.deepEqual(left("request.parameters"), [{ query: [], headers: [], body: {} }, waived]);
    assert.deepEqual(left("request.body"), [{ query: ["q"], headers: [] }, waived]);
    assert.deepEqual(left(), [{ query: ["q"], headers: [], body: {} }, []]);
  });
});

function place(keyword: string): string {
  return /^[a-z]+$/i.test(keyword) ? `.${keyword}` : `["${keyword}"]`;
}
