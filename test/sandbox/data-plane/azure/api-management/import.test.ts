import assert from "node:assert/strict";
import fc from "fast-check";
import {
  importOperations,
  normalizedOperationId,
} from "../../../../../sandbox/data-plane/azure/api-management/operations.ts";
import {
  RequestSegments,
  UrlTemplate,
  UrlTemplateError,
} from "../../../../../sandbox/data-plane/azure/api-management/url-template.ts";
import { parseDocument } from "../../../../../sandbox/data-plane/document.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";

const plain = (value: object) => parseDocument(JSON.stringify(value));
const document = (paths: object, more: object = {}) => ({
  openapi: "3.0.3",
  info: { title: "t", version: "1" },
  paths,
  ...more,
});
const imported = (paths: object, more?: object) => importOperations(plain(document(paths, more)), "doc");
const refuses = (paths: object, place: string, problem: RegExp, more?: object): void => {
  assert.throws(
    () => imported(paths, more),
    (error: unknown) => {
      assert.ok(error instanceof UnsupportedArtefact, String(error));
      assert.equal(error.place, place);
      assert.match(error.message, problem);
      return true;
    },
  );
};
const path = (name: string) => ({ name, in: "path", required: true });
const reading = { letters: "any-case", parameters: "as-sent" } as const;
const matched = (template: string, sent: string, query = "", required: string[] = []) => {
  const found = new UrlTemplate(template, required).match(new RequestSegments(sent), query, reading);
  return found === undefined ? undefined : Object.fromEntries(found);
};

describe("the import of an OpenAPI document into API Management", () => {
  it("creates an operation for every method, with the normalised id as its name", () => {
    const { operations } = imported({
      "/orders/{id}": {
        parameters: [path("id")],
        get: { operationId: "Get_Order (by id)", summary: "Get an order" },
        delete: { operationId: "get order by-id" },
        trace: { operationId: "dropped" },
      },
      "/orders": { post: {} },
      "x-note": "ignored",
    });
    assert.deepEqual(
      operations.map(({ id, name, method, urlTemplate }) => ({ id, name, method, urlTemplate })),
      [
        { id: "get-order-by-id", name: "Get an order", method: "GET", urlTemplate: "/orders/{id}" },
        { id: "get-order-by-id-1", name: "get order by-id", method: "DELETE", urlTemplate: "/orders/{id}" },
        { id: "post-orders", name: "", method: "POST", urlTemplate: "/orders" },
      ],
    );
  });

  it("normalises ids as documented: lower case, dashes, 76 characters", () => {
    assert.equal(normalizedOperationId("GET-/foo/{bar}?buzz={quix}"), "get-foo-bar-buzz-quix");
    assert.equal(normalizedOperationId(`--A${"b".repeat(100)}`), `a${"b".repeat(75)}`);
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (id) =>
        assert.match(normalizedOperationId(id), /^([a-z0-9][a-z0-9-]{0,75})?$/),
      ),
    );
  });

  it("adds required query parameters to the URL template", () => {
    const { operations } = imported({
      "/find": {
        get: {
          parameters: [
            { name: "q", in: "query", required: true },
            { name: "page", in: "query" },
          ],
        },
      },
    });
    assert.equal(operations[0]?.urlTemplate, "/find?q={q}");
    assert.deepEqual(matched("/find", "/find", "page=1&Q=a%20b", ["q"]), { q: "a b" });
    assert.equal(matched("/find", "/find", "page=1", ["q"]), undefined);
  });

  it("uses the first HTTPS server as the service URL, and no other", () => {
    assert.equal(
      imported({}, { servers: [{ url: "http://a" }, { url: "https://b/v1" }, { url: "https://c" }] }).serverUrl,
      "https://b/v1",
    );
    assert.equal(imported({}, { servers: [{ url: "http://a" }, { url: "/v1" }] }).serverUrl, undefined);
    assert.equal(imported({}).serverUrl, undefined);
    const swagger = {
      swagger: "2.0",
      info: { title: "t" },
      host: "b.example",
      basePath: "/v1",
      schemes: ["https"],
      paths: {},
    };
    assert.equal(importOperations(plain(swagger), "doc").serverUrl, "https://b.example/v1");
    refuses({}, "doc.servers[0]", /server variables/, { servers: [{ url: "https://{x}.example" }] });
  });

  it("rejects, with the place, what the service rejects and what the sandbox does not support", () => {
    refuses({ "/a/{x}": { get: {} } }, "doc.paths./a/{x}.get", /\{x\} is not declared/);
    refuses({ "/a": { get: { parameters: [path("x")] } } }, "doc.paths./a.get", /"x" is not in the URL template/);
    refuses(
      { "/a/{x}": { get: { parameters: [path("x"), { name: "x", in: "query", required: true }] } } },
      "doc.paths./a/{x}.get",
      /"x" is not unique/,
    );
    refuses(
      { "/a": { get: { parameters: [{ $ref: "#/components/parameters/x" }] } } },
      "doc.paths./a.get.parameters[0]",
      /inline/,
    );
    refuses(
      { "/a": { get: { parameters: [{ name: "s", in: "cookie" }] } } },
      "doc.paths./a.get.parameters[0]",
      /"cookie"/,
    );
    refuses(
      { "/a/{x}": { get: { parameters: [{ name: "x", in: "path" }] } } },
      "doc.paths./a/{x}.get.parameters[0]",
      /required/,
    );
    refuses(
      { "/a/{x}": { get: { parameters: [path("x")] } }, "/A/{y}": { get: { parameters: [path("y")] } } },
      "doc.paths./A/{y}.get",
      /same method and URL template as \/a\/\{x\}\.get/,
    );
    refuses({ "/*/a": { get: {} } }, "doc.paths./*/a.get", /allowed only at the end/);
    refuses({ "/a//b": { get: {} } }, "doc.paths./a//b.get", /must not contain an empty segment/);
    refuses({ "/a?x=1": { get: {} } }, "doc.paths./a?x=1.get", /must not contain a query/);
    refuses({ a: { get: {} } }, "doc.paths.a.get", /must begin with a slash/);
    refuses({ "/a": { $ref: "#/x" } }, "doc.paths./a.$ref", /does not model this member of a path item/);
    refuses(
      { "/a": { get: { operationId: "日本" } } },
      "doc.paths./a.get.operationId",
      /no character that a resource name can contain/,
    );
    refuses({ "/a": { get: { operationId: 5 } } }, "doc.paths./a.get.operationId", /must be a text/);
    refuses({ "/a": { get: { summary: "s".repeat(301) } } }, "doc.paths./a.get.summary", /longer than 300/);
    refuses({ [`/${"a".repeat(1000)}`]: { get: {} } }, `doc.paths./${"a".repeat(1000)}.get`, /longer than 1000/);
    refuses(
      { "/a": { get: { responses: { 200: { $ref: "other.yaml#/x" } } } } },
      "doc.paths./a.get.responses.200.$ref",
      /other files/,
    );
    refuses({}, "doc.openapi", /OpenAPI 2\.0, 3\.0\.x and 3\.1\.x/, { openapi: "3.2.0" });
    refuses({}, "doc.info.title", /title/, { info: {} });
    refuses({}, "doc.x-ms-paths", /not supported by the sandbox/, { "x-ms-paths": {} });
  });

  it("rejects more than 999 duplicates of an operation id", () => {
    const paths = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`/a${i}`, { get: { operationId: "x" } }]));
    assert.throws(() => imported(paths), /more than 999 operations are named "x"/);
    const { "/a1000": _, ...fewer } = paths;
    assert.equal(imported(fewer).operations.at(-1)?.id, "x-999");
  });
});

describe("a URL template of API Management", () => {
  it("matches whole segments, any case, with or without a trailing slash", () => {
    assert.deepEqual(matched("/orders/{id}", "/orders/7"), { id: "7" });
    assert.deepEqual(matched("/orders/{id}", "/ORDERS/a%2Fb/"), { id: "a%2Fb" });
    assert.deepEqual(matched("/", "/"), {});
    assert.equal(matched("/orders/{id}", "/orders"), undefined);
    assert.equal(matched("/orders/{id}", "/orders/"), undefined);
    assert.equal(matched("/orders/{id}", "/orders//"), undefined);
    assert.equal(matched("/orders/{id}", "/orders/7/lines"), undefined);
    assert.equal(matched("/orders", "/orders%20"), undefined);
    assert.equal(
      new UrlTemplate("/orders", []).match(new RequestSegments("/Orders"), "", { ...reading, letters: "exact-case" }),
      undefined,
    );
  });

  it("matches the rest of a path with a wildcard at the end", () => {
    assert.deepEqual(matched("/files/*", "/files/a/b"), {});
    assert.deepEqual(matched("/files/{*rest}", "/files/a/b/"), { rest: "a/b/" });
    assert.deepEqual(matched("/files/{*rest}", "/files"), { rest: "" });
    assert.deepEqual(matched("/*", "/"), {});
    assert.equal(matched("/files/*", "/file"), undefined);
  });

  it("matches a segment of text and parameters", () => {
    assert.deepEqual(matched("/a/{name}.{ext}", "/a/x.tar.gz"), { name: "x", ext: "tar.gz" });
    assert.deepEqual(matched("/{id}sync/", "/7sync"), { id: "7" });
    assert.throws(() => new UrlTemplate("/{a}{b}", []), UrlTemplateError);
    assert.throws(() => new UrlTemplate("/{a*}", []), UrlTemplateError);
    assert.throws(() => new UrlTemplate("/{}", []), UrlTemplateError);
  });

  it("returns decoded parameters with the option for it", () => {
    const found = new UrlTemplate("/{id}", []).match(new RequestSegments("/a%2Fb"), "", {
      ...reading,
      parameters: "decoded",
    });
    assert.equal(found?.get("id"), "a/b");
  });

  it("orders templates by how literal they are", () => {
    const ordered = ["/*", "/{x}", "/a/*", "/{x}/b", "/a/{y}", "/{x}.json", "/a", "/a/b"].map(
      (each) => new UrlTemplate(each, []),
    );
    ordered.sort((a, b) => a.compareLiteralness(b));
    const texts = ordered.map((each) => each.text);
    assert.ok(texts.indexOf("/a/b") < texts.indexOf("/a/{y}"));
    assert.ok(texts.indexOf("/a/{y}") < texts.indexOf("/a/*"));
    assert.ok(texts.indexOf("/a/{y}") < texts.indexOf("/{x}/b"));
    assert.ok(texts.indexOf("/{x}.json") < texts.indexOf("/{x}"));
    assert.equal(texts.at(-1), "/*");
  });
});
