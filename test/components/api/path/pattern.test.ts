import assert from "node:assert/strict";
import fc from "fast-check";
import {
  byPrecedence,
  isFault,
  type Pattern,
  parametersOf,
  parsePattern,
  printPattern,
  type Relation,
  relate,
} from "../../../../components/api/path/pattern.ts";
import { members, patterns } from "../../../support/components/api/path/enumerated-paths.ts";

function counted(a: Pattern, b: Pattern): Relation {
  const [left, right] = [members(a), members(b)];
  const both = [...left].filter((path) => right.has(path)).length;
  if (both === 0) return "disjoint";
  if (both === left.size) return both === right.size ? "equal" : "narrower";
  return both === right.size ? "wider" : "crossing";
}

const mirror = {
  disjoint: "disjoint",
  equal: "equal",
  narrower: "wider",
  wider: "narrower",
  crossing: "crossing",
} as const satisfies Record<Relation, Relation>;

function read(path: string): Pattern {
  const parsed = parsePattern(path);
  assert.ok(!isFault(parsed), path);
  return parsed;
}

describe("relate", () => {
  it("agrees with an enumeration of the paths of any two patterns", () => {
    const seen = new Map<Relation, number>();
    fc.assert(
      fc.property(patterns, patterns, (a, b) => {
        const expected = counted(a, b);
        seen.set(expected, (seen.get(expected) ?? 0) + 1);
        assert.equal(relate(a, b), expected, `${printPattern(a)} and ${printPattern(b)}`);
      }),
      { numRuns: 4000, seed: 3 },
    );
    for (const relation of Object.keys(mirror) as Relation[]) assert.ok((seen.get(relation) ?? 0) > 20, relation);
  });

  it("returns the inverse relation for swapped patterns", () => {
    fc.assert(
      fc.property(patterns, patterns, (a, b) => assert.equal(relate(b, a), mirror[relate(a, b)])),
      { numRuns: 2000, seed: 5 },
    );
  });

  const examples: readonly (readonly [string, string, Relation])[] = [
    ["/", "/", "equal"],
    ["/", "/{rest+}", "disjoint"],
    ["/a/{x}", "/a/{y}", "equal"],
    ["/a/b", "/a/{x}", "narrower"],
    ["/a/{x}", "/{rest+}", "narrower"],
    ["/a/{x}", "/{y}/b", "crossing"],
    ["/a/{rest+}", "/{y}/b", "crossing"],
    ["/a/{rest+}", "/a", "disjoint"],
    ["/a", "/A", "disjoint"],
  ];
  for (const [a, b, relation] of examples) {
    it(`finds ${a} ${relation} to ${b}`, () => assert.equal(relate(read(a), read(b)), relation));
  }
});

describe("byPrecedence", () => {
  it("always orders a narrower pattern before a wider one", () => {
    let narrower = 0;
    fc.assert(
      fc.property(patterns, patterns, (a, b) => {
        if (counted(a, b) !== "narrower") return;
        narrower++;
        assert.ok(byPrecedence(a, b) < 0, `${printPattern(a)} before ${printPattern(b)}`);
      }),
      { numRuns: 4000, seed: 7 },
    );
    assert.ok(narrower > 100, `only ${narrower} pairs were narrower`);
  });

  it("is a total order, except for the names of parameters", () => {
    fc.assert(
      fc.property(patterns, patterns, patterns, (a, b, c) => {
        assert.equal(Math.sign(byPrecedence(a, b)), -Math.sign(byPrecedence(b, a)) || 0);
        assert.equal(byPrecedence(a, b) === 0, counted(a, b) === "equal");
        if (byPrecedence(a, b) <= 0 && byPrecedence(b, c) <= 0) assert.ok(byPrecedence(a, c) <= 0);
      }),
      { numRuns: 4000, seed: 11 },
    );
  });
});

describe("parsePattern", () => {
  it("parses what printPattern returned", () => {
    fc.assert(
      fc.property(patterns, (pattern) => assert.deepEqual(read(printPattern(pattern)), pattern)),
      { seed: 13 },
    );
  });

  it("keeps every character that a literal may contain", () => {
    const text = "AZaz09-._~!$&'()+,;=:@";
    assert.deepEqual(read(`/${text}/{a.b-c_d}/{rest+}`), [
      { kind: "literal", text },
      { kind: "parameter", name: "a.b-c_d" },
      { kind: "greedy", name: "rest" },
    ]);
    assert.deepEqual(parametersOf(read("/x/{id}/{rest+}")), ["id", "rest"]);
  });

  const faults: readonly (readonly [string, RegExp])[] = [
    ["a", /^A path must start with a slash\.$/],
    ["", /^A path must start with a slash\.$/],
    ["/a/", /^A path must not end with a slash\.$/],
    ["//", /must not have an empty segment/],
    ["/a//b", /must not have an empty segment/],
    ["/a/./b", /dot segments/],
    ["/..", /dot segments/],
    ["/{}", /is not a parameter/],
    ["/{1}", /is not a parameter/],
    ["/{a b}", /is not a parameter/],
    [`/{${"x".repeat(65)}}`, /is not a parameter/],
    ["/{a}/{a}", /two parameters called "a"/],
    ["/{a}/x/{a+}", /two parameters called "a"/],
    ["/{rest+}/x", /must be last/],
    ["/x{a}", /must be a whole segment/],
    ["/{a}.json", /must be a whole segment/],
    ["/a%20b", /a character that gateways do not match alike/],
    ["/a b", /a character that gateways do not match alike/],
    ["/é", /a character that gateways do not match alike/],
    ["/*", /is a parameter in the notation of/],
    ["/a?b", /a character that gateways do not match alike/],
    ["/a#b", /a character that gateways do not match alike/],
    ["/a\nb", /a character that gateways do not match alike/],
    ['/a"b', /a character that gateways do not match alike/],
  ];
  for (const [path, rule] of faults) {
    it(`rejects ${JSON.stringify(path).slice(0, 40)}`, () => {
      const parsed = parsePattern(path);
      assert.ok(isFault(parsed));
      assert.match(parsed.rule, rule);
      assert.notEqual(parsed.remedy, "");
    });
  }
});
