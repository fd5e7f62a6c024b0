import { type Feature, features } from "../../components/api/capability/features.ts";
import type { Description } from "../../components/api/description.ts";
import type { OpenApiSource } from "../../components/api/openapi/source.ts";
import type { Problem } from "../../components/api/problem.ts";
import type { VendorUnderTest } from "../contract/vendors/vendor.ts";
import { vendors } from "../contract/vendors/vendors.ts";
import { placesFor, problemsOf } from "../support/components/problems.ts";
import { type Document, reductions } from "./documents.ts";
import { initialised } from "./init.ts";

/** What becomes of one document, after its answers. */
export interface Row {
  readonly document: Document;
  /** Undefined for a document that is no description. */
  readonly description: Description | undefined;
  /** The operations that the gateway has. */
  readonly operations: ReadonlySet<string>;
  /** How many operations the answers leave out, because no gateway can serve them. */
  readonly omitted: number;
  /** The URLs of the servers of paths and operations, by the names of the backends that they are. */
  readonly servers: ReadonlyMap<string, string>;
  /** The problems of the document on each class. None where the class carries it. */
  readonly verdicts: readonly { readonly vendor: VendorUnderTest; readonly problems: readonly Problem[] }[];
}

/** Reads a document after `init` with its answers, and tries it on each class. */
export async function rowOf(document: Document, source?: OpenApiSource): Promise<Row> {
  const { reading, overlay } = await initialised(document, source);
  const { description, problems: unread, servers } = reading;
  const gone = omittedBy(overlay);
  const operations = new Set(reading.operations.filter((key) => !gone.includes(key)));
  const omitted = gone.length;
  if (description === undefined) {
    return {
      document,
      description,
      operations,
      omitted,
      servers,
      verdicts: vendors.map((vendor) => ({ vendor, problems: unread })),
    };
  }
  const places = placesFor(description);
  const verdicts = vendors.map((vendor) => ({
    vendor,
    problems: problemsOf(() => vendor.render(description, places)),
  }));
  return { document, description, operations, omitted, servers, verdicts };
}

/** The operations that an overlay of `init` leaves out. */
function omittedBy(overlay: object | undefined): readonly string[] {
  const { actions = [] } = (overlay ?? {}) as { readonly actions?: readonly { readonly update: object }[] };
  return actions.flatMap(({ update }) => {
    const { "x-polygate": added } = update as {
      readonly "x-polygate"?: {
        readonly answers?: { readonly unservable?: { readonly operations: readonly string[] } };
      };
    };
    return added?.answers?.unservable?.operations ?? [];
  });
}

/** Whether one of the classes that carry the most carries the document. */
export function isCarried({ verdicts }: Row): boolean {
  return verdicts.some(
    ({ vendor, problems }) =>
      problems.length === 0 && ["AwsRestApi", "AzureApiManagementApi"].includes(vendor.capabilities.className),
  );
}

function reasonOf({ code, feature, rule }: Problem): string {
  return code === "not-carried" && feature !== undefined
    ? features[feature as Feature].toLowerCase()
    : `${code}: ${rule}`;
}

/** The reasons of a refusal, each once. */
function reasonsOf(problems: readonly Problem[]): string {
  const all = [...new Set(problems.map(reasonOf))];
  return all.length <= 2 ? all.join("; ") : `${all.slice(0, 2).join("; ")}; and ${all.length - 2} more`;
}

function cellsOf({ document, description, omitted, verdicts }: Row): readonly string[] {
  const name = document.name.split("/").at(-1) ?? "";
  if (description === undefined) {
    return [
      name,
      "",
      `not a description: ${reasonsOf(verdicts[0]?.problems ?? [])}`,
      ...verdicts.slice(1).map(() => ""),
    ];
  }
  const cells = verdicts.map(({ problems }) => (problems.length === 0 ? "carried" : `refused: ${reasonsOf(problems)}`));
  const left = omitted === 0 ? "" : `, ${omitted} left out`;
  return [name, `${Object.keys(description.routes).length}${left}`, ...cells];
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** The text of matrix.md. */
export function printMatrix(rows: readonly Row[]): string {
  const classes = vendors.map(({ capabilities }) => capabilities.className);
  const real = rows.filter(({ document }) => document.origin !== reductions);
  const carried = real.filter(isCarried).length;
  const origins = Map.groupBy(rows, ({ document }) => document.origin);
  const routes = rows.reduce((sum, { description }) => sum + Object.keys(description?.routes ?? {}).length, 0);
  return [
    "# Documents of others, and which class carries them",
    "",
    "Written by `POLYGATE_WRITE=1 npm test -- --only unit --grep corpus`. Each document is read after `polygate init` with the answers in",
    "`answers.ts` as its options. A document that is not a description has the reason in the first column of the classes.",
    "",
    `${real.length} documents of ${origins.size - 1} origins, and ${rows.length - real.length} reductions of real ones: ${routes} routes.`,
    `AwsRestApi or AzureApiManagementApi carries ${carried} of the ${real.length}. Operations that no gateway can serve are left out by an`,
    "answer, and counted.",
    "",
    ...[...origins].flatMap(([origin, all]) => [
      `## ${origin}`,
      "",
      line(["document", "routes", ...classes]),
      line(["---", "---", ...classes.map(() => "---")]),
      ...all.map((row) => line(cellsOf(row))),
      "",
    ]),
  ].join("\n");
}
