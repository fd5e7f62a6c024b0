import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { reportOn } from "../../cli/check-report.ts";
import { checkText } from "../../cli/check-text.ts";
import { placeOf, vendors } from "../../cli/targets.ts";
import { normalise } from "../../components/api/check/normalise.ts";
import { readOpenApi } from "../../components/api/openapi/from-openapi.ts";
import { OpenApiSource } from "../../components/api/openapi/source.ts";
import { PolygateError } from "../../components/api/problem.ts";
import { documents, reductions } from "./documents.ts";
import { isCarried, printMatrix, type Row, rowOf } from "./matrix.ts";

const file = new URL("./matrix.md", import.meta.url);

/** The most lines of problems that a text has. */
const mostLines = 25;

/** The share of the documents that AwsRestApi or AzureApiManagementApi carries. */
const leastCarried = 0.9;

/** Documents that no class carries, by what is wrong with the document itself. */
const refused: Readonly<Record<string, string>> = {
  "@readme/oas-examples/3.0/json/openapi-workshop/title.json": "no-routes",
  "@readme/oas-examples/3.0/json/response-http-behavior.json": "unknown-security-scheme",
  "@readme/oas-examples/3.1/json/webhooks.json": "no-routes",
  "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_iam_v2.json": "no-routes",
  "@twilio-alpha/mcp/twilio-oai/spec/json/twilio_verify_v3.json": "no-routes",
};

/** The lines of problems in a text of `polygate check`. */
function problemLines(text: string): number {
  return text.split("\n").filter((line) => /^ {2}- |^ {4}.* \[[a-z-]+\]$|^ {2}and \d+ more cause/.test(line)).length;
}

/** The message about a document without answers. Empty if there is none. */
function errorOf(source: OpenApiSource): string {
  try {
    readOpenApi(source, {}, true);
    return "";
  } catch (error) {
    assert.ok(error instanceof PolygateError, String(error));
    return error.message;
  }
}

describe("the documents of the corpus", function () {
  this.timeout(180_000);
  let rows: readonly Row[];
  /** What is wrong with each document as it is written. */
  const errors = new Map<string, string>();

  before(async () => {
    const read: Row[] = [];
    for (const document of documents) {
      const source = OpenApiSource.open(document.file);
      read.push(await rowOf(document, source));
      errors.set(document.name, errorOf(source));
    }
    rows = read;
  });

  it("are 135 of 15 origins, besides the reductions", () => {
    const real = documents.filter(({ origin }) => origin !== reductions);
    assert.equal(real.length, 135);
    assert.equal(new Set(real.map(({ origin }) => origin)).size, 15);
  });

  it("are carried or refused by each class as matrix.md contains", () => {
    const printed = printMatrix(rows);
    if (process.env.POLYGATE_WRITE === "1") writeFileSync(file, printed);
    assert.equal(printed, readFileSync(file, "utf8"), "run POLYGATE_WRITE=1 npm test -- --only unit --grep corpus");
  });

  it("are carried by AwsRestApi or AzureApiManagementApi after the answers, but for few with a fault of their own", () => {
    const left = rows.filter((row) => !isCarried(row));
    const codes = left.map(({ document, verdicts }) => [
      document.name,
      [...new Set(verdicts.flatMap(({ problems }) => problems.map(({ code }) => code)))].join(" "),
    ]);
    assert.deepEqual(Object.fromEntries(codes.filter(([name = ""]) => !name.includes("/2.0/"))), refused);
    const real = rows.filter(({ document }) => document.origin !== reductions);
    // The examples of ReadMe show single features, and are more than a third of the documents.
    const ofServices = real.filter(({ document }) => document.origin !== "ReadMe");
    for (const some of [real, ofServices]) assert.ok(some.filter(isCarried).length / some.length >= leastCarried);
    assert.ok(ofServices.length >= 60, `${ofServices.length} documents of services`);
  });

  it("have few lines of problems as they are written", () => {
    for (const [name, message] of errors) {
      const lines = message.split("\n").length - 1;
      assert.equal(problemLines(message), lines);
      assert.ok(lines <= mostLines, `${name}: ${lines} lines`);
    }
  });

  it("have few lines of problems on the classes that refuse them", () => {
    // A report contains problems only for a vendor of which no class carries the document.
    const isRefused = ({ verdicts }: Row): boolean =>
      [...Map.groupBy(verdicts, ({ vendor }) => vendor.vendor).values()].some((of) =>
        of.every(({ problems }) => problems.length > 0),
      );
    const problemsOf = ({ verdicts }: Row): number => verdicts.reduce((sum, { problems }) => sum + problems.length, 0);
    const worst = rows
      .filter(isRefused)
      .flatMap((row) => (row.description === undefined ? [] : [{ ...row, description: row.description }]))
      .toSorted((one, other) => problemsOf(other) - problemsOf(one))
      .slice(0, 6);
    // Another class of the vendor may carry what a class refuses.
    let most = 0;
    for (const { document, description } of worst) {
      const place = placeOf(document.file);
      const text = checkText(reportOn(normalise(description), { file: document.file, vendors, waivers: {}, place }));
      const lines = problemLines(text);
      assert.ok(lines <= mostLines, `${document.name}: ${lines} lines`);
      most = Math.max(most, lines);
    }
    assert.ok(most > 0, "no vendor refuses a document");
  });
});
