import { parse as parseYaml } from "yaml";
import { VendorError } from "./resource-model.ts";

/** A parsed OpenAPI document. */
export type ApiDocument = { readonly [name: string]: unknown };

/** The text that `JSON.stringify` writes for a Pulumi Output instead of its value. */
const strayOutput = /Calling \[to(?:JSON|String)\] on an \[Output<T>\] is not supported/;

/**
 * Parses an OpenAPI document in JSON or YAML.
 *
 * @throws VendorError when the text is not a document
 */
export function parseApiDocument(content: string): ApiDocument {
  if (strayOutput.test(content)) {
    throw new VendorError(
      "The document contains the warning text of a Pulumi Output instead of its value: it was written with " +
        "JSON.stringify or a template string. Write it with pulumi.jsonStringify or pulumi.interpolate.",
    );
  }
  const document = parseText(content);
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new VendorError("the document is not an OpenAPI document: it is not an object");
  }
  return document as ApiDocument;
}

function parseText(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    // Not JSON. The YAML parser below also reports where broken JSON is wrong.
  }
  try {
    return parseYaml(content);
  } catch (error) {
    throw new VendorError(`the document is neither JSON nor YAML: ${(error as Error).message}`);
  }
}

/** The document in a text; undefined for a text that is none. */
export function documentIn(content: string): ApiDocument | undefined {
  try {
    return parseApiDocument(content);
  } catch {
    return undefined;
  }
}

/** Whether two texts are the same document, apart from formatting and the order of members. */
export function sameDocument(left: string, right: string): boolean {
  if (left === right) return true;
  try {
    return canonical(parseApiDocument(left)) === canonical(parseApiDocument(right));
  } catch {
    return false;
  }
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, entry: unknown) =>
    typeof entry === "object" && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([left], [right]) => (left < right ? -1 : 1)))
      : entry,
  );
}

export function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as ApiDocument)[name] : undefined;
}
