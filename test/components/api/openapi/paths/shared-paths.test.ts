import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../../../../components/api/openapi/from-openapi.ts";
import { get, openApi, placesOf } from "../../../../support/components/api/openapi/openapi-problems.ts";

describe("Crossing paths of an OpenAPI document", () => {
  it("are decided, where they share paths, by the route with the first literal", () => {
    const document = openApi({
      "/users/{id}/posts": get(),
      "/users/me/{thing}": get(),
      "/users/{id}/posts/{n}": get(),
    });
    const { routes, notes } = fromOpenApi(document);
    assert.deepEqual(routes["GET /users/me/posts"], { auth: "staff", to: "backend", path: "/users/me/posts" });
    assert.deepEqual(notes, [
      {
        what: 'matches the paths of "GET /users/me/{thing}" and "GET /users/{id}/posts"; it does what the first does, with limits of its own',
        routes: ["GET /users/me/posts"],
      },
    ]);
    assert.equal(Object.keys(routes).length, 4);
    assert.equal(normalise(fromOpenApi(document)).routes[0]?.key, "GET /users/me/posts");
  });

  it("keep the path at the backend, and what the route sets", () => {
    const { routes } = fromOpenApi(
      openApi({
        "/a/{x}/c": get(),
        "/{y}/b/{z}": get(),
        "/a/{x}/{w}": get({ "x-polygate": { path: "/v2/{w}/{x}", timeoutSeconds: 3 } }),
      }),
    );
    assert.deepEqual(routes["GET /a/b/{w}"], { auth: "staff", to: "backend", path: "/v2/{w}/b", timeoutSeconds: 3 });
    assert.ok("GET /a/b/c" in routes);
  });

  it("have the methods of both, so that no request of a shared path reaches a wider route by accident", () => {
    const guarded = { responses: {}, security: [{ staff: ["write"] }] };
    const { routes } = fromOpenApi(
      openApi({ "/a/{x}": { ...get(), put: guarded }, "/{y}/b": { ...get(), post: guarded } }),
    );
    assert.deepEqual(
      Object.keys(routes).filter((key) => key.endsWith(" /a/b")),
      ["GET /a/b", "PUT /a/b", "POST /a/b"],
    );
    assert.deepEqual(routes["POST /a/b"], { auth: "staff", scopes: ["write"], to: "backend", path: "/a/b" });
  });

  it("are rejected if they require something different, because the backend may choose the other", () => {
    const document = openApi({ "/a/{x}": get({ security: [{ staff: ["read"] }] }), "/{y}/b": get() });
    assert.deepEqual(placesOf(document), ["ambiguous-routes #/paths/~1a~1{x}/get"]);
    const decided = fromOpenApi(document, {
      routes: { "GET /a/b": { to: "backend", auth: "staff", scopes: ["read"] } },
    });
    assert.ok("GET /a/b" in decided.routes);
  });

  it("are decided by the route with precedence among all that match the shared paths, not only by the two that cross", () => {
    const { routes, notes } = fromOpenApi(
      openApi({
        "/b/{x}/{y}": get({ "x-polygate": { path: "/wide/{x}/{y}" } }),
        "/b/b/{z}": get({ "x-polygate": { path: "/narrow/{z}" } }),
        "/{w}/b/a": get(),
      }),
    );
    assert.deepEqual(routes["GET /b/b/a"], { auth: "staff", to: "backend", path: "/narrow/a" });
    assert.deepEqual(notes?.[0], {
      what: 'matches the paths of "GET /b/b/{z}" and "GET /{w}/b/a"; it does what the first does, with limits of its own',
      routes: ["GET /b/b/a"],
    });
  });

  it("are rejected if a third route that matches the shared paths requires something different", () => {
    const guarded = get({ security: [{ staff: ["write"] }] });
    const first = openApi({ "/b/{x}/{y}": get(), "/b/b/{z}": guarded, "/{w}/b/a": get() });
    assert.deepEqual([...new Set(placesOf(first).map((place) => place.split(" ")[0]))], ["ambiguous-routes"]);
    const later = openApi({ "/b/b/{x}": get(), "/{y}/b/a": get(), "/b/{z}/a": guarded });
    assert.deepEqual([...new Set(placesOf(later).map((place) => place.split(" ")[0]))], ["ambiguous-routes"]);
  });

  it("are declared if the routes list the same scopes in another order, and not if one requires all of them", () => {
    const scoped = (scopes: unknown): object => get({ "x-polygate": { scopes } });
    const [any, all] = [["r", "w"], { all: ["r", "w"] }];
    const { routes } = fromOpenApi(openApi({ "/a/{x}": scoped(["w", "r"]), "/{y}/b": scoped(any) }));
    assert.deepEqual(routes["GET /a/b"]?.scopes, ["w", "r"]);
    const strict = fromOpenApi(openApi({ "/a/{x}": scoped({ all: ["w", "r"] }), "/{y}/b": scoped(all) })).routes;
    assert.deepEqual(strict["GET /a/b"]?.scopes, { all: ["w", "r"] });
    assert.deepEqual(placesOf(openApi({ "/a/{x}": scoped(any), "/{y}/b": scoped(all) })), [
      "ambiguous-routes #/paths/~1a~1{x}/get",
    ]);
  });

  it("keep what ANY and a single method declare apart, whatever order they are in", () => {
    const any = (more: object = {}) => ({ "x-amazon-apigateway-any-method": { responses: {}, ...more } });
    const guarded = get({ security: [{ staff: ["write"] }] });
    const document = openApi({ "/a/{x}": any(), "/{y}/b": any(), "/{z}/{q}": guarded });
    assert.deepEqual(fromOpenApi(document).routes["ANY /a/b"], { auth: "staff", to: "backend", path: "/a/b" });
    const narrower = openApi({ "/b/{x}/{y}": any(), "/b/b/{z}": guarded, "/{w}/b/a": any() });
    assert.ok(placesOf(narrower).some((place) => place.startsWith("ambiguous-routes ")));
  });

  it("are rejected if a plan limits one of them, because the shared paths would not count", () => {
    const key = { security: [{ key: [] }] };
    const document = openApi(
      { "/a/{x}": get(key), "/{y}/b": get(key) },
      {
        components: { securitySchemes: { key: { type: "apiKey", in: "header", name: "x-api-key" } } },
        security: undefined,
        "x-polygate": { plans: { free: { routes: { "GET /{y}/b": [{ requests: 1, per: "day" }] } } } },
      },
    );
    assert.deepEqual(placesOf(document), ["ambiguous-routes #/paths/~1a~1{x}/get"]);
  });

  it("lead each method to the route that has precedence for it, also if only a third route outside the pair has that method", () => {
    const any = (to: string) => ({ "x-amazon-apigateway-any-method": { responses: {}, "x-polygate": { to } } });
    const backends = { one: { kind: "http" }, two: { kind: "http" }, three: { kind: "http" } };
    const { routes } = normalise(
      fromOpenApi(
        openApi(
          {
            "/a/{x}/c": any("one"),
            "/{y}/b/c": any("two"),
            "/a/b/{z}": { post: { responses: {}, "x-polygate": { to: "three" } } },
          },
          { "x-polygate": { backends } },
        ),
      ),
    );
    const reached = (method: string) =>
      routes.flatMap((route) =>
        route.path === "/a/b/c" && route.method === method && route.kind === "proxy" ? [route.backend] : [],
      );
    assert.deepEqual([reached("POST"), reached("GET")], [["three"], ["one"]]);
  });

  it("are decided by path and method, for any methods and every request", () => {
    const segment = fc.constantFrom("a", "b", "{}");
    const any = "x-amazon-apigateway-any-method";
    const item = fc.record({
      path: fc.tuple(segment, segment, segment),
      methods: fc.constantFrom([any], [any], ["post"], ["get", any]),
    });
    const pair = [
      { path: ["a", "{}", "a"], methods: [any] },
      { path: ["{}", "b", "a"], methods: [any] },
    ];
    const items = fc
      .uniqueArray(item, { minLength: 1, maxLength: 2, selector: ({ path }) => path.join("/") })
      .map((others) => [...pair, ...others.filter(({ path }) => !/^(?:a,\{\}|\{\},b),a$/.test(String(path)))]);
    let crossed = 0;
    fc.assert(
      fc.property(items, (list) => {
        const backends: Record<string, object> = {};
        const paths = list.map(({ path, methods }, index) => {
          const named = `/${path.map((each, at) => (each === "{}" ? `{p${at}}` : each)).join("/")}`;
          const operations = methods.map((method) => {
            const to = `b${index}-${method}`;
            backends[to] = { kind: "http" };
            return [method, { responses: {}, "x-polygate": { to } }];
          });
          return [named, Object.fromEntries(operations)];
        });
        const document = openApi(Object.fromEntries(paths), { "x-polygate": { backends } });
        // A single method that crosses ANY is left to the user.
        if (placesOf(document).some((place) => place.startsWith("ambiguous-routes "))) return;
        const { routes } = normalise(fromOpenApi(document));
        if (new Set(routes.map(({ path }) => path)).size > list.length) crossed++;
        for (const [method, own] of [
          ["GET", "get"],
          ["POST", "post"],
          ["DELETE", "delete"],
        ] as const) {
          for (const request of requests) {
            const matching = (path: readonly string[]) =>
              path.length === request.length && path.every((each, at) => each === "{}" || each === request[at]);
            const [expected] = list
              .flatMap(({ path, methods }, index) => {
                const found = [own, any].find((each) => (methods as readonly string[]).includes(each));
                return found !== undefined && matching(path) ? [{ path, to: `b${index}-${found}` }] : [];
              })
              .sort((one, other) =>
                one.path.join("/").replaceAll("{}", "~") < other.path.join("/").replaceAll("{}", "~") ? -1 : 1,
              );
            const reached = routes.find(
              (route) =>
                route.method === method &&
                matching(route.pattern.map((each) => (each.kind === "literal" ? each.text : "{}"))),
            );
            assert.equal(
              reached?.kind === "proxy" ? reached.backend : undefined,
              expected?.to,
              `${method} ${request.join("/")}`,
            );
          }
        }
      }),
      { numRuns: 120 },
    );
    // About one document in eight has crossing paths.
    assert.ok(crossed > 20, `${crossed} documents with crossing paths`);
  });

  it("are decided segment by segment, literal before parameter, for any paths and every request", () => {
    const segment = fc.constantFrom("a", "b", "{}");
    const paths = fc.uniqueArray(fc.array(segment, { minLength: 1, maxLength: 3 }), {
      minLength: 2,
      maxLength: 5,
      selector: (path) => path.join("/"),
    });
    const matches = (path: readonly string[], request: readonly string[]): boolean =>
      path.length === request.length && path.every((each, index) => each === "{}" || each === request[index]);
    let crossed = 0;
    fc.assert(
      fc.property(paths, (list) => {
        const named = list.map(
          (path) => `/${path.map((each, index) => (each === "{}" ? `{p${index}}` : each)).join("/")}`,
        );
        const backends = Object.fromEntries(named.map((_, index) => [`b${index}`, { kind: "http" }]));
        const document = openApi(
          Object.fromEntries(named.map((path, index) => [path, get({ "x-polygate": { to: `b${index}` } })])),
          { "x-polygate": { backends } },
        );
        const { routes } = normalise(fromOpenApi(document));
        if (routes.length > list.length) crossed++;
        for (const request of requests) {
          // The first path in the order of literals before parameters, segment by segment.
          const [expected] = list
            .map((path, index) => ({ path, index }))
            .filter(({ path }) => matches(path, request))
            .sort((one, other) =>
              one.path.join("/").replaceAll("{}", "~") < other.path.join("/").replaceAll("{}", "~") ? -1 : 1,
            );
          const reached = routes.find(({ pattern }) =>
            matches(
              pattern.map((each) => (each.kind === "literal" ? each.text : "{}")),
              request,
            ),
          );
          assert.equal(reached?.kind === "proxy" ? reached.backend : undefined, expected && `b${expected.index}`);
          if (reached?.kind !== "proxy") continue;
          const values = new Map(
            reached.pattern.flatMap((each, index) =>
              each.kind === "literal" ? [] : [[each.name, request[index]] as const],
            ),
          );
          const sent = reached.backendPath.map((each) => (each.kind === "literal" ? each.text : values.get(each.name)));
          assert.deepEqual(sent, request);
        }
      }),
      { numRuns: 500 },
    );
    assert.ok(crossed > 50, `${crossed} documents with crossing paths`);
  });
});

const requests = ["a", "b", "z"].flatMap((one) => [
  [one],
  ...["a", "b", "z"].flatMap((two) => [[one, two], ...["a", "b", "z"].map((three) => [one, two, three])]),
]);
