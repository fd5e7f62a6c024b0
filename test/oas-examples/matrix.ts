import { type Feature, features } from "../../components/api/capability/features.ts";
import type { Description } from "../../components/api/description.ts";
import { fromOpenApi } from "../../components/api/openapi/from-openapi.ts";
import type { Problem } from "../../components/api/problem.ts";
import type { VendorUnderTest } from "../contract/vendors/vendor.ts";
import { vendors } from "../contract/vendors/vendors.ts";
import { placesFor, problemsOf } from "../support/components/problems.ts";
import { documents, read } from "./documents.ts";
import { fileOfReduced, readReduced, reduced } from "./reduced.ts";

/** The result of one document on one vendor. */
export interface Verdict {
  readonly vendor: VendorUnderTest;
  /** The reasons why the vendor refuses the document. An empty list means that it is carried. */
  readonly problems: readonly Problem[];
}

/** The results of one document. */
export interface Row {
  readonly document: string;
  /** Undefined when the document cannot be converted to a description. */
  readonly description: Description | undefined;
  readonly verdicts: readonly Verdict[];
}

function rowOf(document: string, readDocument: (document: string) => Description = read): Row {
  let description: Description | undefined;
  const readProblems = problemsOf(() => {
    description = readDocument(document);
  });
  const verdicts = vendors.map((vendor) => ({
    vendor,
    problems:
      description === undefined
        ? readProblems
        : problemsOf(() => vendor.render(description as Description, placesFor(description))),
  }));
  return { document, description, verdicts };
}

/** Returns the results of every document on every vendor. */
export function matrix(): readonly Row[] {
  return documents.map((document) => rowOf(document));
}

/** The result of a reduction with its overlay, and why it is refused without. */
export interface ReducedRow extends Row {
  readonly asWritten: readonly Problem[];
}

/** Returns the results of every reduction of a real document, with the overlay beside it, on every vendor. */
export function reducedMatrix(): readonly ReducedRow[] {
  return reduced.map((document) => ({
    ...rowOf(document, readReduced),
    asWritten: problemsOf(() => fromOpenApi(fileOfReduced(document))),
  }));
}

/** Returns the text of a table cell: each reason once, with the number of affected routes. */
function reasons(problems: readonly Problem[]): string {
  const found = new Map<string, number>();
  for (const { code, feature, rule, route } of problems) {
    const reason =
      code === "not-carried" && feature !== undefined ? features[feature as Feature].toLowerCase() : `${code}: ${rule}`;
    found.set(reason, (found.get(reason) ?? 0) + (route === undefined ? 0 : 1));
  }
  return [...found]
    .map(([reason, routes]) => (routes === 0 ? reason : `${reason} (${routes} ${routes === 1 ? "route" : "routes"})`))
    .join("; ");
}

function cellsOf({ description, verdicts }: Row): readonly (string | number)[] {
  const routes = description === undefined ? "" : Object.keys(description.routes).length;
  return [
    routes,
    ...verdicts.map(({ problems }) => (problems.length === 0 ? "carried" : `refused: ${reasons(problems)}`)),
  ];
}

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Returns the lines about the reductions. */
function printReduced(rows: readonly ReducedRow[], classes: readonly string[]): readonly string[] {
  return [
    "",
    "# What real documents contain",
    "",
    "Each document in `reduced` is a reduction of real ones. The second column contains why it is refused as it is written; where it is",
    "empty, only audiences are open, which may be bound. With the answers in the overlay beside it, each becomes a description.",
    "",
    line(["document", "as written", "unchecked", "routes", ...classes]),
    line(["---", "---", "---", "---", ...classes.map(() => "---")]),
    ...rows.map((row) => {
      const codes = [...new Set(row.asWritten.map(({ code }) => code))].join(", ");
      const unchecked = (row.description?.unchecked ?? []).map(({ what }) => what).join(", ");
      return line([row.document, codes, unchecked, ...cellsOf(row)]);
    }),
  ];
}

/** Returns the text of `matrix.md`. */
export function printMatrix(rows: readonly Row[], reducedRows: readonly ReducedRow[]): string {
  const classes = vendors.map(({ capabilities }) => capabilities.className);
  const lines = rows.map((row) => line([row.document, ...cellsOf(row)]));
  return [
    "# The documents of `@readme/oas-examples`",
    "",
    "Every document, with the overrides of `documents.ts`, on every vendor. Written by",
    "`POLYGATE_WRITE=1 npm test -- --only unit --grep oas-examples`.",
    "",
    `| document | routes | ${classes.join(" | ")} |`,
    `| --- | --- | ${classes.map(() => "---").join(" | ")} |`,
    ...lines,
    ...printReduced(reducedRows, classes),
    "",
  ].join("\n");
}
