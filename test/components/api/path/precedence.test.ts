import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { ApiRoute } from "../../../../components/api/checked-api.ts";
import { type Pattern, printPattern } from "../../../../components/api/path/pattern.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import {
  allPaths,
  holds,
  isDisjoint,
  isSubset,
  members,
  patterns,
} from "../../../support/components/api/path/enumerated-paths.ts";

/** What a route requires, and every visitor that can send a request: few enough to try all of them. */
const requirements = [
  { auth: "anyone" },
  { auth: "staff" },
  { auth: "staff", scopes: ["r"] },
  { auth: "staff", scopes: ["w"] },
  { auth: "staff", scopes: ["r", "w"] },
  { auth: "staff", scopes: { all: ["w", "r"] } },
  { auth: "staff", scopes: { all: ["r", "x"] } },
  { auth: "partners" },
  { auth: "partners", scopes: ["r"] },
  { auth: "key" },
  { auth: "otherKey" },
  { auth: "both" },
  { auth: "both", scopes: ["r"] },
] as const;
type Requirement = (typeof requirements)[number];

/** A visitor with a token of one auth's issuer or without a token, and with or without a key. */
const visitors = [true, false].flatMap((key) => [
  { key, auth: undefined, scopes: [] },
  ...["staff", "partners", "both"].flatMap((auth) =>
    [[], ["r"], ["w"], ["r", "w"], ["x"], ["x", "r"]].map((scopes) => ({
      key,
      auth,
      scopes: scopes as readonly string[],
    })),
  ),
]);

function passes(requirement: Requirement, visitor: (typeof visitors)[number]): boolean {
  if (requirement.auth === "anyone") return true;
  if (requirement.auth === "key" || requirement.auth === "otherKey") return visitor.key;
  if (visitor.auth !== requirement.auth || (requirement.auth === "both" && !visitor.key)) return false;
  if (!("scopes" in requirement)) return true;
  const { scopes } = requirement;
  if ("all" in scopes) return scopes.all.every((scope) => visitor.scopes.includes(scope));
  return scopes.some((scope) => visitor.scopes.includes(scope));
}

interface Declared {
  readonly method: "GET" | "POST" | "DELETE";
  readonly pattern: Pattern;
  readonly requirement: Requirement;
}

const declared: fc.Arbitrary<Declared> = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE"),
  pattern: patterns,
  requirement: fc.constantFrom(...requirements),
});

const keyOf = (route: Declared): string => `${route.method} ${printPattern(route.pattern)}`;

function describeApi(routes: readonly Declared[]): unknown {
  return {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: {
      staff: { kind: "jwt", audiences: ["s"] },
      partners: { kind: "jwt", audiences: ["p"] },
      key: { kind: "apiKey" },
      otherKey: { kind: "apiKey" },
      both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["b"] }, { kind: "apiKey" }] },
      anyone: { kind: "open", reason: "a test" },
    },
    ...(routes.some(({ requirement }) => /key|both/i.test(requirement.auth)) ? { plans: { free: {} } } : {}),
    routes: Object.fromEntries(routes.map((route) => [keyOf(route), { to: "shop", ...route.requirement }])),
  };
}

function outcome(routes: readonly Declared[]): {
  readonly codes: readonly string[];
  readonly order: readonly ApiRoute[];
} {
  try {
    return { codes: [], order: normalise(describeApi(routes)).routes };
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return { codes: [...new Set(error.problems.map((problem) => problem.code))].sort(), order: [] };
  }
}

const same = (a: Pattern, b: Pattern): boolean => isSubset(a, b) && isSubset(b, a);
const within = (a: Pattern, b: Pattern): boolean => !same(a, b) && isSubset(a, b);

/** The matching routes, narrowest first. Undefined if two of them cross. */
function matching(routes: readonly Declared[], method: string, path: readonly string[]): readonly Declared[] {
  return routes
    .filter((route) => route.method === method && holds(route.pattern, path))
    .sort((a, b) => members(a.pattern).size - members(b.pattern).size);
}

/** Whether a route of its own contains exactly the paths that two routes share. */
function isDecided(a: Declared, b: Declared, routes: readonly Declared[]): boolean {
  const sharedPaths = [...members(a.pattern)].filter((path) => members(b.pattern).has(path));
  return routes.some(
    ({ method, pattern }) =>
      method === a.method &&
      members(pattern).size === sharedPaths.length &&
      sharedPaths.every((path) => members(pattern).has(path)),
  );
}

/** The expected problems, by trying every method on every path with every visitor. */
function triedOut(routes: readonly Declared[]): readonly string[] {
  const codes = new Set<string>();
  for (const [index, a] of routes.entries()) {
    for (const b of routes.slice(index + 1)) {
      if (a.method !== b.method || isDisjoint(a.pattern, b.pattern)) continue;
      if (same(a.pattern, b.pattern)) codes.add("duplicate-route");
      else if (!within(a.pattern, b.pattern) && !within(b.pattern, a.pattern) && !isDecided(a, b, routes)) {
        codes.add("ambiguous-routes");
      }
    }
  }
  for (const path of allPaths) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const reached = matching(routes, method, path)[0];
      if (reached === undefined) continue;
      for (const guard of routes) {
        if (guard === reached || !holds(guard.pattern, path) || !within(guard.pattern, reached.pattern)) continue;
        if (visitors.some((visitor) => passes(reached.requirement, visitor) && !passes(guard.requirement, visitor))) {
          codes.add("weaker-fall-through");
        }
      }
    }
  }
  return [...codes].sort();
}

describe("precedence", () => {
  const distinct = { maxLength: 5, minLength: 1, selector: keyOf } as const;

  it("rejects exactly the descriptions in which some request is ambiguous or falls through to weaker authentication", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.uniqueArray(declared, distinct), (routes) => {
        const expected = triedOut(routes);
        for (const code of expected.length === 0 ? ["none"] : expected) seen.set(code, (seen.get(code) ?? 0) + 1);
        // With an ambiguity, the route that a request reaches is undefined, so only other descriptions are checked for a fall-through.
        const actual = outcome(routes).codes;
        if (expected.includes("ambiguous-routes") || expected.includes("duplicate-route")) {
          for (const code of ["ambiguous-routes", "duplicate-route"]) {
            assert.equal(actual.includes(code), expected.includes(code), `${code}: ${routes.map(keyOf).join(", ")}`);
          }
          return;
        }
        assert.deepEqual(
          actual,
          expected,
          routes.map((route) => `${keyOf(route)} ${JSON.stringify(route.requirement)}`).join("\n"),
        );
      }),
      { numRuns: 1000, seed: 17 },
    );
    for (const code of ["none", "duplicate-route", "ambiguous-routes", "weaker-fall-through"]) {
      assert.ok((seen.get(code) ?? 0) > 20, `${code} came up ${seen.get(code) ?? 0} times`);
    }
  });

  it("accepts routes that cross only beside a route for exactly the paths that they share", () => {
    const route = (...segments: readonly string[]): Declared => ({
      method: "GET",
      pattern: segments.map((text, index) =>
        text === "*" ? { kind: "parameter", name: `p${index}` } : { kind: "literal", text },
      ),
      requirement: { auth: "anyone" },
    });
    const crossing = [route("a", "*", "z"), route("*", "b", "*")];
    assert.deepEqual(outcome(crossing).codes, ["ambiguous-routes"]);
    assert.deepEqual(outcome([...crossing, route("a", "b", "*")]).codes, ["ambiguous-routes"]);
    assert.deepEqual(outcome([...crossing, { ...route("a", "b", "z"), method: "POST" }]).codes, ["ambiguous-routes"]);
    assert.deepEqual(outcome([...crossing, route("a", "b", "z")]).codes, []);
  });

  it("orders routes so that the first match is the narrowest match, for every method and path", () => {
    let tried = 0;
    fc.assert(
      fc.property(fc.uniqueArray(declared, distinct), (routes) => {
        const { codes, order } = outcome(routes);
        if (codes.length > 0) return;
        for (const path of allPaths) {
          for (const method of ["GET", "POST", "DELETE"]) {
            const narrowest = matching(routes, method, path)[0];
            const first = order.find((route) => route.method === method && holds(route.pattern, path));
            assert.equal(first?.key, narrowest && keyOf(narrowest));
            if (first !== undefined) tried++;
          }
        }
      }),
      { numRuns: 500, seed: 19 },
    );
    assert.ok(tried > 1000, `only ${tried} requests matched`);
  });

  it("does not depend on the order in which routes are declared", () => {
    fc.assert(
      fc.property(fc.uniqueArray(declared, distinct), (routes) => {
        const [forth, back] = [outcome(routes), outcome(routes.toReversed())];
        assert.deepEqual(back.codes, forth.codes);
        assert.deepEqual(
          back.order.map((route) => route.key),
          forth.order.map((route) => route.key),
        );
      }),
      { numRuns: 500, seed: 23 },
    );
  });

  it("names both routes and the remedy if only case distinguishes them", () => {
    for (const [one, other] of [
      ["/A/{x}", "/a/{y}"],
      ["/a/B", "/a/b"],
      ["/Shop/{rest+}", "/shop/list"],
    ] as const) {
      assert.throws(
        () =>
          normalise({
            version: 1,
            backends: { shop: { kind: "http" } },
            auth: { anyone: { kind: "open", reason: "a test" } },
            default: { auth: "anyone" },
            routes: { [`GET ${one}`]: { to: "shop" }, [`GET ${other}`]: { to: "shop" } },
          }),
        (error: unknown) => {
          assert.ok(error instanceof PolygateError);
          const [problem] = error.problems;
          assert.equal(problem?.code, "case-only");
          assert.ok(problem.rule.includes(one) && problem.rule.includes(other), problem.rule);
          return true;
        },
      );
    }
  });

  it("accepts a missing method if a route between the two has it with sufficient authentication", () => {
    const api = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: ["s"] }, anyone: { kind: "open", reason: "a test" } },
      routes: {
        "POST /a/b": { to: "shop", auth: "staff" },
        "GET /a/{x}": { to: "shop", auth: "staff" },
        "GET /{rest+}": { to: "shop", auth: "anyone" },
      },
    });
    assert.deepEqual(
      api.routes.map((route) => route.key),
      ["POST /a/b", "GET /a/{x}", "GET /{rest+}"],
    );
  });
});
