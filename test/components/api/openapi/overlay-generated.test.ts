import assert from "node:assert/strict";
import fc from "fast-check";
import { applyOverlay } from "../../../../components/api/openapi/overlay/apply-overlay.ts";
import { OpenApiSource } from "../../../../components/api/openapi/source.ts";
import { PolygateError } from "../../../../components/api/problem.ts";

type Data = { [key: string]: unknown };

/** Targets, and the pointers that they select by an independent reading. */
const targets: Readonly<Record<string, (document: Data) => readonly (readonly string[])[]>> = {
  $: () => [[]],
  "$.paths['/a'].get": (document) => existing(document, [["paths", "/a", "get"]]),
  "$.paths['/b']": (document) => existing(document, [["paths", "/b"]]),
  "$.paths.*.get": (document) =>
    existing(document, [
      ["paths", "/a", "get"],
      ["paths", "/b", "get"],
    ]),
  // This selects the x-polygate of a path as well.
  "$.paths[*][*]": (document) =>
    ["/a", "/b"].flatMap((path) =>
      Object.keys((at(document, ["paths", path]) ?? {}) as Data).map((key) => ["paths", path, key]),
    ),
  "$..[?@.responses]": (document) => within(document).filter((steps) => has(at(document, steps), "responses")),
  "$.components.securitySchemes.staff": (document) => existing(document, [["components", "securitySchemes", "staff"]]),
  "$['x-polygate']": (document) => existing(document, [["x-polygate"]]),
};

function at(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((owner, step) => (owner as Data | undefined)?.[step], value);
}

function has(value: unknown, key: string): boolean {
  return isObject(value) && Object.hasOwn(value, key);
}

/** The pointers of everything below a value. */
function within(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[key], ...within(member).map((steps) => [key, ...steps])]);
}

function existing(document: Data, pointers: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return pointers.filter((steps) => at(document, steps) !== undefined);
}

function isObject(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Merges in place. Returns whether the update only adds x-polygate. */
function merge(owner: Data, update: Data, isInside: boolean): boolean {
  return Object.entries(update).every(([key, value]) => {
    const before = owner[key];
    const inside = isInside || key === "x-polygate";
    if (isObject(before) && isObject(value)) return merge(before, value, inside);
    if (!inside) return false;
    if (before !== undefined) return JSON.stringify(before) === JSON.stringify(value);
    owner[key] = structuredClone(value);
    return true;
  });
}

/** The document after the actions, by an independent reading. Undefined if one of them is not allowed. */
function expected(document: Data, actions: readonly { target: string; update: unknown }[]): Data | undefined {
  const copy = JSON.parse(JSON.stringify(document)) as Data;
  for (const { target, update } of actions) {
    const selected = targets[target]?.(copy) ?? [];
    if (selected.length === 0 || !isObject(update)) return undefined;
    if (!selected.every((steps) => merge(at(copy, steps) as Data, update, steps.includes("x-polygate"))))
      return undefined;
  }
  return copy;
}

/** A value without its x-polygate, and without objects that are empty then. */
function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (key === "x-polygate" ? [] : [[key, without(member)]])),
  );
}

const values = fc.constantFrom<unknown>(1, "x", ["a"], ["b"], { deep: 1 }, { deep: { er: [] } }, null);
const added = fc.dictionary(fc.constantFrom("to", "open", "limits", "answers"), values, { maxKeys: 2 });
const updates = fc.oneof(
  { weight: 8, arbitrary: added.map((value): unknown => ({ "x-polygate": value })) },
  { weight: 2, arbitrary: added },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom("paths", "components", "security", "servers", "info", "get", "responses", "/a"), values)
      .map(([key, value]): unknown => ({ [key]: value })),
  },
  { weight: 1, arbitrary: added.map((value): unknown => ({ paths: { "/a": { get: { "x-polygate": value } } } })) },
  { weight: 1, arbitrary: values },
);
const operation = fc.record(
  { responses: fc.constant({}), security: fc.constantFrom([], [{ staff: [] }]), "x-polygate": added },
  { requiredKeys: ["responses"] },
);
const documents = fc
  .record(
    {
      "x-polygate": added,
      security: fc.constantFrom<unknown>([], [{ staff: [] }]),
      first: fc.dictionary(fc.constantFrom("get", "post"), operation, { minKeys: 1 }),
      second: fc.option(fc.dictionary(fc.constantFrom("get", "post"), operation, { minKeys: 1 }), { nil: undefined }),
      isShared: fc.boolean(),
    },
    { requiredKeys: ["first", "isShared"] },
  )
  .map(({ first, second, isShared, ...root }): Data => {
    const other = isShared ? first : second;
    return {
      openapi: "3.1.0",
      info: { title: "Orders", version: "1" },
      ...root,
      components: { securitySchemes: { staff: { type: "oauth2" } } },
      paths: { "/a": first, ...(other === undefined ? {} : { "/b": other }) },
    };
  });
const actions = fc.uniqueArray(fc.record({ target: fc.constantFrom(...Object.keys(targets)), update: updates }), {
  minLength: 1,
  maxLength: 3,
  selector: (action) => JSON.stringify(action),
});

describe("Any overlay of any OpenAPI document", () => {
  it("adds x-polygate where an independent reading adds it, and is rejected if it would change anything else", () => {
    const seen = { applied: 0, rejected: 0 };
    fc.assert(
      fc.property(documents, actions, (document, list) => {
        const before = JSON.stringify(document);
        const wanted = expected(document, list);
        const overlay = { overlay: "1.1.0", info: { title: "Gateway", version: "1" }, actions: list };
        try {
          const result = applyOverlay(OpenApiSource.of(document), overlay).root.value;
          assert.deepEqual(result, wanted);
          assert.deepEqual(without(result), without(JSON.parse(before)));
          seen.applied++;
        } catch (error) {
          if (!(error instanceof PolygateError)) throw error;
          assert.equal(wanted, undefined, error.message);
          seen.rejected++;
        }
        assert.equal(JSON.stringify(document), before);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(seen.applied > 200 && seen.rejected > 200, JSON.stringify(seen));
  }).timeout(60_000);
});
