import assert from "node:assert/strict";
import type { RequestShape } from "../../../../../components/api/description.ts";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import {
  folderWith,
  type Json,
  openApi,
  removeFolders,
} from "../../../../support/components/api/openapi/openapi-problems.ts";

const json = (schema: unknown): Json => ({ required: true, content: { "application/json": { schema } } });

interface Taken {
  readonly request: RequestShape | undefined;
  /** What is left unchecked, by the texts of what and why, with the places. */
  readonly unchecked: Readonly<Record<string, readonly string[]>>;
}

/** What is taken over of `POST /a`. */
function taken(operation: Json, schemas: Json = {}, more: Json = {}, key = "POST /a"): Taken {
  const method = key.split(" ")[0]?.toLowerCase() ?? "";
  const base = openApi({ "/a": { [method]: { responses: {}, ...operation } } }, more) as { components: Json };
  const components = { ...base.components, schemas };
  const { routes, unchecked = [] } = fromOpenApi({ ...base, components, "x-polygate": { validate: true } });
  const { request } = (routes as Readonly<Record<string, { readonly request?: RequestShape }>>)[key] ?? {};
  const lines = unchecked.map(({ what, reason, places = [] }) => [`${what}: ${reason}`, places] as const);
  return { request: request && JSON.parse(JSON.stringify(request)), unchecked: Object.fromEntries(lines) };
}

const bodyOf = (schema: unknown, schemas?: Json, more?: Json): unknown =>
  taken({ requestBody: json(schema) }, schemas, more).request?.body;
const whatOf = ({ unchecked }: Taken): readonly string[] =>
  Object.keys(unchecked).map((line) => line.split(": ")[0] ?? "");

describe("Checks of requests that may be less than the document requires", () => {
  afterEach(removeFolders);

  it("require a parameter only if the document does not allow it to be blank", () => {
    const parameter = (name: string, schema: unknown, more: Json = {}): Json => ({
      name,
      in: "query",
      required: true,
      schema,
      ...more,
    });
    const parameters = [
      parameter("page", { type: "integer" }),
      parameter("sort", { enum: ["up", "down"] }),
      parameter("code", { type: "string", pattern: "^[a-z]{2}$" }),
      { name: "X-Flag", in: "header", required: true, schema: { type: "boolean" } },
      parameter("q", { type: "string" }),
      parameter("name", { type: "string", minLength: 1 }),
      parameter("ids", { type: "array", items: { type: "integer" } }),
      parameter("empty", { type: "integer" }, { allowEmptyValue: true }),
      parameter("none", undefined),
      parameter("maybe", { type: "integer", nullable: true }),
    ];
    const { request, unchecked } = taken({ parameters });
    assert.deepEqual(request, { query: ["page", "sort", "code"], headers: ["X-Flag"], uncheckable: "report" });
    const line =
      "whether required parameters are present that may be blank: a gateway refuses a blank one, which the document allows";
    assert.equal(unchecked[line]?.length, 6);
    assert.equal(unchecked[line]?.[0], "#/paths/~1a/post/parameters/4");
  });

  it("leave parameters unchecked that no gateway can require", () => {
    const of = (more: Json): readonly string[] =>
      whatOf(taken({ parameters: [{ name: "a", in: "query", required: true, ...more }] }));
    assert.deepEqual(of({ in: "cookie" }), ["whether required cookies are present"]);
    assert.deepEqual(of({ in: "querystring" }), ["query strings that a schema describes as a whole"]);
    assert.deepEqual(of({ schema: { type: "object" } }), [
      "the values of parameters",
      "whether required parameters are present that are objects",
    ]);
    assert.deepEqual(of({ name: "a\nb" }), ["whether some required parameters are present"]);
    assert.deepEqual(of({ in: "header", name: "not a name" }), ["whether some required parameters are present"]);
    assert.deepEqual(of({ in: "header", name: "Host" }), [
      "whether headers are present that belong to the connection or to the auth",
    ]);
    assert.deepEqual(of({ name: 7 }), ["parameters that are not as OpenAPI has them"]);
    assert.deepEqual(of({ $ref: "#/components/parameters/none" }), ["parameters that are not as OpenAPI has them"]);
    assert.deepEqual(of({ in: "header", name: "Accept" }), []);
  });

  it("leave a body unchecked that may be missing, has no meaning, or is not JSON", () => {
    const content = { "application/json": { schema: { type: "object" } } };
    const places = ["#/paths/~1a/post/requestBody"];
    assert.deepEqual(taken({ requestBody: { content } }), {
      request: undefined,
      unchecked: { "bodies that may be missing: a gateway refuses an empty body, which the document allows": places },
    });
    assert.deepEqual(whatOf(taken({ requestBody: { required: true, content } }, {}, {}, "DELETE /a")), [
      "bodies of other methods than POST, PUT, PATCH",
    ]);
    const form = { required: true, content: { "application/x-www-form-urlencoded": {} } };
    assert.deepEqual(taken({ requestBody: form }).request, undefined);
    assert.deepEqual(whatOf(taken({ requestBody: form })), ["bodies of other types than JSON"]);
    assert.deepEqual(whatOf(taken({ requestBody: { required: true } })), ["bodies that are not as OpenAPI has them"]);
  });

  it("apply to JSON only, if the document allows other media types", () => {
    const schema = { type: "object" };
    const of = (...types: readonly string[]): Taken =>
      taken({ requestBody: { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) } });
    assert.deepEqual(of("application/json; charset=utf-8").request, { body: schema, uncheckable: "report" });
    assert.deepEqual(of("application/json", "application/vnd.api+JSON").request, {
      body: schema,
      uncheckable: "report",
    });
    const json = { body: schema, bodyTypes: ["application/json"], uncheckable: "report" };
    assert.deepEqual(of("application/json", "multipart/form-data").request, json);
    assert.deepEqual(whatOf(of("application/json", "multipart/form-data")), ["bodies of other types than JSON"]);
    assert.deepEqual(of("*/*").request, json);
    assert.deepEqual(of("text/plain", "application/*").request, json);
    const { request } = of("application/vnd.a+json", "text/csv");
    assert.deepEqual(request?.bodyTypes, ["application/vnd.a+json"]);
  });

  it("leave a body unchecked whose type is no media type", () => {
    const schema = { type: "object" };
    for (const type of ["foo+json", "a/b/c+json", "a/b c+json", "/+json"]) {
      const content = { [type]: { schema }, "text/plain": {} };
      const { request, unchecked } = taken({ requestBody: { required: true, content } });
      assert.equal(request, undefined);
      assert.deepEqual(unchecked, {
        "bodies of other types than JSON: gateways check only JSON": ["#/paths/~1a/post/requestBody/content"],
      });
    }
  });

  it("check what the schemas of all JSON types require", () => {
    const content = {
      "application/json": { schema: { type: "object", required: ["a", "b"] } },
      "application/vnd.b+json": { schema: { type: "object", required: ["b", "c"] } },
    };
    const found = taken({ requestBody: { required: true, content } });
    assert.deepEqual(found.request?.body, { type: "object", required: ["b"] });
    assert.deepEqual(whatOf(found), ["which schema applies to a body, by its media type"]);
  });

  it("keep what gateways check of each keyword", () => {
    assert.deepEqual(bodyOf({ type: "string", nullable: true, maxLength: 3 }), { maxLength: 3 });
    assert.deepEqual(
      bodyOf({
        allOf: [
          { required: ["a"] },
          { type: "object", required: ["b"], additionalProperties: false, properties: { a: {}, b: {} } },
        ],
      }),
      {
        type: "object",
        required: ["a", "b"],
        properties: { a: {}, b: {} },
        additionalProperties: false,
      },
    );
    assert.deepEqual(bodyOf({ oneOf: [{ enum: ["a"] }, { enum: ["b"] }] }), { enum: ["a", "b"], type: "string" });
    assert.deepEqual(bodyOf({ type: "integer", minimum: 3, exclusiveMinimum: true }), { type: "integer", minimum: 4 });
    assert.deepEqual(bodyOf({ const: 7 }, {}, { openapi: "3.1.0" }), { enum: [7], type: "number" });
    const order = {
      type: "object",
      required: ["id", "name"],
      properties: { id: { $ref: "#/components/schemas/Id" }, name: {} },
    };
    const expected = { type: "object", required: ["name"], properties: { id: { type: "string" }, name: {} } };
    assert.deepEqual(bodyOf(order, { Id: { type: "string", readOnly: true } }), expected);
  });

  it("cut a schema that contains itself, and one that is too large, at their inner levels", () => {
    const Node = {
      type: "object",
      required: ["value"],
      properties: { value: { type: "string" }, next: { $ref: "#/components/schemas/Node" } },
    };
    const found = taken({ requestBody: json({ $ref: "#/components/schemas/Node" }) }, { Node });
    assert.deepEqual(found.request?.body, { ...Node, properties: { value: { type: "string" }, next: {} } });
    assert.deepEqual(whatOf(found), ["the inner levels of schemas that contain themselves"]);
    const doubled = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => {
        const next = { $ref: `#/components/schemas/S${index + 1}` };
        return [`S${index}`, { type: "object", properties: index === 39 ? {} : { a: next, b: next } }];
      }),
    );
    const large = taken({ requestBody: json({ $ref: "#/components/schemas/S0" }) }, doubled);
    assert.deepEqual(whatOf(large), ["the inner levels of large bodies"]);
    assert.equal(JSON.stringify(large.request).split('"type":"object"').length - 1, 1_000);
  });

  it("leave what cannot be read unchecked, without an error", () => {
    const schemas: Json = {
      A: { $ref: "#/components/schemas/A" },
      B: { allOf: [{ $ref: "#/components/schemas/B" }, { type: "string" }] },
    };
    for (const schema of [
      { $ref: "https://example.com/a.json" },
      { $ref: "#/nowhere" },
      { $ref: 7 },
      { $ref: "#/components/schemas/A" },
    ]) {
      assert.deepEqual(bodyOf(schema, schemas), {}, JSON.stringify(schema));
    }
    assert.deepEqual(bodyOf({ $ref: "#/components/schemas/B" }, schemas), { type: "string" });
    const malformed = {
      ...{ type: "strng", enum: "a", required: true, properties: [], minLength: "5", minimum: "1", pattern: "(" },
      ...{ items: [], allOf: {}, additionalProperties: 3, exclusiveMinimum: "x" },
    };
    assert.deepEqual(bodyOf(malformed), {});
    assert.equal(whatOf(taken({ requestBody: json(malformed) })).length, 11);
    for (const more of [{ $id: "https://example.com/a" }, { $schema: "http://json-schema.org/draft-07/schema#" }]) {
      assert.deepEqual(bodyOf({ type: "string", ...more }, {}, { openapi: "3.1.0" }), {});
    }
    assert.deepEqual(
      bodyOf({ type: "string" }, {}, { openapi: "3.1.0", jsonSchemaDialect: "https://example.com" }),
      {},
    );
    assert.deepEqual(bodyOf(3), {});
  });

  it("name each cause once, with all its places and routes", () => {
    const schema = { properties: { a: { type: "string", format: "uuid" }, b: { type: "array", minItems: 1 } } };
    const post = { responses: {}, requestBody: json({ $ref: "#/components/schemas/A" }) };
    const base = openApi({ "/a": { post, put: post }, "/b": { post } }) as { components: Json };
    const components = {
      ...base.components,
      schemas: { A: { ...schema, properties: { ...schema.properties, c: { format: "date" } } } },
    };
    const { unchecked } = fromOpenApi({ ...base, components, "x-polygate": { validate: true } });
    const at = (step: string): string => `#/components/schemas/A/properties/${step}`;
    const routes = ["PUT /a", "POST /a", "POST /b"];
    assert.deepEqual(
      unchecked?.map(({ reason: _, ...each }) => each),
      [
        { what: 'the keyword "format" of bodies', routes, places: [at("a/format"), at("c/format")] },
        { what: 'the keyword "minItems" of bodies', routes, places: [at("b/minItems")] },
      ],
    );
  });

  it("escape the control characters in names of the document", () => {
    const schema = { type: "object", "foo\nbar": 1, properties: { "a\tb": { type: "string", format: "date" } } };
    const at = "#/paths/~1a/post/requestBody/content/application~1json/schema";
    assert.deepEqual(taken({ requestBody: json(schema) }), {
      request: {
        body: { type: "object", properties: { "a\tb": { type: "string" } } },
        uncheckable: "report",
      },
      unchecked: {
        'the member "foo\\u000abar" of schemas: OpenAPI 3.0.3 has no such keyword': [`${at}/foo\\u000abar`],
        'the keyword "format" of bodies: gateways and validators do not agree on formats': [
          `${at}/properties/a\\u0009b/format`,
        ],
      },
    });
  });

  it("follow references to other files, and name the file", () => {
    const document = openApi({ "/a": { post: { responses: {}, requestBody: json({ $ref: "b.yaml#/B" }) } } });
    const folder = folderWith({
      "a.yaml": JSON.stringify({ ...document, "x-polygate": { validate: true } }),
      "b.yaml": "B: { type: string, format: uuid }",
    });
    const { routes, unchecked } = fromOpenApi(`${folder}/a.yaml`);
    assert.deepEqual(routes["POST /a"]?.request?.body, { type: "string" });
    assert.match(unchecked?.[0]?.places?.[0] ?? "", /b\.yaml #\/B\/format$/);
  });
});
