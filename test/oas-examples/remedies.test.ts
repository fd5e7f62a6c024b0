import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Overrides } from "../../components/api/openapi/overrides.ts";
import type { Problem } from "../../components/api/problem.ts";
import { applied, problemsOf } from "../components/api/openapi/apply-remedies.ts";
import { documents, fileOf } from "./documents.ts";

/** The codes of the problems that are left of a document, after what their remedies contain is written into it. */
function left(document: string): readonly string[] {
  let current = JSON.parse(readFileSync(fileOf(document), "utf8"));
  let options: Overrides = {};
  let problems: readonly Problem[] = [];
  // A remedy may uncover another problem, such as a scheme that a preference leads to.
  for (let round = 0; round < 5; round++) {
    problems = problemsOf(current, options, false);
    if (problems.length === 0) return [];
    [current, options] = applied(current, options, problems);
  }
  return problems.map(({ code }) => code);
}

describe("the remedies of the documents of oas-examples", function () {
  this.timeout(60_000);

  it("make a description of every document but those with another version, no operation or a wrong path or scheme", () => {
    const examples = documents.filter((document) => document.includes("/json/") && !document.startsWith("2.0/"));
    const refused = examples.flatMap((document) => {
      const codes = left(document);
      return codes.length === 0 ? [] : [`${document}: ${[...new Set(codes)].join(", ")}`];
    });
    assert.equal(examples.length, 63);
    assert.deepEqual(refused, [
      "3.0/json/openapi-workshop/title.json: no-routes",
      "3.0/json/parameters-common.json: bad-path",
      "3.0/json/parameters-style.json: bad-path",
      "3.0/json/response-http-behavior.json: unknown-security-scheme",
      "3.1/json/parameters-style.json: bad-path",
      "3.1/json/webhooks.json: no-routes",
    ]);
  });
});
