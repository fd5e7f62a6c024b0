import assert from "node:assert/strict";
import { join } from "node:path";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import {
  folderWith,
  type Json,
  placesOf,
  problemOf,
  problemsOf,
  removeFolders,
} from "../../../../support/components/api/openapi/openapi-problems.ts";

const staff = { type: "oauth2", flow: "accessCode", authorizationUrl: "https://a", tokenUrl: "https://b", scopes: {} };

/** A Swagger 2.0 document with these paths, whose operations require a token by default. */
function swagger(paths: Json, more: Json = {}): Json {
  return {
    swagger: "2.0",
    info: { title: "Orders", version: "1" },
    security: [{ staff: ["read"] }],
    securityDefinitions: { staff: { ...staff, "x-polygate": { audiences: ["orders"] } } },
    paths,
    ...more,
  };
}

const read = { auth: "staff", scopes: ["read"], to: "backend" };

describe("A Swagger 2.0 document", () => {
  afterEach(removeFolders);

  it("becomes the description that the same document of OpenAPI 3 becomes", () => {
    const document = swagger(
      {
        "/orders": {
          get: { responses: {} },
          post: { security: [{ staff: ["write"] }, {}], "x-polygate": { open: "a" } },
        },
      },
      { host: "api.example.com", basePath: "/v1", schemes: ["http", "https"] },
    );
    const { auth, routes, title } = fromOpenApi(document);
    assert.equal(title, "Orders");
    assert.deepEqual(auth, {
      staff: { kind: "jwt", audiences: ["orders"] },
      open: { kind: "open", reason: "a" },
    });
    assert.deepEqual({ ...routes }, { "GET /orders": read, "POST /orders": { auth: "open", to: "backend" } });
    const prefixed = fromOpenApi({ ...document, "x-polygate": { basePath: "route" } });
    assert.deepEqual(Object.keys(prefixed.routes), ["GET /v1/orders", "POST /v1/orders"]);
  });

  it("serves every other method of a path that AWS API Gateway exports so", () => {
    const any = { "x-amazon-apigateway-any-method": { parameters: [{ in: "body", name: "b", schema: {} }] } };
    assert.deepEqual({ ...fromOpenApi(swagger({ "/{proxy+}": any })).routes }, { "ANY /{proxy+}": read });
  });

  it("requires keys and passwords by the answers for its schemes", () => {
    const security = [{ basic: [], key: [] }];
    const document = swagger(
      { "/a": { get: { security } } },
      { securityDefinitions: { basic: { type: "basic" }, key: { type: "apiKey", in: "header", name: "X-API-Key" } } },
    );
    const answers = { schemes: { basic: { kind: "backend", reason: "passwords", operations: ["GET /a"] } } } as const;
    const { auth, unchecked } = fromOpenApi({ ...document, "x-polygate": { plans: { all: {} } } }, { answers });
    assert.deepEqual(auth, { key: { kind: "apiKey" } });
    assert.deepEqual(unchecked, [{ what: 'the security scheme "basic"', reason: "passwords", routes: ["GET /a"] }]);
  });

  it("has its requests checked by its own parameters, those of its paths, and those that it refers to", () => {
    const body = { in: "body", name: "order", required: true, schema: { $ref: "#/definitions/Order" } };
    const header = { in: "header", name: "x-trace", required: true, type: "string" };
    const query = { in: "query", name: "page", required: true, type: "array", items: {}, collectionFormat: "multi" };
    const shared = { put: {}, post: { parameters: [{ $ref: "#/parameters/header" }] }, parameters: [query, body] };
    const document = swagger(
      { "/a": shared },
      {
        consumes: ["application/json"],
        parameters: { header },
        definitions: { Order: { type: "object", required: ["id"], properties: { id: { type: "string" } } } },
        "x-polygate": { validate: "exact" },
      },
    );
    const schema = { type: "object", required: ["id"], properties: { id: { type: "string" } } };
    const { routes } = fromOpenApi(document);
    assert.deepEqual(routes["PUT /a"], { ...read, request: { query: ["page"], body: schema } });
    assert.deepEqual(routes["POST /a"], { ...read, request: { query: ["page"], headers: ["x-trace"], body: schema } });
  });

  it("has what is left unchecked at its own places, whatever they are after the conversion", () => {
    const schema = {
      type: "object",
      properties: { at: { type: "string", format: "date" }, a: { $ref: "#/definitions/A" } },
    };
    const body = { in: "body", name: "b", required: true, schema };
    const header = { in: "header", name: "x-trace", required: true, type: "string" };
    const document = swagger(
      {
        "/a": {
          put: { parameters: [{ $ref: "#/parameters/header" }, body] },
          post: { parameters: [{ ...body, required: false }] },
        },
      },
      {
        consumes: ["application/json", "text/plain"],
        parameters: { header },
        definitions: { A: { type: "array", minItems: 1 } },
        "x-polygate": { validate: true },
      },
    );
    const { unchecked = [] } = fromOpenApi(document);
    assert.deepEqual(
      unchecked.map(({ what, places }) => [what, places]),
      [
        ["the values of parameters", ["#/parameters/header"]],
        ["whether required parameters are present that may be blank", ["#/parameters/header"]],
        ["bodies of other types than JSON", ["#/paths/~1a/put/parameters/1"]],
        ['the keyword "format" of bodies', ["#/paths/~1a/put/parameters/1/schema/properties/at/format"]],
        ['the keyword "minItems" of bodies', ["#/definitions/A/minItems"]],
        ["bodies that may be missing", ["#/paths/~1a/post/parameters/0"]],
      ],
    );
  });

  it("has problems at its own places, whatever they are after the conversion", () => {
    const text = `swagger: "2.0"
info: { title: Orders, version: "1" }
host: api.example.com
basePath: v1
consumes: [application/json]
x-polygate: { validate: "exact" }
security: [{ staff: [] }]
parameters:
  session: { in: header, name: a, required: maybe, type: string }
paths:
  /a:
    put:
      parameters:
        - { in: body, name: body, required: true, schema: { type: object, properties: { b: { not: {} } } } }
        - { in: query, name: page, required: 1, type: string }
        - { $ref: "#/parameters/session" }
        - { $ref: "#/parameters/none" }
    post:
      parameters: [{ in: body, name: body, required: true, schema: { $ref: "#/definitions/A" } }]
    patch:
      parameters: [{ in: body, name: body, required: true, schema: { $ref: "#/definitions/None" } }]
    get:
      security: [{ key: [] }, { nobody: [] }]
definitions: { A: { minProperties: 2 } }
securityDefinitions:
  staff: { type: oauth2, flow: implicit, x-google-jwt-locations: [], x-polygate: { audience: a } }
  key: { type: basic }
`;
    const file = join(folderWith({ "a.yaml": text }), "a.yaml");
    const found = placesOf(file).map((place) => place.replace(`${file}:`, ""));
    assert.deepEqual(found.toSorted(), [
      "bad-base-path 4:11 #/basePath",
      "bad-reference 21:76 #/paths/~1a/patch/parameters/0/schema/$ref",
      "foreign-reference 17:19 #/paths/~1a/put/parameters/3/$ref",
      "one-of-several 23:17 #/paths/~1a/get/security",
      "unchecked-keyword 14:99 #/paths/~1a/put/parameters/0/schema/properties/b/not",
      "unchecked-keyword 24:36 #/definitions/A/minProperties",
      "unknown-property 26:94 #/securityDefinitions/staff/x-polygate/audience",
      "unread-protection 26:66 #/securityDefinitions/staff/x-google-jwt-locations",
      "wrong-type 15:46 #/paths/~1a/put/parameters/1/required",
      "wrong-type 9:45 #/parameters/session/required",
    ]);
    const messages = problemsOf(file).map(({ rule }) => rule);
    assert.ok(messages.includes('"#/definitions/None" refers to nothing.'), messages.join("\n"));
  });

  it("has its schemes declared where Swagger 2.0 declares them", () => {
    const problem = problemOf(swagger({ "/a": { get: {} } }, { securityDefinitions: {} }));
    assert.equal(problem.code, "unknown-security-scheme");
    assert.match(problem.remedy, /securityDefinitions/);
  });

  it("is refused for what Swagger 2.0 does not have, because it would be missing without a word", () => {
    const operation = { secuirty: [], servers: [], requestBody: {}, callbacks: {} };
    const document = swagger(
      { "/a": { get: operation, trace: {}, put: { schemes: ["wss"] }, head: null }, "/b": { $ref: "#/x-b" } },
      {
        components: {},
        securityDefinitions: {
          staff: { ...staff, "x-polygate": { audiences: ["a"] }, in: "header" },
          bearer: { type: "http", scheme: "bearer" },
          cookie: { type: "apiKey", in: "cookie", name: "a" },
        },
        "x-b": {},
      },
    );
    assert.deepEqual([...placesOf(document)].sort(), [
      "foreign-reference #/paths/~1b/$ref",
      "unknown-property #/components",
      "unknown-property #/paths/~1a/get/callbacks",
      "unknown-property #/paths/~1a/get/requestBody",
      "unknown-property #/paths/~1a/get/secuirty",
      "unknown-property #/paths/~1a/get/servers",
      "unknown-property #/paths/~1a/trace",
      "unknown-property #/securityDefinitions/staff/in",
      "unknown-value #/securityDefinitions/bearer/type",
      "unknown-value #/securityDefinitions/cookie/in",
      "unsupported-protocol #/paths/~1a/put/schemes",
      "wrong-type #/paths/~1a/head",
    ]);
  });

  it("is refused for the extensions of vendors that create or protect routes, wherever they are", () => {
    const google = {
      type: "oauth2",
      flow: "implicit",
      "x-google-audiences": "orders",
      "x-polygate": { audiences: ["a"] },
    };
    const document = swagger(
      {
        "/a": {
          get: {
            "x-google-quota": {},
            "x-amazon-apigateway-integration": {},
            parameters: [{ $ref: "#/parameters/a" }],
          },
        },
      },
      {
        securityDefinitions: { staff: google },
        parameters: { a: { in: "path", name: "a", type: "string", "x-google-parameter": {} } },
        "x-ms-paths": {},
        "x-google-allow": "all",
        "x-amazon-apigateway-policy": {},
        "x-google-backend": {},
      },
    );
    assert.deepEqual([...placesOf(document)].sort(), [
      "unread-protection #/paths/~1a/get/x-google-quota",
      "unread-protection #/securityDefinitions/staff/x-google-audiences",
      "unread-protection #/x-amazon-apigateway-policy",
      "unread-protection #/x-google-allow",
      "unread-routes #/parameters/a/x-google-parameter",
      "unread-routes #/x-ms-paths",
    ]);
    const ignore = { "x-google-audiences": "a", "x-google-allow": "a", "x-amazon-apigateway-policy": "a" } as const;
    const left = placesOf(document, { ignore });
    assert.deepEqual([...left].sort(), [
      "unread-protection #/paths/~1a/get/x-google-quota",
      "unread-routes #/parameters/a/x-google-parameter",
      "unread-routes #/x-ms-paths",
    ]);
  });

  it("is read alone, and refers to its definitions only", () => {
    const refer = (schema: Json): Json =>
      swagger(
        { "/a": { put: { parameters: [{ in: "body", name: "b", required: true, schema }] } } },
        { consumes: ["application/json"], "x-polygate": { validate: "exact" } },
      );
    const other = { "/a": { $ref: "other.yaml" } };
    const file = join(folderWith({ "a.json": JSON.stringify(swagger(other)), "other.yaml": "get: {}" }), "a.json");
    assert.equal(problemOf(file).rule, '"other.yaml" is another file. A Swagger 2.0 document is read alone.');
    for (const $ref of ["#/paths/~1a/put/parameters/0/schema", "#/parameters/a/schema"]) {
      assert.deepEqual(placesOf(refer({ $ref })), ["foreign-reference #/paths/~1a/put/parameters/0/schema/$ref"]);
    }
    const twin = fromOpenApi(swagger({ "/a": { get: {} }, "/b": { $ref: "#/paths/~1a" } }));
    assert.deepEqual(Object.keys(twin.routes), ["GET /a", "GET /b"]);
  });

  it("is completed by an overlay whose targets are in the document as it is written", () => {
    const overlay = {
      overlay: "1.0.0",
      info: { title: "Gateway", version: "1" },
      actions: [
        { target: "$.securityDefinitions.staff", update: { "x-polygate": { audiences: ["shop"] } } },
        { target: "$.paths['/a'].get", update: { "x-polygate": { scopes: ["write"] } } },
      ],
    };
    const document = swagger({ "/a": { get: {} } }, { securityDefinitions: { staff } });
    const { auth, routes, notes } = fromOpenApi(document, { overlay });
    assert.deepEqual(auth, { staff: { kind: "jwt", audiences: ["shop"] } });
    assert.deepEqual(routes["GET /a"], { ...read, scopes: ["write"] });
    assert.deepEqual(notes, [{ what: 'the overlay sets "scopes"', routes: ["GET /a"] }]);
    const wrong = {
      ...overlay,
      actions: [{ target: "$.components.securitySchemes.staff", update: { "x-polygate": {} } }],
    };
    assert.equal(problemOf(document, { overlay: wrong }).code, "overlay-no-match");
    const bad = { ...overlay, actions: [{ ...overlay.actions[0], update: { "x-polygate": { audiences: [] } } }] };
    const path = join(folderWith({ "o.yaml": JSON.stringify(bad) }), "o.yaml");
    assert.match(problemOf(document, { overlay: path }).place ?? "", /o\.yaml:1:\d+ #\/actions\/0\/update\//);
  });

  it("is refused in other versions of Swagger, and beside another version", () => {
    for (const more of [{ swagger: 2 }, { swagger: "1.2" }, { swagger: "2.0", openapi: "3.0.0" }]) {
      const problem = problemOf(swagger({ "/a": { get: {} } }, more));
      assert.equal(problem.code, "unknown-version");
      assert.equal(problem.place, "#/swagger");
    }
  });
});
