import assert from "node:assert/strict";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { applied, problemsOf } from "../../../support/components/api/openapi/apply-remedies.ts";
import { get, type Json, openApi } from "../../../support/components/api/openapi/openapi-problems.ts";

const schemes = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://a", "x-polygate": { audiences: ["a"] } },
  bare: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
  known: { type: "http", scheme: "bearer", "x-polygate": { audiences: ["k"] } },
  key: { type: "apiKey", in: "header", name: "x-api-key" },
  query: { type: "apiKey", in: "query", name: "key" },
  'odd "name"': { type: "mutualTLS" },
};

function secured(first: unknown, second = first, root?: Json): Json {
  return openApi(
    { "/a": get({ security: first }), "/b": { post: { responses: {}, security: second } } },
    {
      security: undefined,
      components: { securitySchemes: schemes },
      ...(root === undefined ? {} : { "x-polygate": root }),
    },
  );
}

/** Documents with one cause of problems each, whose remedy contains what to write. */
const documents: Readonly<Record<string, readonly [code: string, document: Json]>> = {
  "a scheme that no gateway can enforce": ["unenforceable-security", secured([{ basic: [] }])],
  "a key in the query": ["unenforceable-security", secured([{ query: [] }])],
  "a scheme with an odd name": ["unenforceable-security", secured([{ 'odd "name"': [] }])],
  alternatives: ["one-of-several", secured([{ staff: [] }, { oidc: [] }])],
  "alternatives beside others that are decided": [
    "one-of-several",
    secured([{ staff: [] }, { oidc: [] }], [{ oidc: [] }, { staff: [], oidc: [] }], {
      answers: { prefer: { order: ["staff"], operations: ["GET /a"] } },
    }),
  ],
  "two tokens at once": ["all-of", secured([{ staff: [], oidc: [] }])],
  "a token, and what no gateway can enforce": ["all-of", secured([{ staff: [], basic: [] }])],
  "scopes of alternatives that differ": ["mixed-scopes", secured([{ staff: ["a", "b"] }, { staff: ["c"] }])],
  "scopes of alternatives that differ, beside others that are decided": [
    "uncovered-operation",
    secured([{ staff: ["a", "b"] }, { staff: ["c"] }], [{ staff: ["a", "b"] }], {
      answers: { scopes: { kind: "any", reason: "it checks both", operations: ["POST /b"] } },
    }),
  ],
  "scopes of a bearer token": ["roles", secured([{ bare: ["a"] }], [{ bare: [] }])],
  "scopes of a bearer token with audiences": ["roles", secured([{ known: ["a"] }])],
  "roles of a key": ["roles", secured([{ key: ["a"] }])],
  "a key without a plan": [
    "no-plans",
    secured([{ query: [] }], undefined, {
      answers: { schemes: { query: { kind: "apiKey", operations: ["GET /a", "POST /b"] } } },
    }),
  ],
  "no security": ["no-auth", secured(undefined)],
  "empty security": ["open-without-reason", secured([], [{}, { staff: [] }])],
  "an answer that came before the operation": [
    "uncovered-operation",
    secured([{ basic: [] }], undefined, {
      answers: { schemes: { basic: { kind: "backend", reason: "it does", operations: ["GET /a"] } } },
    }),
  ],
  "a slash at the end of a path": ["trailing-slash", openApi({ "/a/": get(), "/b/{id}/": get() })],
  "a path that no request can have": ["bad-path", openApi({ "/a": get(), "/a#b": get(), "/{id}/{id}": get() })],
  "two operations with the same paths": ["duplicate-route", openApi({ "/a/{x}": get(), "/a/{y}": get() })],
  "a method that no route has": ["unsupported-method", openApi({ "/a": { ...get(), trace: { responses: {} } } })],
  "a query in a path": ["path-query", openApi({ "/a?x=1": get(), "/a?x=2": get(), "/b?y={y}": get() })],
  "a part of a segment": ["partial-segment", openApi({ "/a/{id}.json": get(), "/b/{id}:cancel": get() })],
};

describe("The remedies of the problems of an OpenAPI document", () => {
  for (const [what, [code, document]] of Object.entries(documents)) {
    for (const isCode of [false, true]) {
      it(`make the problem go, ${isCode ? "in code" : "in the document"}: ${what}`, () => {
        let [current, overrides]: readonly [Json, Overrides] = [document, {}];
        const first = problemsOf(current, overrides, isCode);
        assert.ok(first.length > 0 && first.some((each) => each.code === code), JSON.stringify(first));
        // The remedy of one cause may uncover another, such as a scheme that a preference leads to.
        for (let round = 0; round < 3; round++) {
          const problems = problemsOf(current, overrides, isCode);
          if (problems.length === 0) break;
          [current, overrides] = applied(current, overrides, problems);
        }
        assert.deepEqual(problemsOf(current, overrides, isCode), []);
      });
    }
  }

  it("name an option in code, and x-polygate in a document", () => {
    for (const [code, document] of Object.values(documents)) {
      for (const isCode of [false, true]) {
        for (const { code: found, remedy } of problemsOf(document, {}, isCode)) {
          if (found !== code || code === "uncovered-operation") continue;
          assert.equal(/x-polygate/.test(remedy), !isCode, remedy);
          assert.equal(/fromOpenApi/.test(remedy), isCode, remedy);
        }
      }
    }
  });

  it("name a path as the document has it, whatever it contains", () => {
    const remedies = problemsOf(openApi({ "/orders//open(1)": get() }), {}, false).map(({ remedy }) => remedy);
    assert.equal(remedies.length, 1);
    assert.match(
      remedies[0] ?? "",
      /^Write "\/orders\/open\(1\)"\. Or, .* "operations": \["GET \/orders\/\/open\(1\)"\]/,
    );
  });
});
