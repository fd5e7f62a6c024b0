import assert from "node:assert/strict";
import { lambda, TestRuntime } from "../../../support/sandbox/data-plane/functions/lambda.ts";

describe("The code of a Lambda function", function () {
  this.timeout(60_000);
  const runtime = new TestRuntime();
  after(() => runtime.close());

  for (const [what, files, name] of [
    ["is loaded as CommonJS from index.js", { "index.js": "exports.handler = async () => 'it';" }],
    ["is loaded as CommonJS from index.cjs", { "index.cjs": "module.exports.handler = async () => 'it';" }],
    ["is loaded as an ES module from index.mjs", { "index.mjs": "export const handler = async () => 'it';" }],
    [
      "is loaded as an ES module from index.js with type module in package.json",
      { "index.js": "export const handler = async () => 'it';", "package.json": '{ "type": "module" }' },
    ],
    [
      "is loaded as CommonJS from a folder with a package.json of its own",
      {
        "src/api.js": "exports.a = { b: async () => 'it' };",
        "src/package.json": "{}",
        "package.json": '{ "type": "module" }',
      },
      "src/api.a.b",
    ],
    [
      "is loaded from index.js before index.mjs",
      { "index.js": "exports.handler = async () => 'it';", "index.mjs": "throw new Error();" },
    ],
    [
      "can require its own node_modules",
      {
        "index.js": "exports.handler = async () => require('thing');",
        "node_modules/thing/index.js": "module.exports = 'it';",
      },
    ],
    [
      "can wait at the top level of an ES module",
      {
        "index.mjs":
          "const it = await new Promise((r) => setTimeout(() => r('it'), 20)); export const handler = async () => it;",
      },
    ],
  ] as const) {
    it(what, async () => {
      assert.equal(await runtime.returned(lambda(files, { handler: name ?? "index.handler" })), "it");
    });
  }

  it("fails with what is missing when the code cannot be loaded", async () => {
    const cases = [
      [lambda({}), "error: Error: Cannot find module 'index'"],
      [lambda("exports.other = 1;"), "error: index.handler is undefined or not exported"],
      [lambda("exports.handler = 1;"), "error: index.handler is not a function"],
      [lambda("exports.handler ="), "error: SyntaxError: Unexpected end of input"],
      [lambda("export const handler = 1;"), "error: SyntaxError: Unexpected token 'export'"],
      [lambda("throw new TypeError('at the start');"), "error: at the start"],
      [lambda("", { handler: "index" }), "error: Bad handler 'index'"],
      [
        lambda("", { handler: "../index.handler" }),
        "error: '../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.",
      ],
      [lambda("process.exit(3)"), "error: Runtime exited with error: exit status 3"],
      [lambda({ "../../evil.js": "" }), 'error: the package\'s file "../../evil.js" is outside of the package'],
      [lambda({ "/evil.js": "" }), 'error: the package\'s file "/evil.js" is outside of the package'],
    ] as const;
    for (const [target, message] of cases) assert.equal(await runtime.failure(target), message);
    // Lambda tries again at the next request, and so does this.
    assert.equal(await runtime.failure(cases[5][0]), "error: at the start");
  });
});
