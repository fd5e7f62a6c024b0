import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { placeholders } from "../../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import { refuseBytes, withBodies } from "../../../../../components/aws/rest-api/bodies.ts";
import { restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

const target = restApiTarget({ name: "orders" });
const schema = { type: "object", required: ["name"], properties: { name: { type: "string" } } };
const VALIDATOR = "x-amazon-apigateway-request-validator";

const described = (routes: object) => ({
  version: 1,
  backends: { erp: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  default: { auth: "anyone" },
  routes,
});

function compiled(routes: object) {
  const { api } = carry(normalise(described(routes)), target.capabilities, {}, target.check);
  return JSON.parse(target.compile(api, placeholders(api, target)).document);
}

function problemsOf(routes: object, bodies?: unknown): readonly Problem[] {
  try {
    carry(normalise(described(routes)), target.capabilities, {}, withBodies(target, bodies).check);
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    return error.problems;
  }
  return [];
}

const codes = (routes: object, bodies?: unknown) => problemsOf(routes, bodies).map(({ code }) => code);

describe("the document of a REST API that validates requests", () => {
  const document = compiled({
    "POST /orders": { to: "erp", request: { body: schema } },
    "PUT /orders/{id}": { to: "erp", request: { headers: ["X-Id"], body: schema } },
    "GET /orders": { to: "erp", request: { query: ["page", "$top"] } },
    "GET /health": { reply: { status: 200 } },
  });
  const [name = "", ...others] = Object.keys(document.components.schemas);

  it("has one model for equal schemas, named with letters and digits only", () => {
    assert.deepEqual(others, []);
    assert.match(name, /^Body[0-9a-f]{32}$/);
    assert.deepEqual(document.components.schemas[name], schema);
  });

  it("validates bodies of every media type, so that no client can avoid validation", () => {
    const media = { schema: { $ref: `#/components/schemas/${name}` } };
    const body = { required: true, content: { "application/json": media, $default: media } };
    assert.deepEqual(document.paths["/orders"].post.requestBody, body);
    assert.deepEqual(document.paths["/orders/{id}"].put.requestBody, body);
    assert.equal(document.paths["/orders"].get.requestBody, undefined);
  });

  it("validates only bodies of the media types that a route lists", () => {
    const { paths } = compiled({
      "POST /a": { to: "erp", request: { body: schema, bodyTypes: ["Application/JSON"] } },
    });
    const media = { schema: { $ref: `#/components/schemas/${name}` } };
    assert.deepEqual(paths["/a"].post.requestBody, { required: true, content: { "application/json": media } });
  });

  it("requires parameters in addition to those of the path", () => {
    const required = (name: string, where: string) => ({
      name,
      in: where,
      required: true,
      schema: { type: "string" },
    });
    assert.deepEqual(document.paths["/orders/{id}"].put.parameters, [
      required("id", "path"),
      required("x-id", "header"),
    ]);
    assert.deepEqual(document.paths["/orders"].get.parameters, [required("page", "query"), required("$top", "query")]);
  });

  it("has a validator for bodies and parameters at exactly the operations that require something", () => {
    assert.deepEqual(document[`${VALIDATOR}s`], {
      request: { validateRequestBody: true, validateRequestParameters: true },
    });
    const of = (path: string, method: string) => document.paths[path][method][VALIDATOR];
    assert.deepEqual(
      [of("/orders", "post"), of("/orders/{id}", "put"), of("/orders", "get")],
      Array(3).fill("request"),
    );
    assert.equal(of("/health", "get"), undefined);
    assert.equal(document[VALIDATOR], undefined);
  });

  it("has no binary media type, whose bodies might not be validated", () => {
    const types = "x-amazon-apigateway-binary-media-types";
    assert.equal(document[types], undefined);
    assert.deepEqual(compiled({ "GET /orders": { to: "erp", request: { query: ["page"] } } })[types], ["*/*"]);
  });

  it("contains only what AWS documents", () => {
    const file = new URL("../x-amazon.schema.json", import.meta.url);
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, "utf8")));
    const copy = structuredClone(document);
    assert.equal(validate(copy), true, JSON.stringify(validate.errors));
    copy.paths["/orders"].post.requestBody.content = {};
    assert.equal(validate(JSON.parse(JSON.stringify(copy))), false);
  });

  it("validates requests at each resource of a route", () => {
    const { paths } = compiled({
      "POST /a/{rest+}": { to: "erp", request: { body: schema } },
      "POST /a/b/{id}/c": { to: "erp" },
    });
    const checked = Object.entries(paths).filter(([, item]) => VALIDATOR in ((item as { post?: object }).post ?? {}));
    const open = Object.entries(paths).filter(([, item]) => !(VALIDATOR in ((item as { post?: object }).post ?? {})));
    assert.ok(checked.length > 1);
    assert.deepEqual(
      open.map(([path]) => path),
      ["/a/b/{id}/c"],
    );
  });
});

describe("validation that a REST API cannot do", () => {
  const post = (request: object) => ({ "POST /orders": { to: "erp", request } });

  it("is refused for a parameter that a document cannot name", () => {
    for (const name of ["filter[x]", "a b", "é"])
      assert.deepEqual(codes(post({ query: [name] })), ["parameter-characters"]);
    assert.deepEqual(codes(post({ headers: ["x!"] })), ["parameter-characters"]);
  });

  it("is refused for a text in a schema that has a meaning of its own in an import", () => {
    for (const body of [
      { properties: { $ref: {} } },
      { properties: { a: { properties: { "x-amazon-b": {} } } } },
      { enum: ["${AWS::Region}"] },
      { items: { pattern: "[${AWS::]" } },
      { required: ["${AWS::a"] },
    ]) {
      assert.deepEqual(codes(post({ body }), "text"), ["schema-characters"], JSON.stringify(body));
    }
    assert.deepEqual(codes(post({ body: { enum: ["$ref", "x-a", "${a}"], required: ["$ref"] } }), "text"), []);
  });

  it("is refused for a schema that is larger than a model can be", () => {
    const large = { enum: Array.from({ length: 20_000 }, (_, index) => `a value of an enum ${index}`) };
    assert.deepEqual(codes(post({ body: large }), "text"), ["schema-too-large"]);
  });

  it("is refused for a body unless the gateway treats all bodies as text", () => {
    assert.deepEqual(codes(post({ body: schema })), ["bodies-as-bytes"]);
    assert.deepEqual(codes(post({ body: schema }), "text"), []);
    assert.deepEqual(codes(post({ query: ["a"] })), []);
    for (const bodies of ["text", "bytes", true, null]) {
      assert.deepEqual(codes({ "POST /orders": { to: "erp" } }, bodies), ["bad-bodies"], String(bodies));
    }
    const [problem] = problemsOf(post({ body: schema }));
    assert.deepEqual([problem?.route, problem?.feature], ["POST /orders", "request.body"]);
  });

  it("is refused for an existing API with binary media types, which the provider does not remove", () => {
    assert.doesNotThrow(() => refuseBytes("orders", "a1b2", []));
    assert.throws(
      () => refuseBytes("orders", "a1b2", ["*/*"]),
      (error: unknown) =>
        error instanceof PolygateError &&
        error.problems[0]?.code === "bodies-as-bytes" &&
        error.problems[0].remedy.includes(
          "--rest-api-id a1b2 --patch-operations op=remove,path=/binaryMediaTypes/*~1*;",
        ),
    );
  });
});
