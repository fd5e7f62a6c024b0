import assert from "node:assert/strict";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";

/** The smallest description. Each test changes something. */
export function description(
  change: Record<string, unknown> = {},
  route: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["shop"] }, anyone: { kind: "open", reason: "public" } },
    default: { auth: "staff" },
    routes: { "GET /items/{id}": { to: "shop", ...route } },
    ...change,
  };
}

/** The problems of a description. */
export function problems(value: unknown): readonly Problem[] {
  try {
    normalise(value);
    return [];
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return error.problems;
  }
}

/** The place of the route of {@link description}. */
export const route = 'routes["GET /items/{id}"]';

export const cors = { origins: ["https://shop.example.com"] };

/** What is wrong, a description with that problem only, and the problem's code, place, rule and remedy. */
export type Rejection = readonly [string, unknown, readonly [string, string | undefined, string, string]];

/** Declares one test for each rejection. */
export function itRejects(rejections: readonly Rejection[]): void {
  for (const [what, value, [code, place, rule, remedy]] of rejections) {
    it(`rejects ${what}`, () => {
      const found = problems(value).map((problem) => ({ ...problem, route: undefined }));
      assert.deepEqual(found, [{ code, ...(place === undefined ? {} : { place }), rule, remedy, route: undefined }]);
    });
  }
}
