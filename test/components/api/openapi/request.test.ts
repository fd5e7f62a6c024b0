import assert from "node:assert/strict";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { type Json, openApi, placesOf } from "../../../support/components/api/openapi/openapi-problems.ts";

const validate = { "x-polygate": { validate: "exact" } };
const json = (schema: unknown): Json => ({ required: true, content: { "application/json": { schema } } });

/** A document with one operation, `POST /a`, and schemas. */
function document(operation: Json, schemas: Json = {}, more: Json = validate, path: Json = {}): Json {
  const base = openApi({ "/a": { ...path, post: { responses: {}, ...operation } } }, more) as { components: Json };
  return { ...base, components: { ...base.components, schemas } };
}

function requestOf(source: Json, overrides: Overrides = {}): unknown {
  return JSON.parse(JSON.stringify(fromOpenApi(source, overrides).routes["POST /a"]?.request ?? null));
}

const bodyOf = (schema: unknown, schemas?: Json): unknown =>
  (requestOf(document({ requestBody: json(schema) }, schemas)) as { body: unknown } | null)?.body;

/** The places of the problems of a body's schema, below it. */
const faults = (schema: unknown, schemas?: Json): readonly string[] =>
  placesOf(document({ requestBody: json(schema) }, schemas)).map((found) =>
    found.replace("#/paths/~1a/post/requestBody/content/application~1json/schema", "schema"),
  );

describe("The checks of requests in an OpenAPI document", () => {
  const strict: Json = {
    parameters: [
      { name: "page", in: "query", required: true, schema: { type: "integer" } },
      { name: "size", in: "query" },
      { name: "X-Request-Id", in: "header", required: true },
      { name: "Accept", in: "header", required: true },
    ],
    requestBody: json({ type: "object", required: ["name"], properties: { name: { type: "string" } } }),
  };
  const expected = {
    query: ["page"],
    headers: ["X-Request-Id"],
    body: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
  };

  it("are taken over only if x-polygate sets validate", () => {
    assert.equal(requestOf(document(strict, {}, {})), null);
    assert.equal(requestOf(document({ ...strict, "x-polygate": { validate: false } })), null);
    assert.deepEqual(requestOf(document(strict)), expected);
    assert.deepEqual(requestOf(document({ ...strict, ...validate }, {}, {})), expected);
    assert.deepEqual(requestOf(document(strict, {}, {}, validate)), expected);
    assert.equal(requestOf(document({ ...strict, "x-polygate": { validate: false } }, {}, {}, validate)), null);
  });

  it("are replaced by an override", () => {
    const override = { routes: { "POST /a": { request: { query: ["q"] } } } } as const;
    assert.deepEqual(requestOf(document(strict), override), { query: ["q"] });
    assert.deepEqual(requestOf(document({}, {}, {}), override), { query: ["q"] });
    const wrong = { routes: { "POST /a": { request: { query: [] } } } } as const;
    assert.deepEqual(placesOf(document({}), wrong), ['empty-list overrides.routes["POST /a"].request.query']);
  });

  it("include parameters of the path, unless the operation has its own", () => {
    const parameters = [
      { name: "page", in: "query", required: true },
      { name: "q", in: "query", required: true },
    ];
    const source = document({ parameters: [{ name: "q", in: "query" }] }, {}, validate, { parameters });
    assert.deepEqual(requestOf(source), { query: ["page"] });
  });

  it("follow references to parameters, bodies and schemas", () => {
    const base = document({
      parameters: [{ $ref: "#/components/parameters/Page" }],
      requestBody: { $ref: "#/components/requestBodies/Order" },
    }) as { components: Json };
    const source = {
      ...base,
      components: {
        ...base.components,
        parameters: { Page: { name: "page", in: "query", required: true } },
        requestBodies: { Order: json({ $ref: "#/components/schemas/Order" }) },
        schemas: {
          Order: { properties: { article: { $ref: "#/components/schemas/Name" } } },
          Name: { type: "string" },
        },
      },
    };
    assert.deepEqual(requestOf(source), { query: ["page"], body: { properties: { article: { type: "string" } } } });
  });

  it("reject what no gateway checks", () => {
    const cookie = { parameters: [{ name: "session", in: "cookie", required: true }] };
    assert.deepEqual(placesOf(document(cookie)), ["unchecked-parameter #/paths/~1a/post/parameters/0"]);
    const optional = { requestBody: { content: { "application/json": {} } } };
    assert.deepEqual(placesOf(document(optional)), ["optional-body #/paths/~1a/post/requestBody"]);
    const content = { requestBody: { required: true, content: { "application/json": {}, "text/csv": {} } } };
    assert.deepEqual(placesOf(document(content)), ["other-content #/paths/~1a/post/requestBody/content"]);
  });

  it("omit annotations from a schema", () => {
    const notes = {
      title: "t",
      description: "d",
      default: 1,
      example: 1,
      examples: [1],
      deprecated: true,
      format: "int64",
      xml: {},
      writeOnly: true,
      nullable: false,
      readOnly: false,
      exclusiveMinimum: false,
      $comment: "c",
      "x-order": 1,
    };
    assert.deepEqual(bodyOf({ type: "integer", minimum: 1, ...notes }), { type: "integer", minimum: 1 });
  });

  it("rewrite keywords that have an exact equivalent", () => {
    assert.deepEqual(bodyOf({ const: "a" }), { enum: ["a"] });
    assert.deepEqual(bodyOf({ type: ["string"] }), { type: "string" });
    assert.deepEqual(bodyOf({ required: [], additionalProperties: {} }), {});
    assert.deepEqual(bodyOf({ properties: { a: true } }), { properties: { a: {} } });
    const described = { description: "d", allOf: [{ $ref: "#/components/schemas/A" }] };
    assert.deepEqual(bodyOf(described, { A: { type: "boolean" } }), { type: "boolean" });
    assert.deepEqual(requestOf(document({ requestBody: { required: true, content: { "application/json": {} } } })), {
      body: {},
    });
  });

  it("report each keyword that would change its meaning, at its place", () => {
    for (const keyword of ["nullable", "readOnly", "uniqueItems", "exclusiveMinimum"]) {
      assert.deepEqual(faults({ items: { [keyword]: true } }), [`unchecked-keyword schema/items/${keyword}`], keyword);
    }
    for (const keyword of ["oneOf", "anyOf", "not", "discriminator", "minItems", "maxItems", "multipleOf", "if"]) {
      assert.deepEqual(faults({ [keyword]: {} }), [`unchecked-keyword schema/${keyword}`], keyword);
    }
    assert.deepEqual(faults({ type: "object", allOf: [{}] }), ["unchecked-keyword schema/allOf"]);
    assert.deepEqual(faults({ type: ["string", "null"] }), ["unknown-value schema/type"]);
    assert.deepEqual(faults({ enum: ["a", null] }), ["wrong-type schema/enum/1"]);
    assert.deepEqual(faults({ const: null }), ["unchecked-keyword schema/const"]);
    assert.deepEqual(faults({ additionalProperties: { type: "string" } }), ["wrong-type schema/additionalProperties"]);
    assert.deepEqual(faults({ properties: { a: false } }), ["wrong-type schema/properties/a"]);
    assert.deepEqual(faults({ $ref: "#/components/schemas/A" }, { A: { pattern: "(?=a)" } }), [
      "bad-pattern #/components/schemas/A/pattern",
    ]);
  });

  it("reject a schema that contains itself or would grow without end", () => {
    const node = { properties: { next: { $ref: "#/components/schemas/Node" } } };
    assert.deepEqual(faults({ $ref: "#/components/schemas/Node" }, { Node: node }), [
      "recursive-schema #/components/schemas/Node/properties/next/$ref",
    ]);
    const doubled = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => {
        const next = { $ref: `#/components/schemas/S${index + 1}` };
        return [`S${index}`, index === 19 ? {} : { properties: { a: next, b: next } }];
      }),
    );
    const found = faults({ $ref: "#/components/schemas/S0" }, doubled);
    assert.ok(
      found.some((fault) => fault.startsWith("schema-too-large ")),
      found.join(),
    );
    const wide = { properties: Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`p${index}`, {}])) };
    assert.equal(faults(wide).length, 1);
  });
});
