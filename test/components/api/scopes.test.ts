import assert from "node:assert/strict";
import fc from "fast-check";
import {
  apiScopes,
  asScopes,
  asStrictScopes,
  type ScopeSets,
  scopeSets,
  shortest,
  writtenScopeSets,
} from "../../../components/api/scopes.ts";

const names = ["a", "b", "c", "d"] as const;
/** The scopes of every token that can be told apart. */
const tokens: readonly (readonly string[])[] = Array.from({ length: 2 ** names.length }, (_, bits) =>
  names.filter((_name, index) => (bits >> index) % 2 === 1),
);
const list = fc.array(fc.constantFrom(...names), { maxLength: 5 });
const sets = fc.array(list, { minLength: 1, maxLength: 4 });
const scopes = fc.tuple(fc.constantFrom("any", "all"), list).map(([match, all]) => apiScopes(match, all));

/** The tokens that a requirement admits, by its definition. */
function admitted(required: ScopeSets): readonly (readonly string[])[] {
  return tokens.filter((held) => required.some((set) => set.every((scope) => held.includes(scope))));
}

describe("The scopes that a route requires", () => {
  it("are one of a list, or all of it, and none if the list is empty", () => {
    assert.deepEqual(scopeSets(apiScopes("any", ["a", "b", "a"])), [["a"], ["b"]]);
    assert.deepEqual(scopeSets(apiScopes("all", ["a", "b", "a"])), [["a", "b"]]);
    assert.deepEqual(scopeSets(apiScopes("all", [])), [[]]);
    assert.deepEqual(apiScopes("all", ["a", "a"]), { match: "any", names: ["a"] });
  });

  it("are as strict as others exactly if the others admit every token that they admit", () => {
    const counts = { strict: 0, weaker: 0 };
    fc.assert(
      fc.property(fc.oneof(sets, scopes.map(scopeSets)), fc.oneof(sets, scopes.map(scopeSets)), (one, other) => {
        const others = admitted(other);
        const expected = admitted(one).every((held) => others.includes(held));
        assert.equal(asStrictScopes(one, other), expected);
        counts[expected ? "strict" : "weaker"]++;
      }),
      { numRuns: 2_000 },
    );
    assert.ok(Math.min(...Object.values(counts)) > 200, JSON.stringify(counts));
  });

  it("are the same in their shortest form, and in the form of a description, wherever it has one", () => {
    const counts = { expressible: 0, mixed: 0 };
    fc.assert(
      fc.property(sets, (required) => {
        const short = shortest(required);
        assert.deepEqual(admitted(short), admitted(required));
        const written = asScopes(required);
        if (written !== undefined) {
          counts.expressible++;
          assert.deepEqual(admitted(writtenScopeSets(written) ?? []), admitted(required));
          return;
        }
        counts.mixed++;
        // No list, and no list that is required completely, admits the same tokens.
        for (const match of ["any", "all"] as const) {
          for (const held of tokens) {
            assert.notDeepEqual(admitted(scopeSets(apiScopes(match, held))), admitted(required));
          }
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(Math.min(...Object.values(counts)) > 20, JSON.stringify(counts));
  });

  it("are not read from other values", () => {
    for (const value of [undefined, null, "a", 1, {}, { any: ["a"] }, ["a", 1], { all: "a" }, { all: [1] }]) {
      assert.equal(writtenScopeSets(value), undefined);
    }
  });
});
