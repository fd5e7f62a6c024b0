import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents } from "../../test/corpus/documents.ts";
import { initialised } from "../../test/corpus/init.ts";
import { readDocument } from "../../test/corpus/oracle/document.ts";
import { documentsOfPackages } from "../../test/corpus/packages.ts";

/** A document that `polygate check` reads, with the overlay that answers its questions. */
export interface MeasuredDocument {
  readonly name: string;
  /** How many copies of its operations it has. */
  readonly copies: number;
  readonly operations: number;
  readonly megabytes: number;
  readonly file: string;
  readonly overlay: string;
}

/** The largest real document, and the one that takes the longest of the corpus. */
const largest = ["shipengine-openapi/openapi.json", "@okta/openapi/dist/spec.yaml"];

/** The document whose operations are copied. */
const copied = "@readme/oas-examples/3.0/json/star-trek.json";
const numbersOfCopies = [8, 16, 32];

/** @param folder for the overlays and the copies */
export async function measuredDocuments(folder: string): Promise<readonly MeasuredDocument[]> {
  // The corpus has the first of them in YAML.
  const packages = await documentsOfPackages();
  const real = largest.map((name, index) => {
    const file = documents.find((each) => each.name === name)?.file ?? join(packages, name);
    return measured(name, 1, file, join(folder, `largest-${index}.json`));
  });
  return Promise.all([...real, ...numbersOfCopies.map((copies) => copyOf(copies, folder))]);
}

async function measured(name: string, copies: number, file: string, overlay: string): Promise<MeasuredDocument> {
  const text = readDocument(file);
  const { overlay: written } = await initialised({ name, origin: "", file });
  // The overlay is in another folder than the one that init would write it into.
  writeFileSync(overlay, JSON.stringify({ ...written, extends: undefined }));
  return { name, copies, operations: text.operations.length, megabytes: statSync(file).size / 1e6, file, overlay };
}

/** The document with each path several times, below paths of its own. */
function copyOf(copies: number, folder: string): Promise<MeasuredDocument> {
  const original = documents.find(({ name }) => name === copied);
  if (original === undefined) throw new Error(`The corpus has no document ${copied}.`);
  const document = JSON.parse(readFileSync(original.file, "utf8")) as { readonly paths: object };
  const paths = Array.from({ length: copies }, (_, copy) =>
    Object.entries(document.paths).map(([path, item]) => [`/copy${copy}${path}`, item] as const),
  );
  const file = join(folder, `copies-${copies}.json`);
  writeFileSync(file, JSON.stringify({ ...document, paths: Object.fromEntries(paths.flat()) }));
  return measured(copied, copies, file, join(folder, `copies-${copies}.overlay.json`));
}
