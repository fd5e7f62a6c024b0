import assert from "node:assert/strict";
import fc from "fast-check";
import { seed } from "../../support/seed.ts";
import { cases } from "./case.ts";
import { keys, readCase } from "./document.ts";
import { compare } from "./judge.ts";

/** How many documents are generated. `POLYGATE_RUNS` tries more. */
const runs = Number(process.env.POLYGATE_RUNS ?? 1_500);

describe("The routes of any OpenAPI document with answers, servers and overrides", () => {
  it("admit more than the document only where the report contains it with a reason", () => {
    const routes = new Map<string, number>();
    const refused = new Map<string, number>();
    const count = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(cases, (each) => {
        const found = readCase(each);
        if ("description" in found) for (const key of keys) count(routes, compare(found.each, key, found.description));
        else for (const code of new Set(found)) count(refused, code);
      }),
      { numRuns: runs, ...(process.env.POLYGATE_SEED === undefined ? {} : { seed }) },
    );
    if (process.env.POLYGATE_RUNS !== undefined) console.log([...routes], [...refused]);
    for (const how of ["exact", "free", "reported"]) {
      assert.ok((routes.get(how) ?? 0) > runs / 50, `${how}: ${JSON.stringify([...routes])}`);
    }
    for (const code of ["uncovered-operation", "all-of", "scopes-dropped", "auth-contradicted"]) {
      assert.ok((refused.get(code) ?? 0) > runs / 200, `${code}: ${JSON.stringify([...refused])}`);
    }
  }).timeout(3_600_000);
});
