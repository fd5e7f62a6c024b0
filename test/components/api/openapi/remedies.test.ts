import assert from "node:assert/strict";
import { readOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { get, type Json, openApi } from "./openapi-problems.ts";

type Data = Record<string, unknown>;

const schemes = {
  staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } },
  oidc: { type: "openIdConnect", openIdConnectUrl: "https://a", "x-polygate": { audiences: ["a"] } },
  bare: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
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
  "a scheme without audiences": ["no-audiences", secured([{ bare: [] }])],
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
  "several scopes": ["all-scopes", secured([{ staff: ["a", "b"] }])],
  "no security": ["no-auth", secured(undefined)],
  "empty security": ["open-without-reason", secured([], [{}, { staff: [] }])],
  "an answer that came before the operation": [
    "uncovered-operation",
    secured([{ basic: [] }], undefined, {
      answers: { schemes: { basic: { kind: "backend", reason: "it does", operations: ["GET /a"] } } },
    }),
  ],
  "servers of an operation": [
    "own-servers",
    openApi({ "/a": get({ servers: [{ url: "https://files.example.com" }] }), "/b": get() }),
  ],
};

function problemsOf(document: Json, overrides: Overrides, isCode: boolean): readonly Problem[] {
  try {
    readOpenApi(document, overrides, isCode);
    return [];
  } catch (error) {
    assert.ok(error instanceof PolygateError, String(error));
    return error.problems;
  }
}

/** The JSON after a text in a remedy. */
function jsonAfter(remedy: string, text: string): Data | undefined {
  const start = remedy.indexOf(text);
  if (start === -1) return undefined;
  const json = remedy.slice(start + text.length);
  for (let end = json.length; end > 0; end--) {
    try {
      return JSON.parse(json.slice(0, end)) as Data;
    } catch {}
  }
  return assert.fail(`no JSON: ${remedy}`);
}

/** Merges as a person would: objects member by member, and anything else is replaced. */
function merge(target: Data, more: Data): Data {
  for (const [key, value] of Object.entries(more)) {
    const [before, isObject] = [target[key], typeof value === "object" && value !== null && !Array.isArray(value)];
    target[key] = isObject && typeof before === "object" ? merge(before as Data, value as Data) : value;
  }
  return target;
}

/** The value at a JSON pointer, and at its parents if it does not exist. */
function at(document: Data, place: string): Data {
  let value: Data = document;
  for (const step of place
    .replace(/^#\/?/, "")
    .split("/")
    .filter((each) => each !== "")) {
    const next = value[step.replaceAll("~1", "/").replaceAll("~0", "~")];
    if (Array.isArray(next) || typeof next !== "object" || next === null) return value;
    value = next as Data;
  }
  return value;
}

/** Writes what the remedies contain, where they say. Returns the document and the options. */
function applied(document: Json, overrides: Overrides, problems: readonly Problem[]): readonly [Json, Overrides] {
  const copy = structuredClone(document) as Data;
  const options = structuredClone(overrides) as Data;
  const extend = (owner: Data, more: Data | undefined): void => {
    if (more !== undefined) merge(owner, { "x-polygate": more });
  };
  for (const { remedy, place = "", at: all = [{ place }] } of problems) {
    merge(options, jsonAfter(remedy, "ass to fromOpenApi: ") ?? {});
    extend(copy, jsonAfter(remedy, 'rite at the root: "x-polygate": '));
    for (const each of all) {
      extend(at(copy, each.place ?? ""), jsonAfter(remedy, 'rite at the operation: "x-polygate": '));
      extend(at(copy, each.place ?? ""), jsonAfter(remedy, 'rite at the scheme: "x-polygate": '));
    }
  }
  return [copy, options as Overrides];
}

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
});
