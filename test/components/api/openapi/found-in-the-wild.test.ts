import assert from "node:assert/strict";
import { join } from "node:path";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import {
  folderWith,
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  removeFolders,
} from "../../../support/components/api/openapi/openapi-problems.ts";

const merging = `
openapi: 3.1.0
info: { title: Orders, version: "1" }
x-shared: &shared
  responses: {}
  security: [{ staff: [read] }]
paths:
  /a: { get: { <<: *shared } }
  /b: { get: { <<: *shared, security: [{ staff: [write] }] } }
components:
  securitySchemes:
    staff: { type: http, scheme: bearer, x-polygate: { audiences: [orders] } }
`;

describe("What real OpenAPI documents contain", () => {
  afterEach(removeFolders);

  it("merge keys of YAML are followed, and the members beside them win", () => {
    const file = join(
      folderWith({ "a.yaml": merging.replaceAll("[read]", "[]").replaceAll("[write]", "[]") }),
      "a.yaml",
    );
    assert.deepEqual(Object.keys(fromOpenApi(file).routes), ["GET /a", "GET /b"]);
    const scoped = join(
      folderWith({ "a.yaml": merging.replace("http, scheme: bearer", "oauth2, flows: {}") }),
      "a.yaml",
    );
    const { routes } = fromOpenApi(scoped);
    assert.deepEqual(routes["GET /a"], { auth: "staff", scopes: ["read"], to: "backend" });
    assert.deepEqual(routes["GET /b"], { auth: "staff", scopes: ["write"], to: "backend" });
  });

  it("merge keys with anything but an object are refused", () => {
    const file = join(folderWith({ "a.yaml": merging.replace("<<: *shared }", "<<: 1 }") }), "a.yaml");
    assert.match(problemOf(file).rule, /^The YAML cannot be expanded: Merge/);
  });

  it("a title that YAML folds ends with a line break, which is dropped", () => {
    const text = `${JSON.stringify(openApi({ "/a": get() }))}`;
    const yaml = text.replace('"title":"Orders"', '"title":"Orders\\n"');
    assert.notEqual(yaml, text);
    assert.equal(fromOpenApi(JSON.parse(yaml)).title, "Orders");
    assert.deepEqual(placesOf(openApi({ "/a": get() }, { info: { title: "two\nlines", version: "1" } })), [
      "control-character #/info/title",
    ]);
  });

  for (const [version, advice] of [
    [3, '"3.0.0"'],
    [3.1, '"3.1.0"'],
    [3.2, '"3.2.0"'],
    ["3.0", '"3.0.0"'],
    ["3.1", '"3.1.0"'],
    ["3.3.0", '"3.1.0"'],
    [undefined, '"3.1.0"'],
  ] as const) {
    it(`the version ${JSON.stringify(version)} is refused, and the advice keeps the version`, () => {
      const { code, remedy } = problemOf(openApi({ "/a": get() }, { openapi: version }));
      assert.equal(code, "unknown-version");
      assert.ok(remedy.includes(advice), remedy);
    });
  }

  it("operations behind a $ref are followed, with a note", () => {
    const operation = { responses: {}, security: [{ staff: ["read"] }], parameters: [] };
    const document = openApi(
      { "/a": { get: { $ref: "#/x-operations/read" } } },
      { "x-operations": { read: operation } },
    );
    const { routes, notes } = fromOpenApi(document);
    assert.deepEqual(routes["GET /a"], { auth: "staff", scopes: ["read"], to: "backend" });
    assert.deepEqual(notes, [
      { what: 'the operation is behind a "$ref", which OpenAPI does not allow there', routes: ["GET /a"] },
    ]);
    const wrong = openApi({ "/a": { get: { $ref: "#/x-operations/read" } } });
    assert.deepEqual(placesOf(wrong), ["bad-reference #/paths/~1a/get/$ref"]);
  });

  it("the parameters of a path belong to the file of the path, wherever its operations are", () => {
    const folder = folderWith({
      "a.json": JSON.stringify(
        openApi(
          {
            "/a": {
              parameters: [{ $ref: "#/components/parameters/q" }],
              get: { $ref: "./b.json#/read" },
              "x-polygate": { validate: true, limits: [{ requests: 0, per: "day", by: "api" }] },
            },
          },
          {
            components: {
              securitySchemes: openApi({}).components as Json,
              parameters: { q: { name: "q", in: "query", required: true } },
            },
          },
        ),
      )
        .replace('"securitySchemes":{"securitySchemes":', '"securitySchemes":')
        .replace('}}},"parameters":{"q"', '}},"parameters":{"q"'),
      "b.json": JSON.stringify({ read: { responses: {} } }),
    });
    const [problem] = placesOf(join(folder, "a.json"));
    assert.match(problem ?? "", /^out-of-range .*a\.json:\d+:\d+ #\/paths\/~1a\/x-polygate\/limits\/0\/requests$/);
  });

  it("OpenAPI 3.2 is read as 3.1, and the methods that only it has are refused by name", () => {
    const newest = (paths: Json, more: Json = {}): Json =>
      openApi(paths, { openapi: "3.2.0", $self: "https://a.example.com", ...more });
    assert.deepEqual(Object.keys(fromOpenApi(newest({ "/a": get() })).routes), ["GET /a"]);
    const more = { query: { responses: {} }, additionalOperations: { COPY: { responses: {} } } };
    const document = newest({ "/a": { ...get(), ...more } });
    assert.deepEqual(placesOf(document), [
      "unsupported-method #/paths/~1a/query",
      "unsupported-method #/paths/~1a/additionalOperations/COPY",
    ]);
    const whole = { parameters: [{ name: "q", in: "querystring", required: true, content: {} }] };
    const checked = newest({ "/a": get({ ...whole, "x-polygate": { validate: "exact" } }) });
    assert.deepEqual(placesOf(checked), ["unchecked-parameter #/paths/~1a/get/parameters/0"]);
    assert.deepEqual(placesOf(openApi({ "/a": { ...get(), ...more } }, { openapi: "3.1.0" })), [
      "unknown-property #/paths/~1a/query",
      "unknown-property #/paths/~1a/additionalOperations",
    ]);
  });

  it("relative references of a document with $self are refused, because it changes what they mean", () => {
    const paths = { "/a": { $ref: "./b.json" } };
    const text = JSON.stringify(openApi(paths, { openapi: "3.2.0", $self: "https://a.example.com/x" }));
    const file = join(folderWith({ "a.json": text, "b.json": "{}" }), "a.json");
    const { code, rule } = problemOf(file);
    assert.deepEqual(
      [code, rule],
      ["foreign-reference", '"$self" changes what relative references mean, and is not read.'],
    );
  });

  it("documents without operations are refused, and the reason names what they have instead", () => {
    assert.match(problemOf(openApi({}, { paths: undefined, webhooks: {} })).rule, /webhooks are requests/);
    assert.match(problemOf(openApi({}, { paths: undefined })).rule, /it has no "paths"/);
    assert.match(problemOf(openApi({})).rule, /^The document has no operation\.$/);
  });
});
