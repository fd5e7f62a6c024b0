import assert from "node:assert/strict";
import fc from "fast-check";
import { readOperations } from "../../../../../components/api/openapi/document.ts";
import { Extensions } from "../../../../../components/api/openapi/extensions.ts";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import { OpenApiSource } from "../../../../../components/api/openapi/source.ts";
import { asOpenApi } from "../../../../../components/api/openapi/swagger/swagger.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";

type Security = readonly Readonly<Record<string, readonly string[]>>[];

/** What a document of version 2.0 requires, by a reading that shares nothing with the conversion. */
function requirements(document: Readonly<Record<string, unknown>>): Readonly<Record<string, Security | undefined>> {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, { readonly security?: Security }>>>>;
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== "parameters")
      .map(([method, operation]) => [
        `${method.startsWith("x-") ? "ANY" : method.toUpperCase()} ${path}`,
        Object.hasOwn(operation, "security") ? operation.security : (document.security as Security | undefined),
      ]),
  );
  return Object.fromEntries(all);
}

const name = fc.constantFrom("staff", "key", "basic", "constructor", "toString", "a/b~c", "x-y");
const security: fc.Arbitrary<Security> = fc.array(
  fc.dictionary(name, fc.array(fc.constantFrom("read", "write"), { maxLength: 2 }), { maxKeys: 3 }),
  { maxLength: 3 },
);
const scheme = fc.oneof(
  fc.constant({ type: "basic" }),
  fc.record({
    type: fc.constant("apiKey"),
    in: fc.constantFrom("header", "query"),
    name: fc.constantFrom("k", "x-api-key"),
  }),
  fc.record({
    type: fc.constant("oauth2"),
    flow: fc.constantFrom("implicit", "password", "application", "accessCode"),
  }),
);
const parameter = fc.oneof(
  fc.record({ in: fc.constantFrom("query", "header", "path"), name: fc.string(), type: fc.constant("string") }),
  fc.constant({ in: "body", name: "b", schema: { type: "object", discriminator: "kind", "x-nullable": true } }),
  fc.constant({ in: "formData", name: "f", type: "file", required: true }),
  fc.constant({ $ref: "#/parameters/p" }),
);
const operation = fc.record(
  {
    security,
    parameters: fc.array(parameter, { maxLength: 3 }),
    consumes: fc.constantFrom([], ["application/json"], ["multipart/form-data"]),
    schemes: fc.constantFrom(["http"], ["https", "wss"]),
    "x-amazon-apigateway-auth": fc.constant({ type: "NONE" }),
  },
  { requiredKeys: [] },
);
const item = fc.record(
  {
    parameters: fc.array(parameter, { maxLength: 2 }),
    get: operation,
    post: operation,
    "x-amazon-apigateway-any-method": operation,
  },
  { requiredKeys: [] },
);
const document = fc.record(
  {
    swagger: fc.constant("2.0"),
    info: fc.constant({ title: "a", version: "1" }),
    paths: fc.dictionary(fc.constantFrom("/", "/a", "/a/{b}", "/constructor", "/__proto__"), item),
    security,
    securityDefinitions: fc.dictionary(name, scheme),
    parameters: fc.constant({ p: { in: "query", name: "q", type: "integer" } }),
    host: fc.constantFrom("a.example.com", "{b}.example.com"),
    basePath: fc.constantFrom("", "/", "/v1"),
    consumes: fc.constant(["application/xml"]),
  },
  { requiredKeys: ["swagger", "info", "paths"] },
);

describe("The conversion of Swagger 2.0", () => {
  it("keeps every operation, what it requires, every scheme and every extension", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(document, (generated) => {
        const written = structuredClone(generated);
        const before = structuredClone(written);
        const source = asOpenApi(OpenApiSource.of(written));
        assert.deepEqual(written, before);
        const operations = readOperations(source, new Extensions({}), () => {});
        const found = operations.map(({ key, security: { value } }) => [key, value]);
        assert.deepEqual(Object.fromEntries(found), requirements(written));
        for (const {
          operation: { value },
        } of operations) {
          const auth = (value as Record<string, unknown>)["x-amazon-apigateway-auth"];
          if (auth !== undefined) seen.add("extension");
        }
        const schemes = source.root.at("components").at("securitySchemes");
        for (const [each, { type, ...rest }] of Object.entries(written.securityDefinitions ?? {})) {
          const read = schemes.at(each);
          assert.equal(read.at("type").value, type === "basic" ? "http" : type);
          assert.equal(read.at("scheme").value, type === "basic" ? "basic" : undefined);
          for (const member of ["in", "name"]) {
            assert.equal(read.at(member).value, (rest as Record<string, unknown>)[member]);
          }
          seen.add(type);
        }
        assert.equal(
          JSON.stringify(source.root.value).split("x-amazon-apigateway-auth").length,
          JSON.stringify(written).split("x-amazon-apigateway-auth").length,
        );
        if (found.length > 0) seen.add("operation");
      }),
      { numRuns: 500 },
    );
    assert.deepEqual([...seen].toSorted(), ["apiKey", "basic", "extension", "oauth2", "operation"]);
  });

  it("reports what is malformed anywhere, and never fails in another way", () => {
    const anything = fc.oneof(
      fc.constant(null),
      fc.integer(),
      fc.constant("a"),
      fc.constant([]),
      fc.constant([null]),
      fc.constant({}),
      fc.constant({ a: null }),
    );
    const places = fc.constantFrom<readonly string[]>(
      ...[
        "info",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "paths",
        "definitions",
        "parameters",
        "securityDefinitions",
        "security",
      ].map((each) => [each]),
      ["paths", "/a"],
      ["paths", "/a", "parameters"],
      ["paths", "/a", "get"],
      ["paths", "/a", "get", "parameters"],
      ["paths", "/a", "get", "consumes"],
      ["paths", "/a", "get", "security"],
      ["paths", "/a", "get", "parameters", "0"],
      ["paths", "/a", "get", "parameters", "0", "schema"],
      ["paths", "/a", "get", "parameters", "0", "in"],
      ["definitions", "A"],
      ["parameters", "p"],
      ["securityDefinitions", "s"],
      ["securityDefinitions", "s", "type"],
      ["securityDefinitions", "s", "flow"],
      ["definitions", "A", "properties"],
      ["definitions", "A", "discriminator"],
      ["definitions", "A", "required"],
    );
    const whole = {
      swagger: "2.0",
      info: { title: "a", version: "1" },
      host: "a.example.com",
      basePath: "/v1",
      consumes: ["application/json"],
      security: [{ s: [] }],
      "x-polygate": { validate: true },
      parameters: { p: { in: "body", name: "b", required: true, schema: { $ref: "#/definitions/A" } } },
      definitions: { A: { type: "object", discriminator: "kind", required: ["kind"], properties: { kind: {} } } },
      securityDefinitions: { s: { type: "oauth2", flow: "implicit", "x-polygate": { audiences: ["a"] } } },
      paths: {
        "/a": {
          parameters: [{ $ref: "#/parameters/p" }],
          get: { parameters: [{ in: "query", name: "a", type: "array", items: {} }] },
        },
      },
    };
    fc.assert(
      fc.property(fc.array(fc.tuple(places, anything), { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = structuredClone(whole) as Record<string, unknown>;
        for (const [steps, value] of changes) {
          const parent = steps
            .slice(0, -1)
            .reduce<unknown>((owner, step) => (owner as Record<string, unknown> | null | undefined)?.[step], changed);
          if (typeof parent === "object" && parent !== null)
            (parent as Record<string, unknown>)[steps.at(-1) ?? ""] = value;
        }
        try {
          fromOpenApi(changed);
        } catch (error) {
          assert.ok(error instanceof PolygateError, String((error as Error).stack));
        }
      }),
      { numRuns: 500 },
    );
  });
});
