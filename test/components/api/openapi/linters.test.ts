import assert from "node:assert/strict";
import { PolygateError } from "../../../../components/api/problem.ts";
import { get, openApi, problemsOf } from "../../../support/components/api/openapi/openapi-problems.ts";

const schemes = {
  basic: { type: "http", scheme: "Basic" },
  cookie: { type: "apiKey", in: "cookie", name: "session" },
  negotiate: { type: "http", scheme: "negotiate" },
  query: { type: "apiKey", in: "query", name: "key" },
};
const open = { security: undefined };
const post = { post: { responses: {} } };
const using = (name: string) =>
  openApi({ "/a": get() }, { security: [{ [name]: [] }], components: { securitySchemes: schemes } });

describe("The problems of an OpenAPI document that linters know", () => {
  for (const [document, code, linters] of [
    [
      openApi({ "/a": get(), "/b": post }, open),
      "no-auth",
      ["owasp:api2:2023-write-restricted", "owasp:api2:2023-read-restricted"],
    ],
    [openApi({ "/a": get({ security: [{}] }) }), "open-without-reason", ["owasp:api2:2023-read-restricted"]],
    [using("basic"), "unenforceable-security", ["owasp:api2:2023-no-http-basic"]],
    [using("query"), "unenforceable-security", ["owasp:api2:2023-no-api-keys-in-url"]],
    [using("negotiate"), "unenforceable-security", ["owasp:api2:2023-auth-insecure-schemes"]],
    [using("cookie"), "unenforceable-security", undefined],
    [using("other"), "unknown-security-scheme", ["security-defined"]],
    [openApi({ "/{x}": get(), "/{y}": get() }), "duplicate-route", ["no-identical-paths"]],
    [openApi({ "/a?b=c": get() }), "path-query", ["path-not-include-query"]],
    [openApi({ "/a#b": get() }), "bad-path", undefined],
    [openApi({ "/a/": get() }), "trailing-slash", ["path-keys-no-trailing-slash"]],
    [openApi({ "/a": { $ref: "#/components/pathItems/none" } }), "bad-reference", ["no-unresolved-refs"]],
  ] as const) {
    it(`name their rules: ${code}${linters === undefined ? ", which has none" : `, ${linters.join(", ")}`}`, () => {
      const [problem] = problemsOf(document);
      assert.deepEqual([problem?.code, problem?.linters], [code, linters]);
      const { message } = new PolygateError("shop.yaml", problem === undefined ? [] : [problem]);
      const shown = linters === undefined ? "" : ` (linters: ${linters.join(", ")})`;
      assert.ok(message.endsWith(`${shown} [${code}]`), message);
    });
  }
});
