import assert from "node:assert/strict";
import fc from "fast-check";
import { decodePath } from "../../../../../sandbox/data-plane/aws/http-api/request-path.ts";
import { RouteTable } from "../../../../../sandbox/data-plane/aws/http-api/route-table.ts";
import { encodeValue, parsePath } from "../../../../../sandbox/data-plane/aws/shared/paths.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";

interface Rule {
  readonly method: string;
  readonly path: string;
}

const names = ["a", "b", "{x}", "{y}"];
const path = fc
  .tuple(fc.array(fc.constantFrom(...names), { maxLength: 4 }), fc.constantFrom("", "/{rest+}"))
  .map(([segments, greedy]) => {
    const unique = segments.map((segment, index) => (segment.startsWith("{") ? `{${segment[1]}${index}}` : segment));
    return unique.length === 0 && greedy === "" ? "/" : `${unique.map((segment) => `/${segment}`).join("")}${greedy}`;
  });
const rules = fc.array(fc.record({ method: fc.constantFrom("GET", "POST", "ANY"), path }), { maxLength: 12 });
const requested = fc
  .array(fc.constantFrom("a", "b", "c"), { maxLength: 5 })
  .map((segments) => `/${segments.join("/")}`);

/** The rules of the guide, implemented without regard for speed. */
function naive(all: readonly Rule[], method: string, wanted: string): Rule | undefined {
  const asked = wanted === "/" ? [] : wanted.slice(1).split("/");
  const parts = (rule: Rule): readonly string[] => (rule.path === "/" ? [] : rule.path.slice(1).split("/"));
  const isGreedy = (rule: Rule): boolean => rule.path.endsWith("+}");
  const matches = (rule: Rule): boolean => {
    const segments = parts(rule);
    if (rule.method !== "ANY" && rule.method !== method) return false;
    if (isGreedy(rule) ? asked.length < segments.length : asked.length !== segments.length) return false;
    return segments.every((segment, index) => segment.startsWith("{") || segment === asked[index]);
  };
  const rank = (segment: string): string => (segment.endsWith("+}") ? "2" : segment.startsWith("{") ? "1" : "0");
  const order = (rule: Rule): string =>
    `${isGreedy(rule) ? 1 : 0} ${parts(rule).map(rank).join("")} ${rule.method === "ANY" ? 1 : 0}`;
  return all.filter(matches).sort((one, other) => (order(one) < order(other) ? -1 : 1))[0];
}

function tableOf(all: readonly Rule[]): { readonly table: RouteTable<Rule>; readonly added: readonly Rule[] } {
  const table = new RouteTable<Rule>();
  const added: Rule[] = [];
  for (const rule of all) {
    try {
      table.add(rule.method, parsePath(rule.path, rule.path), rule, rule.path);
      added.push(rule);
    } catch (error) {
      assert.match((error as Error).message, /another route has the same method and path/);
    }
  }
  return { table, added };
}

function find(table: RouteTable<Rule>, method: string, wanted: string, odd: "refused" | "taken" = "refused") {
  const read = decodePath(wanted, odd);
  return typeof read === "string" ? read : table.find(method, read.selecting);
}

describe("A request's route on an AWS HTTP API", () => {
  it("is the one that a naive implementation of the guide selects, for all routes and requests", () => {
    let matched = 0;
    fc.assert(
      fc.property(rules, fc.constantFrom("GET", "POST", "PUT"), requested, (all, method, wanted) => {
        const { table, added } = tableOf(all);
        const found = find(table, method, wanted);
        assert.ok(typeof found !== "string");
        const expected = naive(added, method, wanted);
        assert.deepEqual(found?.route, expected);
        if (expected !== undefined) matched++;
      }),
      { numRuns: 2_000 },
    );
    assert.ok(matched > 200, `${matched} of 2000 matched`);
  });

  it("follows the guide's own example", () => {
    const { table } = tableOf(
      [
        ["GET", "/pets/dog/1"],
        ["GET", "/pets/dog/{id}"],
        ["GET", "/pets/{proxy+}"],
        ["ANY", "/{proxy+}"],
      ].map(([method = "", wanted = ""]) => ({ method, path: wanted })),
    );
    table.addDefault({ method: "$default", path: "" }, "p");
    const selected = (method: string, wanted: string): string | undefined => {
      const found = find(table, method, wanted);
      return typeof found === "string" ? found : found?.route.path;
    };
    assert.equal(selected("GET", "/pets/dog/1"), "/pets/dog/1");
    assert.equal(selected("GET", "/pets/dog/2"), "/pets/dog/{id}");
    assert.equal(selected("GET", "/pets/cat/1"), "/pets/{proxy+}");
    assert.equal(selected("POST", "/test/5"), "/{proxy+}");
    // A path whose route lacks the method does not match, as documented: path and method are matched together.
    assert.equal(selected("POST", "/pets/dog/1"), "/{proxy+}");
    assert.equal(selected("GET", "/"), "");
    assert.equal(selected("BREW", "/pets/dog/1"), undefined);
  });

  it("has decoded variables, a greedy one decoded as a whole", () => {
    const { table } = tableOf([{ method: "GET", path: "/a/{x}/{rest+}" }]);
    const found = find(table, "GET", "/a/b%20c/d/%C3%A9%253F");
    assert.ok(typeof found !== "string" && found !== undefined);
    assert.deepEqual(
      [...found.variables],
      [
        ["x", "b c"],
        ["rest", "d/é?"],
      ],
    );
  });

  it("is that of the decoded path, so that no encoding bypasses a stricter route", () => {
    const { table } = tableOf([
      { method: "GET", path: "/admin" },
      { method: "GET", path: "/{x}" },
    ]);
    for (const wanted of ["/admin", "/%61dmin", "/adm%69n"]) {
      const found = find(table, "GET", wanted);
      assert.equal(typeof found === "string" ? found : found?.route.path, "/admin");
    }
  });

  const odd: readonly (readonly [string, RegExp, string | undefined])[] = [
    ["/a/", /ends with a slash/, "/{rest+}"],
    ["/a//b", /empty segment/, "/{rest+}"],
    ["//a", /empty segment/, "/{rest+}"],
    ["/a/../b", /dot segment/, "/{rest+}"],
    ["/a/%2e%2e/b", /dot segment/, "/{rest+}"],
    ["/a/..;x=1/b", /dot segment/, "/{rest+}"],
    ["/.", /dot segment/, "/{x}"],
    ["/a%5Cb", /encoded slash or backslash/, "/{x}"],
    ["/a\\b", /must be percent-encoded/, "/{x}"],
    ["/a#b", /must be percent-encoded/, "/{x}"],
    ["/é", /must be percent-encoded/, "/{x}"],
  ];
  for (const [wanted, reason, taken] of odd) {
    it(`does not exist for ${JSON.stringify(wanted)}, which the other reading sends to ${taken}`, () => {
      const { table } = tableOf([
        { method: "GET", path: "/{x}" },
        { method: "GET", path: "/{rest+}" },
      ]);
      assert.match(String(find(table, "GET", wanted)), reason);
      const found = find(table, "GET", wanted, "taken");
      assert.equal(typeof found === "string" ? found : found?.route.path, taken);
    });
  }

  it("does not exist for a broken encoding or a control character, in either reading", () => {
    const { table } = tableOf([{ method: "GET", path: "/{x}" }]);
    for (const wanted of [
      "/%",
      "/%zz",
      "/%25zz",
      "/%25",
      "/%25ff",
      "/%2500",
      "/%ff",
      "/%c0%af",
      "/a%00",
      "/a%0d%0ab",
      "/%7f",
    ]) {
      for (const reading of ["refused", "taken"] as const) {
        assert.equal(typeof find(table, "GET", wanted, reading), "string", wanted);
      }
    }
  });

  it("reaches the backend with an encoding that decodes to the same path", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1 }), (segments) => {
        const encoded = encodeValue(segments.join("/"));
        assert.match(encoded, /^[A-Za-z0-9\-._~!$&'()*+,;=:@/%]*$/);
        assert.equal(decodeURIComponent(encoded), segments.join("/"));
      }),
    );
  });

  it("is refused at import with a trailing slash, a partial or repeated variable, or a greedy one before the end", () => {
    for (const wrong of [
      "",
      "a",
      "/a/",
      "/a//b",
      "/{x}y",
      "/{x+}/y",
      "/{x}/{x}",
      "/{}",
      "/{x y}",
      "/a b",
      "/a?b",
      "/a%20b",
      "/é",
    ]) {
      assert.throws(() => parsePath(wrong, "p"), UnsupportedArtefact, wrong);
    }
  });
});
