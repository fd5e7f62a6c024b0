import assert from "node:assert/strict";
import fc from "fast-check";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../../components/api/openapi/overrides.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";
import {
  get,
  type Json,
  openApi,
  placesOf,
  problemOf,
  problemsOf,
  staffAndGuest,
} from "../../../../support/components/api/openapi/openapi-problems.ts";

const staff = { auth: "staff", to: "backend" };
const guest = get({ security: [{ guest: [] }] });

/** A document with two schemes, and the answer that these operations are left out. */
function without(operations: readonly string[], paths: Json, more: Json = {}): Json {
  const unservable = { kind: "omit", reason: "nobody calls it", operations };
  const answers = operations.length === 0 ? {} : { answers: { unservable } };
  return openApi(paths, { components: staffAndGuest, "x-polygate": answers, ...more });
}

const left = (route: string, where = "") => ({
  what: `the gateway leaves out the operation${where}: nobody calls it`,
  routes: [route],
});

describe("An operation of an OpenAPI document that no gateway can serve", () => {
  it("asks whether the gateway may leave it out", () => {
    const cases: readonly (readonly [paths: Json, code: string, operation: string, more?: Json])[] = [
      [{ "/a#b": get(), "/c": get() }, "bad-path", "GET /a#b"],
      [{ "/{id}/{id}": get(), "/c": get() }, "bad-path", "GET /{id}/{id}"],
      [{ "/{id}": get(), "/{name}": get() }, "duplicate-route", "GET /{name}"],
      [{ "/a": get(), "/A": get() }, "case-only", "GET /a"],
      [{ "/a": { ...get(), trace: { responses: {} } } }, "unsupported-method", "TRACE /a"],
      [{ "/a": { ...get(), query: { responses: {} } } }, "unsupported-method", "QUERY /a", { openapi: "3.2.0" }],
    ];
    for (const [paths, code, operation, more] of cases) {
      const problem = problemOf(without([], paths, more));
      assert.deepEqual([problem.code, problem.route], [code, operation]);
      const example = { kind: "omit", reason: "WHY THE GATEWAY NEED NOT SERVE IT" };
      assert.deepEqual(problem.questions, [{ at: ["answers", "unservable"], example }]);
      assert.ok(problem.remedy.includes(`"operations": [${JSON.stringify(operation)}]`), problem.remedy);
      const { routes, notes } = fromOpenApi(without([operation], paths, more));
      assert.equal(Object.hasOwn(routes, operation), false);
      const what = notes?.map((note) => note.what).join() ?? "";
      assert.match(what, /^the gateway leaves out the operation.*: nobody calls it$/);
    }
  });

  it("is not served by the answer, which a note contains with the reason", () => {
    const { routes, notes } = fromOpenApi(without(["GET /a#b"], { "/a#b": guest, "/c": get() }));
    assert.deepEqual({ ...routes }, { "GET /c": staff });
    assert.deepEqual(notes, [left("GET /a#b")]);
  });

  it("leaves its requests to another route only if the document requires the same there", () => {
    const twin = fromOpenApi(without(["GET /{name}"], { "/{id}": get(), "/{name}": get() }));
    assert.deepEqual(twin.notes, [left("GET /{name}", ', and its requests reach "GET /{id}"')]);
    for (const [path, item, other] of [
      ["/{name}", get(), { "/{id}": guest }],
      ["/a?b=c", get(), { "/a": guest }],
      ["/a", get(), { "/A": guest }],
      ["/a/{id}/b", get(), { "/a/{id}/{rest+}": guest }],
      ["/a/{x}", get(), { "/{y}/b": guest }],
      ["/a", get(), { "/{any}": { "x-amazon-apigateway-any-method": guest.get } }],
      ["/a", get({ "x-polygate": { scopes: ["read"] } }), { "/{any}": get() }],
    ] as const) {
      const [problem] = problemsOf(without([`GET ${path}`], { [path]: item, ...other }));
      assert.deepEqual([problem?.code, problem?.route], ["omitted-falls-through", `GET ${path}`], path);
    }
    const any = { "x-amazon-apigateway-any-method": { responses: {} } };
    const [taken] = problemsOf(without(["ANY /a"], { "/a": any, "/{x}": guest }));
    assert.deepEqual([taken?.code, taken?.route], ["omitted-falls-through", "ANY /a"]);
    const others = fromOpenApi(without(["ANY /a"], { "/a": { ...any, ...guest } }));
    assert.deepEqual(Object.keys(others.routes), ["GET /a"]);
    // Routes for other paths, or for fewer of them, take nothing that the document does not give them.
    const narrower = fromOpenApi(without(["GET /{x}/{y}"], { "/{x}/{y}": get(), "/a/b": guest, "/a/b/c": guest }));
    assert.deepEqual(Object.keys(narrower.routes), ["GET /a/b", "GET /a/b/c"]);
  });

  it("leaves none to a wider route that requires something else if code removes it", () => {
    const document = without([], { "/a": get(), "/{any}": guest });
    assert.deepEqual(placesOf(document, { routes: { "GET /a": null } }), [
      'omitted-falls-through overrides.routes["GET /a"]',
    ]);
    const both: Overrides = { routes: { "GET /a": null, "GET /{any}": null, "GET /b": { ...staff } } };
    assert.deepEqual(Object.keys(fromOpenApi(document, both).routes), ["GET /b"]);
  });

  it("is an error in the answer if the document does not have it", () => {
    assert.deepEqual(
      problemsOf(without(["GET /b", "TRACE /a"], { "/a": get(), "/b": get() })).map(({ code, rule }) => [code, rule]),
      [["unknown-operation", 'The document has no operation "TRACE /a".']],
    );
  });
});

/** An operation, by the path and whether it takes every method. */
type Generated = readonly [first: string, second: string, isAny: boolean];

const operation = fc.tuple(
  fc.constantFrom("a", "b", "{x}"),
  fc.constantFrom("a", "b", "{y}", "{rest+}"),
  fc.boolean(),
) satisfies fc.Arbitrary<Generated>;
const generated = fc.record({
  operations: fc.uniqueArray(operation, { selector: (parts) => parts.join("/"), minLength: 2, maxLength: 5 }),
  auths: fc.array(fc.constantFrom("staff", "guest"), { minLength: 5, maxLength: 5 }),
  omitted: fc.array(fc.constantFrom(false, true), { minLength: 5, maxLength: 5 }),
  byCode: fc.boolean(),
});
const requests = ["/a/a", "/a/b", "/b/a", "/b/b", "/a/c", "/c/a", "/b/c", "/c/b", "/c/c", "/a/b/c", "/c/c/c"];

function keyOf([first, second, isAny]: Generated): string {
  return `${isAny ? "ANY" : "GET"} /${first}/${second}`;
}

/** The key that decides a GET: literal before parameter before the rest, segment by segment, and GET before every method. */
function deciding(keys: readonly string[], request: string): string | undefined {
  const sent = request.split("/");
  const matches = keys.filter((key) => {
    const parts = key.slice(4).split("/");
    const isGreedy = parts.at(-1) === "{rest+}";
    const fits = isGreedy ? sent.length >= parts.length : sent.length === parts.length;
    return fits && parts.every((part, index) => part.startsWith("{") || part === sent[index]);
  });
  const rank = (key: string) =>
    `${key.slice(4).replaceAll("{rest", "~~").replaceAll("{", "~")} ${key.startsWith("ANY")}`;
  return matches.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))[0];
}

describe("The operations of any OpenAPI document that are left out", () => {
  it("are not reached by way of a route for which the document requires something else", () => {
    let reached = 0;
    fc.assert(
      fc.property(generated, ({ operations, auths, omitted, byCode }) => {
        const all = operations.map(keyOf);
        const authOf = new Map(all.map((key, index) => [key, auths[index] ?? ""]));
        const gone = all.filter((_, index) => omitted[index]);
        const items: Record<string, Record<string, unknown>> = {};
        for (const key of all) {
          const member = key.startsWith("ANY") ? "x-amazon-apigateway-any-method" : "get";
          const path = key.slice(4);
          items[path] = { ...items[path], [member]: { responses: {}, security: [{ [authOf.get(key) ?? ""]: [] }] } };
        }
        const routes = Object.fromEntries(gone.map((key) => [key, null]));
        try {
          const { routes: served } = fromOpenApi(without(byCode ? [] : gone, items), byCode ? { routes } : {});
          for (const request of requests) {
            const [declared, actual] = [deciding(all, request), deciding(Object.keys(served), request)];
            if (declared === undefined || actual === undefined || !gone.includes(declared)) continue;
            const { auth } = served[actual as "GET /"] as { readonly auth?: string };
            assert.equal(auth, authOf.get(declared), `${request} of ${declared}`);
            reached++;
          }
        } catch (error) {
          if (!(error instanceof PolygateError)) throw error;
        }
      }),
      { numRuns: Number(process.env.POLYGATE_RUNS ?? 500) },
    );
    assert.ok(reached > 20, `${reached} requests`);
  });
});
