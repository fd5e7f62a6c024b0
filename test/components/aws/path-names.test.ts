import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../components/api/binding/placeholders.ts";
import { carry } from "../../../components/api/capability/carry.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import { httpApiTarget } from "../../../components/aws/http-api/target.ts";
import { restApiTarget } from "../../../components/aws/rest-api/target.ts";
import type { Target } from "../../../components/gateway/target.ts";
import { fn, http, open } from "../../../components/index.ts";

type Paths = Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>>;

const targets: Readonly<Record<string, Target<{ readonly document: string }>>> = {
  AwsHttpApi: httpApiTarget({ name: "shop" }),
  AwsRestApi: restApiTarget({ name: "shop" }),
};

function compiled(target: Target<{ readonly document: string }>, keys: readonly string[], to = "code") {
  const description = {
    version: 1,
    backends: { code: fn(), shop: http() },
    auth: { anyone: open("a test") },
    default: { auth: "anyone" },
    routes: Object.fromEntries(keys.map((key) => [key, { to }])),
  };
  const { api } = carry(normalise(description), target.capabilities, {}, target.check);
  const { document } = target.compile(api, placeholders(api, target));
  return { paths: JSON.parse(document).paths as Paths, cautions: target.cautions(api) };
}

interface Part {
  readonly name: string | undefined;
  readonly isGreedy: boolean;
  readonly text: string;
}

/** The segments of a path, read apart from how Polygate reads it. */
function partsOf(path: string): readonly Part[] {
  return path
    .split("/")
    .slice(1)
    .map((text) => {
      const [, name, plus] = /^\{([^+}]+)(\+?)\}$/.exec(text) ?? [];
      return { name, isGreedy: plus === "+", text };
    });
}

/** What a function gets for a request to a path: the value of each name. Undefined if the path does not match. */
function valuesOf(path: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const parts = partsOf(path);
  const values: Record<string, string> = {};
  for (const [index, { name, isGreedy, text }] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (name === undefined && text !== segment) return undefined;
    if (name !== undefined) values[name] = isGreedy ? segments.slice(index).join("/") : segment;
    if (isGreedy) return values;
  }
  return parts.length === segments.length ? values : undefined;
}

const names = fc.constantFrom("id", "number", "rest", "p1", "p2", "p3", "a-b", "a.b");
const variable = names.map((name) => `{${name}}`);
const key = fc
  .tuple(
    fc.constantFrom("GET", "PUT", "DELETE"),
    fc.array(fc.oneof(fc.constantFrom("a", "b"), variable), { maxLength: 3 }),
    fc.option(
      names.map((name) => `{${name}+}`),
      { nil: undefined },
    ),
  )
  .map(([method, segments, rest]) => `${method} /${[...segments, ...(rest === undefined ? [] : [rest])].join("/")}`);

for (const [className, target] of Object.entries(targets)) {
  describe(`the names of path parameters on ${className}`, () => {
    it("are those of the description, so that functions get them and an inserted segment changes none", () => {
      const { paths, cautions } = compiled(target, ["GET /orders/{id}/lines/{line}", "GET /files/{rest+}"]);
      assert.deepEqual(Object.keys(paths).toSorted(), ["/files/{rest+}", "/orders/{id}/lines/{line}"]);
      assert.deepEqual(cautions, []);
      assert.deepEqual(Object.keys(compiled(target, ["GET /v1/files/{rest+}"]).paths), ["/v1/files/{rest+}"]);
    });

    it("are positions where two routes disagree, and a caution says so for functions only", () => {
      const keys = ["GET /orders/{id}", "PUT /orders/{number}", "GET /orders/{id}/lines/{line}"];
      const { paths, cautions } = compiled(target, keys);
      assert.deepEqual(Object.keys(paths).toSorted(), ["/orders/{p2}", "/orders/{p2}/lines/{line}"]);
      assert.deepEqual(cautions.map(({ route }) => route).toSorted(), keys.toSorted());
      assert.match(cautions[0]?.what ?? "", /does not receive id .* On API Gateway the path is \/orders\/\{p2\}/);
      assert.deepEqual(compiled(target, keys, "shop").cautions, []);
    });

    it("never give a function a value under the name of another of its parameters, and are one for each level", () => {
      const counts = { compiled: 0, kept: 0, cautioned: 0 };
      fc.assert(
        fc.property(
          fc.uniqueArray(key, { minLength: 1, maxLength: 6 }),
          fc.array(fc.constantFrom("a", "b", "x", "y"), { minLength: 1, maxLength: 5 }),
          (keys, segments) => {
            let result: ReturnType<typeof compiled>;
            try {
              result = compiled(target, keys);
            } catch (error) {
              if (error instanceof PolygateError) return;
              throw error;
            }
            counts.compiled++;
            const { paths, cautions } = result;
            const levels = new Map<string, string>();
            for (const [path, operations] of Object.entries(paths)) {
              let level = "";
              const used = new Set<string>();
              for (const { name, text } of partsOf(path)) {
                if (name !== undefined) {
                  assert.equal(levels.get(level) ?? name, name, `${path}: another name below ${level}`);
                  assert.ok(!used.has(name), `${path}: ${name} twice`);
                  levels.set(level, name);
                  used.add(name);
                }
                level += name === undefined ? `/${text}` : "/{}";
              }
              const values = valuesOf(path, segments);
              if (values === undefined) continue;
              for (const { summary } of Object.values(operations)) {
                const [, own = ""] = summary.split(" ");
                const expected = valuesOf(own, segments);
                assert.ok(expected !== undefined, `${summary} does not match /${segments.join("/")}`);
                const isCautioned = cautions.some(
                  ({ route, what }) => route === summary && /does not receive/.test(what),
                );
                for (const [name, value] of Object.entries(expected)) {
                  if (name in values) assert.equal(values[name], value, `${summary} at ${path}: ${name}`);
                  else assert.ok(isCautioned, `${summary} at ${path}: no caution about ${name}`);
                  counts[name in values ? "kept" : "cautioned"]++;
                }
              }
            }
          },
        ),
        { numRuns: 1_000 },
      );
      assert.ok(Math.min(...Object.values(counts)) > 50, JSON.stringify(counts));
    });
  });
}
