import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { parse } from "yaml";
import { reportOn } from "../../cli/check-report.ts";
import { placeOf } from "../../cli/targets.ts";
import { normalise } from "../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../components/api/openapi/overrides.ts";
import type { Problem } from "../../components/api/problem.ts";
import { applied, problemsOf } from "../support/components/api/openapi/apply-remedies.ts";
import type { Json } from "../support/components/api/openapi/openapi-problems.ts";
import { documents, fileOf } from "./documents.ts";

/** A document after what the remedies of its problems contain is written into it, and the problems that are left. */
function answered(document: Json): readonly [document: Json, left: readonly Problem[]] {
  let current = document;
  let options: Overrides = {};
  let problems: readonly Problem[] = [];
  // A remedy may uncover another problem, such as a scheme that a preference leads to.
  for (let round = 0; round < 5; round++) {
    problems = problemsOf(current, options, false);
    if (problems.length === 0) break;
    [current, options] = applied(current, options, problems);
  }
  return [current, problems];
}

const require = createRequire(import.meta.url);

/** Documents of companies, by their packages, with the codes of their problems as they are written. */
const published: Readonly<Record<string, readonly string[]>> = {
  "@figma/rest-api-spec/openapi/openapi.yaml": ["unenforceable-security", "unenforceable-security", "one-of-several"],
  "@scalar/galaxy/3.1.yaml": ["one-of-several", "open-without-reason"],
};

describe("the remedies of the documents of oas-examples", function () {
  this.timeout(60_000);

  it("make a description of every document but those with no operation or an undeclared scheme", () => {
    const examples = documents.filter((document) => document.includes("/json/"));
    const refused = examples.flatMap((document) => {
      const [, left] = answered(JSON.parse(readFileSync(fileOf(document), "utf8")));
      return left.length === 0 ? [] : [`${document}: ${[...new Set(left.map(({ code }) => code))].join(", ")}`];
    });
    assert.equal(examples.length, 70);
    assert.deepEqual(refused, [
      "3.0/json/openapi-workshop/title.json: no-routes",
      "3.0/json/response-http-behavior.json: unknown-security-scheme",
      "3.1/json/webhooks.json: no-routes",
    ]);
  });

  for (const [file, codes] of Object.entries(published)) {
    it(`make gateways on AWS and Azure of ${file}, whose causes of problems are few`, () => {
      const document = parse(readFileSync(require.resolve(file), "utf8")) as Json;
      assert.deepEqual(
        problemsOf(document, {}, false).map(({ code }) => code),
        codes,
      );
      const [complete, left] = answered(document);
      assert.deepEqual(left, []);
      const api = normalise(fromOpenApi(complete));
      const { carried } = reportOn(api, { file, vendors: ["aws", "azure"], waivers: {}, place: placeOf(file) });
      assert.equal(carried, true);
    });
  }
});
