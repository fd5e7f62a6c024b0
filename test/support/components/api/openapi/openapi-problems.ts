import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../../components/api/openapi/overrides.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A document with these paths, whose operations require a token by default. */
export function openApi(paths: Json, more: Json = {}): Json {
  return {
    openapi: "3.0.3",
    info: { title: "Orders", version: "1" },
    security: [{ staff: [] }],
    components: {
      securitySchemes: { staff: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["orders"] } } },
    },
    paths,
    ...more,
  };
}

/** Two schemes, `staff` and `guest`, for the components of a document. */
export const staffAndGuest: Json = {
  securitySchemes: Object.fromEntries(
    ["staff", "guest"].map((name) => [name, { type: "http", scheme: "bearer", "x-polygate": { audiences: [name] } }]),
  ),
};

/** A path with one operation, `get`. */
export function get(operation: Json = {}): Json {
  return { get: { responses: {}, ...operation } };
}

/** The problems of a document. */
export function problemsOf(document: string | URL | object, overrides?: Overrides): readonly Problem[] {
  try {
    fromOpenApi(document, overrides);
  } catch (error) {
    assert.ok(error instanceof PolygateError, error instanceof Error ? (error.stack ?? error.message) : String(error));
    assert.ok(error.problems.length > 0);
    for (const problem of error.problems) {
      for (const part of [problem.code, problem.rule, problem.remedy]) assert.ok(part !== "");
    }
    return error.problems;
  }
  return [];
}

/** `code place` of each place of each problem, in order. */
export function placesOf(document: string | URL | object, overrides?: Overrides): readonly string[] {
  return problemsOf(document, overrides).flatMap(({ code, place, at = [{ place }] }) =>
    at.map((each) => `${code} ${each.place ?? ""}`),
  );
}

/** The only problem of a document. */
export function problemOf(document: string | URL | object, overrides?: Overrides): Problem {
  const problems = problemsOf(document, overrides);
  assert.equal(problems.length, 1, JSON.stringify(problems, undefined, 2));
  return problems[0] as Problem;
}

/** A folder with these files. {@link removeFolders} removes it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "polygate-openapi-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

/** Removes all folders. Call it after each test. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}
