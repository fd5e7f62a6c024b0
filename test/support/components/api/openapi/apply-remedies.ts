import assert from "node:assert/strict";
import { readOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../../components/api/openapi/overrides.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import type { Json } from "./openapi-problems.ts";

type Data = Record<string, unknown>;

/** The problems of a document, as the command or a program gets them. */
export function problemsOf(document: Json, overrides: Overrides, isCode: boolean): readonly Problem[] {
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
export function applied(
  document: Json,
  overrides: Overrides,
  problems: readonly Problem[],
): readonly [Json, Overrides] {
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
