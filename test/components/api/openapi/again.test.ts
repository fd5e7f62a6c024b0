import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { readingOf } from "../../../../components/api/openapi/from-openapi.ts";
import { OpenApiSource } from "../../../../components/api/openapi/source.ts";
import { Folder } from "../../../support/cli/command.ts";

const document = `openapi: 3.1.0
info: { title: Shop, version: "1" }
security: [{ password: [] }]
paths: { /a: { $ref: "paths/a.yaml" } }
components: { securitySchemes: { password: { type: http, scheme: basic } } }
`;
const answers = {
  schemes: { password: { kind: "backend", reason: "it knows them", operations: ["GET /a"] } },
} as const;

describe("An OpenAPI document that is open", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
  });

  afterEach(() => folder.remove());

  it("is read any number of times, each time with its own problems, and without reading its files again", () => {
    folder.write("a.yaml", "get: { responses: {} }");
    const file = folder.write("shop.yaml", document.replace("paths/a.yaml", "a.yaml"));
    const source = OpenApiSource.open(file);
    const first = readingOf(source, {}, true);
    rmSync(file);
    rmSync(folder.at("a.yaml"));
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(readingOf(source, {}, true).problems, first.problems);
      const { description, problems } = readingOf(source, { answers }, true);
      assert.deepEqual([Object.keys(description?.routes ?? {}), problems], [["GET /a"], []]);
    }
    assert.deepEqual([first.problems.length, source.problemCount], [1, 0]);
  });

  it("is not changed by a reading, even with an overlay or in Swagger 2.0", () => {
    const swagger = `swagger: "2.0"
info: { title: Old, version: "1" }
host: api.example.org
consumes: [application/json]
paths: { /a: { post: { parameters: [{ name: b, in: body, schema: { type: object } }], responses: {} } } }
`;
    const overlay = {
      overlay: "1.0.0",
      info: { title: "Answers", version: "1" },
      actions: [{ target: "$", update: { "x-polygate": { validate: true, open: "it is public" } } }],
    };
    for (const text of [document.replace('{ $ref: "paths/a.yaml" }', "{ get: { responses: {} } }"), swagger]) {
      const source = OpenApiSource.open(folder.write("shop.yaml", text));
      const before = structuredClone(source.root.value);
      readingOf(source, { overlay }, true);
      readingOf(source, { answers }, true);
      assert.deepEqual(source.root.value, before);
    }
  });
});
