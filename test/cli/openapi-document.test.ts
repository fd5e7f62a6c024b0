import assert from "node:assert/strict";
import type { Problem } from "../../components/api/problem.ts";
import { Folder, type Ran, run } from "../support/cli/command.ts";

const basic = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Basic", version: "1" },
  security: [{ password: [] }],
  paths: { "/a": { get: { responses: {} } } },
  components: { securitySchemes: { password: { type: "http", scheme: "basic" } } },
});

/** A document with a hundred operations and more causes of problems than fit into 25 lines. */
const large = JSON.stringify({
  ...JSON.parse(basic),
  paths: Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `/p${index}`,
      {
        get: { responses: {}, ...(index < 40 ? { security: [{ [`scheme${index}`]: [] }] } : {}) },
      },
    ]),
  ),
});

/** A document with more of JSON Schema than gateways check, and a parameter that a REST API cannot name. */
const validated = JSON.stringify({
  ...JSON.parse(basic),
  "x-polygate": { validate: true },
  security: [{ token: [] }],
  paths: {
    "/a": {
      post: {
        responses: {},
        parameters: [{ name: "filter[a]", in: "query", required: true, schema: { enum: [1, 2] } }],
        requestBody: { required: true, content: { "application/json": { schema: { type: "array", minItems: 1 } } } },
      },
    },
  },
  components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
});

function overlay(answer: string): string {
  return `overlay: 1.0.0
info: { title: The gateway of Basic, version: "1" }
extends: basic.json
actions:
  - target: $
    update:
      x-polygate: { answers: { schemes: { password: ${answer} } } }
`;
}

describe("polygate with somebody's OpenAPI document", () => {
  let folder: Folder;

  before(() => {
    folder = new Folder();
    folder.write("basic.json", basic);
    folder.write("large.json", large);
    folder.write("validated.json", validated);
    folder.write(
      "basic.polygate.yaml",
      overlay('{ kind: backend, reason: "it checks passwords", operations: [GET /a] }'),
    );
    folder.write("old.polygate.yaml", overlay('{ kind: backend, reason: "it checks passwords", operations: [] }'));
    folder.write("module.ts", "export default {};");
  });

  after(() => folder.remove());

  function polygate(...args: string[]): Promise<Ran> {
    return run(args, { cwd: folder.path });
  }

  it("checks and renders it with an overlay beside it, and shows what the gateway leaves unchecked", async () => {
    const [plain, complete] = await Promise.all([
      polygate("check", "basic.json", "--vendor", "aws"),
      polygate("check", "basic.json", "--vendor", "aws", "--overlay", "basic.polygate.yaml"),
    ]);
    assert.deepEqual([plain.code, complete.code, complete.stderr], [2, 0, ""]);
    assert.match(
      plain.stderr,
      /write at the root: "x-polygate": \{ "answers": \{ "schemes": \{ "password": \{ "kind": "backend"/,
    );
    assert.match(
      complete.stdout,
      /^ {2}unchecked {2}the security scheme "password" \(GET \/a\): it checks passwords$/m,
    );
    assert.match(complete.stdout, /^ {2}open {2}GET \/a: checked by the backend: it checks passwords$/m);
    const rendered = await polygate(
      "render",
      "basic.json",
      "--vendor",
      "aws",
      "--out",
      "o",
      "--overlay",
      "basic.polygate.yaml",
    );
    assert.deepEqual([rendered.code, rendered.stderr], [0, ""]);
  });

  it("shows what validation leaves unchecked, with places, and refuses classes that check no requests", async () => {
    const [aws, gcp] = await Promise.all([
      polygate("check", "validated.json", "--vendor", "aws"),
      polygate("check", "validated.json", "--vendor", "gcp"),
    ]);
    assert.deepEqual([aws.code, gcp.code], [0, 2]);
    const pointer = "#/paths/~1a/post/requestBody/content/application~1json/schema/minItems";
    assert.ok(
      aws.stdout.includes('  unchecked  the keyword "minItems" of bodies (POST /a): some gateways do not check it\n'),
    );
    assert.ok(aws.stdout.includes(`    at validated.json ${pointer}\n`), aws.stdout);
    assert.ok(aws.stdout.includes("    at POST /a: filter[a]\n"), aws.stdout);
    assert.match(gcp.stdout, /GcpApiGateway does not support bodies checked against a JSON schema/);
  });

  it("reports the problems of an overlay at its own file and line, and exits with 2", async () => {
    const { code, stderr } = await polygate("check", "basic.json", "--overlay", "old.polygate.yaml");
    assert.equal(code, 2);
    assert.match(
      stderr,
      /GET \/a, old\.polygate\.yaml:7:\d+ #\/actions\/0\/update\/x-polygate\/answers\/schemes\/password\/operations: /,
    );
    assert.match(stderr, /\[uncovered-operation\]/);
  });

  it("exits with 1 for an overlay of a module, and for one that does not exist", async () => {
    const [module, none] = await Promise.all([
      polygate("check", "module.ts", "--overlay", "basic.polygate.yaml"),
      polygate("check", "basic.json", "--overlay", "none.yaml"),
    ]);
    assert.deepEqual([module.code, none.code], [1, 1]);
    assert.match(module.stderr, /--overlay is only valid for an OpenAPI document/);
    assert.match(none.stderr, /none\.yaml: no such file/);
  });

  it("prints at most 25 lines of problems, and every cause and place as JSON", async () => {
    const [text, json] = await Promise.all([
      polygate("check", "large.json"),
      polygate("check", "large.json", "--json"),
    ]);
    assert.deepEqual([text.code, json.code], [2, 2]);
    const lines = text.stderr.trimEnd().split("\n");
    assert.equal(lines.length, 26);
    assert.match(lines[0] ?? "", /large\.json: 41 problems$/);
    assert.match(lines[25] ?? "", /and 29 more causes of problems/);
    const { problems } = JSON.parse(json.stdout) as { readonly problems: readonly Problem[] };
    assert.equal(problems.length, 41);
    const unenforceable = problems.find(({ code }) => code === "unenforceable-security");
    assert.equal(unenforceable?.count, 60);
    assert.deepEqual(unenforceable?.at?.[59], { route: "GET /p99", place: unenforceable?.place });
  });
});
