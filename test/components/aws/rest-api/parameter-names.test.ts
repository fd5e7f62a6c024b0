import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import type { Cache } from "../../../../components/aws/rest-api/cache.ts";
import { restApiTarget } from "../../../../components/aws/rest-api/target.ts";
import { fn, http, open } from "../../../../components/index.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
}

type Operations = Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>;

/** The document's operations by path and method, or the problems that the check reports. */
function render(
  routes: object,
  cache?: unknown,
  cors?: object,
): readonly Problem[] | Readonly<Record<string, Operations>> {
  const target = restApiTarget({ name: "shop", cache: cache as Cache });
  const description = {
    version: 1,
    backends: { shop: http(), code: fn() },
    auth: { anyone: open("a test") },
    default: { auth: "anyone" },
    routes,
    ...(cors === undefined ? {} : { cors }),
  };
  try {
    const { api } = carry(normalise(description), target.capabilities, {}, target.check);
    return JSON.parse(target.compile(api, placeholders(api, target)).document).paths;
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

function isRefused(result: ReturnType<typeof render>): result is readonly Problem[] {
  return Array.isArray(result);
}

/** The names that a method has twice, e.g. `GET /orders/{id} id`. */
function twice(paths: Readonly<Record<string, Operations>>): readonly string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters = [] }]) => {
      const names = parameters.map(({ name }) => name);
      return names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${method} ${path} ${name}`);
    }),
  );
}

const cors = { origins: ["https://a.test"], methods: ["GET"], headers: ["x-a"] };

describe("the names of a method's parameters on a REST API", () => {
  const refused = (routes: object, cache?: unknown, policy?: object) => {
    const result = render(routes, cache, policy);
    assert.ok(isRefused(result), JSON.stringify(result));
    return result.map(({ code, route, place }) => [code, route, place]);
  };

  it("are refused if a query parameter is called like a parameter of the path", () => {
    const key = "GET /orders/{id}";
    assert.deepEqual(refused({ [key]: { to: "shop", request: { query: ["id"] } } }), [
      ["parameter-name-twice", key, `routes["${key}"].request`],
    ]);
  });

  it("are other ones for a part of the path that has no name, or that another route names like a query parameter", () => {
    const paths = render({
      "GET /orders/{id}": { to: "shop", request: { query: ["p2"] } },
      "PUT /orders/{number}": { to: "shop" },
      "GET /items/{version}": { to: "shop" },
      "PUT /{rest+}": { to: "shop", request: { query: ["version"] } },
    });
    assert.ok(!isRefused(paths), JSON.stringify(paths));
    assert.deepEqual(twice(paths), []);
    assert.deepEqual(Object.keys(paths).toSorted(), [
      "/items",
      "/items/{p2}",
      "/items/{p2}/{p3+}",
      "/orders",
      "/orders/{p2_}",
      "/orders/{p2_}/{p3+}",
      "/{rest+}",
    ]);
  });

  it("are refused if a query parameter is called like a header", () => {
    const key = "GET /a";
    const request = { query: ["version"], headers: ["Version"] };
    assert.deepEqual(refused({ [key]: { to: "shop", request } }), [
      ["parameter-name-twice", key, `routes["${key}"].request`],
    ]);
  });

  it("are refused if the cache key needs a name that the path, the request or the list of the cache has", () => {
    const routes = { "GET /a": { to: "shop" } };
    const cached = (more: object) => ({ sizeGb: "0.5", routes: { "GET /a": { ttlSeconds: 60, ...more } } });
    const ofRoute = ["parameter-name-twice", "GET /a", 'cache.routes["GET /a"]'];
    assert.deepEqual(refused(routes, cached({ query: ["v"], headers: ["V"] })), [ofRoute]);
    assert.deepEqual(refused(routes, cached({ query: ["cookie"] })), [ofRoute]);
    assert.deepEqual(refused(routes, cached({ query: ["origin"] }), cors), [ofRoute]);
    assert.ok(!isRefused(render(routes, cached({ query: ["origin"] }))), "without cors, no header has this name");
    const other = { ...routes, "GET /b/{origin}": { to: "shop" } };
    assert.deepEqual(refused(other, cached({}), cors), [["parameter-name-twice", "GET /b/{origin}", "cache"]]);
  });

  it("are refused if a list of the cache has one twice", () => {
    const routes = { "GET /a": { to: "shop" } };
    for (const more of [{ query: ["v", "v"] }, { headers: ["v", "V"] }]) {
      const cache = { sizeGb: "0.5", routes: { "GET /a": { ttlSeconds: 60, ...more } } };
      assert.deepEqual(refused(routes, cache), [
        ["duplicate", undefined, `cache.routes["GET /a"].${Object.keys(more)[0]}`],
      ]);
    }
  });

  it("are never twice in a document, and refused only if they would be", () => {
    const name = fc.constantFrom("p1", "p2", "p3", "p2_", "id", "version", "origin", "cookie", "x-api-key");
    const segment = fc.oneof(
      fc.constantFrom("a", "b"),
      name.map((each) => `{${each}}`),
    );
    const path = fc
      .tuple(
        fc.array(segment, { maxLength: 3 }),
        fc.option(
          name.map((each) => `{${each}+}`),
          { nil: undefined },
        ),
      )
      .map(([segments, rest]) => `/${[...segments, ...(rest === undefined ? [] : [rest])].join("/")}`);
    const names = fc.uniqueArray(name, { maxLength: 2 });
    const route = fc.record({
      method: fc.constantFrom("GET", "GET", "PUT"),
      path,
      query: names,
      headers: names,
      cached: fc.option(fc.record({ query: names, headers: names }), { nil: undefined }),
      to: fc.constantFrom("shop", "code"),
    });
    const counts = { rendered: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(route, { minLength: 1, maxLength: 4 }), fc.boolean(), (list, hasCors) => {
        const routes = Object.fromEntries(
          list.map(({ method, path: at, query, headers, to }) => {
            const required = headers.filter((each) => each !== "x-api-key");
            const request = {
              ...(query.length === 0 ? {} : { query }),
              ...(required.length === 0 ? {} : { headers: required }),
            };
            return [`${method} ${at}`, { to, ...(Object.keys(request).length === 0 ? {} : { request }) }];
          }),
        );
        const cachedRoutes = Object.fromEntries(
          list.flatMap(({ method, path: at, cached }) =>
            method === "GET" && cached !== undefined ? [[`GET ${at}`, { ttlSeconds: 1, ...cached }]] : [],
          ),
        );
        const cache = Object.keys(cachedRoutes).length === 0 ? undefined : { sizeGb: "0.5", routes: cachedRoutes };
        const result = render(routes, cache, hasCors ? cors : undefined);
        if (!isRefused(result)) {
          counts.rendered++;
          assert.deepEqual(twice(result), []);
          return;
        }
        const ours = result.filter(({ code }) => code === "parameter-name-twice");
        counts.refused += ours.length;
        for (const { route: key = "", rule } of ours) {
          const refusedName = /\. "([^"]+)" is /.exec(rule)?.[1] ?? "";
          const { request } = routes[key] as { readonly request?: { query?: string[]; headers?: string[] } };
          const listed = cachedRoutes[key] as { readonly query: string[]; readonly headers: string[] } | undefined;
          const callers = cache === undefined ? [] : ["authorization", "cookie", "x-api-key", "origin"];
          const ofPath = [...key.matchAll(/\{([^}+]+)\+?\}/g)].map(([, each = ""]) => each);
          const listedNames = [...(listed?.query ?? []), ...(listed?.headers ?? [])];
          const names = [...ofPath, ...(request?.query ?? []), ...(request?.headers ?? []), ...callers, ...listedNames];
          const found = names.filter((each) => each === refusedName).length;
          // Where a cache adds parameters, one of the two may be another route's.
          assert.ok(found >= (cache === undefined ? 2 : 1), `${key}: ${rule}`);
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(counts.rendered > 50 && counts.refused > 50, JSON.stringify(counts));
  });
});
