import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import { duplicateMember } from "../../../../components/api/openapi/json-text.ts";
import {
  folderWith,
  problemOf,
  problemsOf,
  removeFolders,
} from "../../../support/components/api/openapi/openapi-problems.ts";

const head = `openapi: 3.0.3
info: { title: Orders, version: "1" }
security: [{ staff: [] }]
components:
  securitySchemes:
    staff: { type: oauth2, flows: {}, x-polygate: { audiences: [orders] } }
`;

/** A file with this content, in a new folder. */
function file(content: string | Uint8Array, name = "api.yaml"): string {
  return join(folderWith({ [name]: content }), name);
}

describe("An OpenAPI file", () => {
  afterEach(removeFolders);

  it("is read from a path or a file URL, in YAML or JSON, with or without a byte order mark", () => {
    const path = file(`${head}paths: { /a: { get: {} } }\n`);
    for (const name of [path, pathToFileURL(path), pathToFileURL(path).href]) {
      assert.deepEqual(Object.keys(fromOpenApi(name).routes), ["GET /a"]);
    }
    const json = JSON.stringify({
      openapi: "3.1.0",
      info: { title: "A" },
      paths: { "/a": { get: { security: [], "x-polygate": { open: "why" } } } },
    });
    for (const [content, name] of [
      [json, "a.json"],
      [json, "a.yaml"],
      [`\uFEFF${json}`, "a.json"],
      [`\uFEFF${head}paths: { /a: { get: {} } }`, "a.yaml"],
      [`${head.replaceAll("\n", "\r\n")}paths: { /a: { get: {} } }`, "a.txt"],
    ] as const) {
      assert.deepEqual(Object.keys(fromOpenApi(file(content, name)).routes), ["GET /a"]);
    }
  });

  it("has its problems reported by line and column, in JSON too", () => {
    const yaml = file(`${head}paths:\n  /a:\n    get:\n      security:\n        - key: []\n`);
    const { place, route } = problemOf(yaml);
    assert.equal(place, `${yaml}:11:16 #/paths/~1a/get/security/0/key`);
    assert.equal(route, "GET /a");
    const json = file(
      '{\n  "openapi": "3.1.0",\n  "info": { "title": "A" },\n  "paths": {\n    "/a": { "get": {} }\n  }\n}\n',
      "a.json",
    );
    assert.equal(problemOf(json).place, `${json}:5:20 #/paths/~1a/get`);
  });

  for (const [what, content, code, place] of [
    ["empty", "", "empty-file", ""],
    ["blank", " \n\n", "empty-file", ""],
    ["binary", new Uint8Array([0x50, 0x4b, 0x03, 0x04, 0x00, 0xff]), "not-text", ""],
    ["in another encoding", Buffer.from("openapi: 3.0.3", "utf16le"), "not-text", ""],
    ["a text", "hello", "malformed", ":1:1 #"],
    ["malformed YAML", "openapi: 3.0.3\npaths: [\n", "malformed", ":3:1"],
    ["malformed JSON", '{\n "openapi": "3.0.3",,\n}', "malformed", ":2:21"],
    ["several documents", "a: 1\n---\nb: 1\n", "malformed", ":2:1"],
    ["of YAML with a key twice", `${head}paths:\n  /a: { get: {} }\n  /a: { get: {} }\n`, "duplicate-key", ":9:3"],
    ["of JSON with a key twice", '{"openapi":"3.0.3",\n "paths":{"/a":{},\n"/a":{}}}', "duplicate-key", ":3:1"],
    ["Swagger 1.2", 'swagger: "1.2"\n', "unknown-version", ":1:10 #/swagger"],
    ["nested without end", `${head}x-deep: ${"[".repeat(5_000)}${"]".repeat(5_000)}\n`, "too-deep", ""],
    ["JSON nested without end", `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`, "too-deep", ""],
    [
      "a billion laughs",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[index]}`).join(",")}]`).join("\n")}\n`,
      "malformed",
      "",
    ],
    ["YAML that contains itself", `${head}x-me: &me [*me]\npaths: { /a: { get: {} } }\n`, "not-data", ""],
  ] as const) {
    it(`that is ${what} is rejected with the place`, () => {
      const path = file(content, what.includes("JSON") ? "api.json" : "api.yaml");
      const problem = problemOf(path);
      assert.equal(problem.code, code, problem.rule);
      assert.equal(problem.place, `${path}${place}`);
    });
  }

  it("is rejected if it is a folder, is missing, or is on the network", () => {
    const folder = folderWith({});
    assert.equal(problemOf(folder).code, "not-a-file");
    assert.equal(problemOf(join(folder, "none.yaml")).code, "no-such-file");
    assert.equal(problemOf("https://example.com/openapi.yaml").code, "not-a-file");
    assert.equal(problemOf(new URL("data:text/plain,a")).code, "not-a-file");
    assert.equal(problemOf("/dev/null").code, "not-a-file");
  });

  it("can refer to paths and security schemes in files beside it, whose problems are reported too", () => {
    const folder = folderWith({
      "api.yaml": `${head.replace(/ {4}staff: .*/, "    staff: { $ref: 'auth/staff.json' }")}paths:\n  /a: { $ref: "paths.yaml#/orders" }\n  /b: { $ref: "./paths.yaml#/bad" }\n`,
      "paths.yaml":
        "orders:\n  get: {}\n  x-polygate: { timeoutSeconds: 3 }\nbad: { $ref: '#/worse' }\nworse: { gett: {} }\n",
    });
    mkdirSync(join(folder, "auth"));
    writeFileSync(join(folder, "auth/staff.json"), '{"type":"oauth2","x-polygate":{"audiences":["orders"]}}');
    const problem = problemOf(join(folder, "api.yaml"));
    assert.equal(problem.place, `${join(folder, "paths.yaml")}:5:16 #/worse/gett`);
    writeFileSync(
      join(folder, "paths.yaml"),
      "orders: { get: {}, x-polygate: { timeoutSeconds: 3 } }\nbad: { put: {} }\n",
    );
    const { routes, auth } = fromOpenApi(join(folder, "api.yaml"));
    assert.deepEqual(
      { ...routes },
      {
        "GET /a": { auth: "staff", to: "backend", timeoutSeconds: 3 },
        "PUT /b": { auth: "staff", to: "backend" },
      },
    );
    assert.deepEqual(auth, { staff: { kind: "jwt", audiences: ["orders"] } });
  });

  it("rejects references to files outside its folder, to the network, to missing files, and to each other in a cycle", () => {
    const folder = folderWith({ "secret.yaml": "get: {}\n" });
    mkdirSync(join(folder, "api"));
    const path = join(folder, "api/api.yaml");
    writeFileSync(join(folder, "api/loop.yaml"), "$ref: api.yaml#/paths/~1a\n");
    for (const [reference, code] of [
      ["../secret.yaml", "foreign-reference"],
      [join(folder, "secret.yaml"), "foreign-reference"],
      ["x/../../secret.yaml", "foreign-reference"],
      ["..%2Fsecret.yaml", "foreign-reference"],
      [pathToFileURL(join(folder, "secret.yaml")).href, "foreign-reference"],
      ["http://127.0.0.1/secret.yaml", "foreign-reference"],
      ["none.yaml", "bad-reference"],
      ["loop.yaml", "cyclic-reference"],
    ]) {
      writeFileSync(path, `${head}paths:\n  /a: { $ref: "${reference}" }\n  /b: { get: {} }\n`);
      assert.equal(problemOf(path).code, code, reference);
    }
  });

  it("never causes an unexpected exception, whatever its bytes", () => {
    const fragments = fc.constantFrom(
      head,
      "paths:",
      "\n",
      "  ",
      "/a:",
      " get:",
      "{",
      "}",
      "[",
      "]",
      ",",
      "&a ",
      "*a",
      "? ",
      "- ",
      "|",
      ">",
      '"',
      "'",
      "#",
      "!!binary ",
      "<<: ",
      "%YAML 1.1\n",
      "---\n",
      "...",
      "\t",
      "\uFEFF",
      "x-polygate:",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(fragments).map((parts) => Buffer.from(parts.join(""))),
        ),
        (bytes) => {
          const path = file(bytes);
          problemsOf(path);
          removeFolders();
        },
      ),
      { numRuns: 1_000 },
    );
  }).timeout(60_000);
});

describe("A duplicate member in JSON", () => {
  it("is found in any object, however it is escaped, and nowhere else", () => {
    assert.deepEqual(duplicateMember('{"a":1,"\\u0061":2}'), { member: "a", offset: 7 });
    assert.deepEqual(duplicateMember('[{"a":{"b":1,"c":[{"b":1}],"b":2}}]'), { member: "b", offset: 27 });
    assert.equal(duplicateMember('{"a":"a","b":["a","a"],"c":{"a":{"a":"{\\"a\\":1,"}}}'), undefined);
    fc.assert(fc.property(fc.json(), (text) => assert.equal(duplicateMember(text), undefined)));
  });
});
