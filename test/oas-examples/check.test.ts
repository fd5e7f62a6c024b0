import assert from "node:assert/strict";
import { reportOn } from "../../cli/check-report.ts";
import { checkText } from "../../cli/check-text.ts";
import { placeOf, vendors } from "../../cli/targets.ts";
import { normalise } from "../../components/api/check/normalise.ts";
import { PolygateError } from "../../components/api/problem.ts";
import { documents, fileOf, read } from "./documents.ts";

describe("polygate check of the documents of oas-examples", function () {
  this.timeout(60_000);

  it("reports for every vendor whether it supports the document, or what is wrong with the document", () => {
    let checked = 0;
    for (const document of documents) {
      const file = fileOf(document);
      try {
        const api = normalise(read(document));
        const report = reportOn(api, { file, vendors, waivers: {}, place: placeOf(file) });
        assert.deepEqual(
          report.vendors.map(({ vendor }) => vendor),
          vendors,
        );
        for (const { vendor, carried, problems } of report.vendors) {
          assert.equal(carried, problems.length === 0, `${document} on ${vendor}`);
        }
        assert.notEqual(checkText(report), "");
        checked++;
      } catch (error) {
        assert.ok(error instanceof PolygateError, `${document}: ${error}`);
      }
    }
    assert.equal(checked, 120);
  });
});
