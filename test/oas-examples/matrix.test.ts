import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { features } from "../../components/api/capability/features.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import { PolygateError } from "../../components/api/problem.ts";
import { documents, fileOf } from "./documents.ts";
import { matrix, printMatrix, type ReducedRow, type Row, reducedMatrix } from "./matrix.ts";

const file = new URL("./matrix.md", import.meta.url);

describe("the documents of oas-examples", function () {
  this.timeout(60_000);
  let rows: readonly Row[];
  let reducedRows: readonly ReducedRow[];

  before(() => {
    rows = matrix();
    reducedRows = reducedMatrix();
  });

  it("can be read without overrides, or are refused with a place and a remedy", () => {
    assert.equal(documents.length, 129);
    for (const document of documents) {
      try {
        fromOpenApi(fileOf(document));
      } catch (error) {
        assert.ok(error instanceof PolygateError, `${document}: ${error}`);
        for (const { place, remedy } of error.problems) {
          assert.match(place ?? "", new RegExp(`oas-examples/${document}`));
          assert.notEqual(remedy, "");
        }
      }
    }
  });

  it("are supported or refused by each vendor as documented in matrix.md", () => {
    const printed = printMatrix(rows, reducedRows);
    if (process.env.POLYGATE_WRITE === "1") writeFileSync(file, printed);
    assert.equal(
      printed,
      readFileSync(file, "utf8"),
      "run POLYGATE_WRITE=1 npm test -- --only unit --grep oas-examples",
    );
  });

  it("are refused only for features that the vendor does not support, or because they cannot be a description", () => {
    for (const { document, description, verdicts } of rows) {
      for (const { vendor, problems } of verdicts) {
        for (const { code, feature, rule } of problems) {
          if (description === undefined) continue;
          const label = `${document} on ${vendor.vendor}: ${code}: ${rule}`;
          assert.ok(feature !== undefined && feature in features, label);
          assert.equal(vendor.capabilities.features[feature as keyof typeof features].support, "none", label);
        }
      }
    }
  });

  it("are supported with an overlay, by AwsRestApi or Azure, if they are reductions of real ones", () => {
    assert.ok(reducedRows.length >= 9);
    for (const { document, asWritten, verdicts } of reducedRows) {
      // Of these, only audiences are open, which may be bound.
      const isWhole = ["bearer.yaml", "crossing.yaml", "in-the-wild.yaml", "own-servers.yaml"].includes(document);
      assert.equal(asWritten.length === 0, isWhole, document);
      const classes = verdicts.flatMap(({ vendor, problems }) =>
        problems.length === 0 ? [vendor.capabilities.className] : [],
      );
      assert.ok(
        classes.some((name) => ["AwsRestApi", "AzureApiManagementApi"].includes(name)),
        document,
      );
    }
  });

  it("have the same description in JSON and YAML", () => {
    const json = rows.filter(({ document }) => document.includes("/json/"));
    let twins = 0;
    for (const { document, description } of json) {
      const twin = rows.find((row) => row.document === document.replace("/json/", "/yaml/").replace(/json$/, "yaml"));
      if (twin === undefined) continue;
      twins++;
      assert.deepEqual(twin.description, description, document);
    }
    assert.equal(twins, 59);
  });
});
