import assert from "node:assert/strict";
import fc from "fast-check";
import { methods } from "../../../../components/api/check/methods.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { type Api, operationKey } from "../../../../components/api/checked-api.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";

const described = (routes: object, more: object = {}) => ({
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: {
    staff: { kind: "jwt", audiences: ["a"] },
    partners: { kind: "apiKey" },
    anyone: { kind: "open", reason: "public" },
  },
  default: { auth: "staff" },
  routes,
  ...more,
});

function problems(routes: object, more: object = {}): readonly Problem[] {
  try {
    normalise(described(routes, more));
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

const shop = { to: "shop" };

/** The methods of each key. */
function methodsByKey({ routes }: Api): Readonly<Record<string, readonly string[]>> {
  const byKey = Map.groupBy(routes, ({ key }) => key);
  return Object.fromEntries([...byKey].map(([key, its]) => [key, its.map(({ method }) => method).toSorted()]));
}

describe("a route for any method", () => {
  it("has every method of its path that no other route of that path declares, whatever the parameters are called", () => {
    const api = normalise(
      described({
        "ANY /files/{rest+}": shop,
        "GET /files/{path+}": shop,
        "POST /files": shop,
        "PUT /files/{id}": shop,
        "DELETE /files/{rest+}": shop,
      }),
    );
    assert.deepEqual(methodsByKey(api)["ANY /files/{rest+}"], ["HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
    assert.deepEqual(
      api.routes.filter(({ key }) => key.startsWith("ANY")).map(operationKey),
      ["HEAD", "OPTIONS", "PATCH", "POST", "PUT"].map((method) => `${method} /files/{rest+}`),
    );
  });

  it("leaves OPTIONS to the gateway where the API has cors, and is among the methods that cors allows", () => {
    const { routes, cors } = normalise(described({ "ANY /": shop }, { cors: { origins: ["*"] } }));
    const others = methods.filter((method) => method !== "OPTIONS");
    assert.deepEqual(routes.map(({ method }) => method).toSorted(), others.toSorted());
    assert.deepEqual(cors?.methods, others);
  });

  it("is a catch-all together with the root", () => {
    const api = normalise(described({ "ANY /": shop, "ANY /{rest+}": shop }));
    assert.deepEqual(methodsByKey(api), {
      "ANY /": methods.toSorted(),
      "ANY /{rest+}": methods.toSorted(),
    });
  });

  it("means what its methods would mean, declared one by one", () => {
    const path = fc.constantFrom("/", "/a", "/a/{x}", "/a/{y}", "/{z}", "/a/{rest+}", "/{rest+}");
    const key = fc.tuple(fc.constantFrom("ANY", "ANY", ...methods), path).map((parts) => parts.join(" "));
    const route = fc.constantFrom(shop, { ...shop, auth: "anyone" }, { ...shop, limits: [] });
    const nameless = (text: string) => text.replaceAll(/\{\w+/g, "{");
    const outcome = (routes: Readonly<Record<string, object>>): unknown => {
      try {
        const api = normalise(described(routes));
        return api.routes.map((found) => [operationKey(found), found.authName, found.limits]);
      } catch (error) {
        if (!(error instanceof PolygateError)) throw error;
        return [...new Set(error.problems.map(({ code }) => code))].toSorted();
      }
    };
    let carried = 0;
    fc.assert(
      fc.property(fc.dictionary(key, route, { minKeys: 1, maxKeys: 5 }), (routes) => {
        const named = Object.keys(routes).map((each) => nameless(each));
        const expanded = Object.entries(routes).flatMap(([each, its]) => {
          const [method, at = ""] = each.split(" ");
          if (method !== "ANY") return [[each, its] as const];
          return methods
            .filter((other) => !named.includes(nameless(`${other} ${at}`)))
            .map((other) => [`${other} ${at}`, its] as const);
        });
        const found = outcome(routes);
        assert.deepEqual(found, outcome(Object.fromEntries(expanded)));
        if (Array.isArray((found as readonly unknown[])[0])) carried++;
      }),
      { numRuns: 300 },
    );
    assert.ok(carried > 50, `${carried} were accepted`);
  });

  it("is reported once, under its own key", () => {
    const wrong = problems({ "ANY /a/{x}": { to: "shpo", scopes: [] } });
    assert.deepEqual(
      wrong.map(({ code, route }) => [code, route]),
      [
        ["empty-scopes", "ANY /a/{x}"],
        ["unknown-backend", "ANY /a/{x}"],
      ],
    );
    assert.deepEqual(problems({ "ANY /a/{x}": shop, "ANY /a/{y}": shop }), [
      {
        code: "duplicate-route",
        route: "ANY /a/{y}",
        rule: '"ANY /a/{y}" and "ANY /a/{x}" match the same requests.',
        remedy: "Remove one. The names of parameters do not distinguish routes.",
      },
    ]);
    assert.deepEqual(
      problems({ "ANY /a/{x}": shop, "ANY /{y}/b": shop }).map(({ code }) => code),
      ["ambiguous-routes"],
    );
    assert.deepEqual(problems({ "GET /a": shop, "ANY /{rest+}": { ...shop, auth: "anyone" } }), [
      {
        code: "weaker-fall-through",
        route: "GET /a",
        rule: '"ANY /a" is not declared, so its requests would reach "ANY /{rest+}", which requires less than "GET /a".',
        remedy: 'Declare "ANY /a" with the authentication that it should have.',
      },
    ]);
  });

  it("is rejected if other routes declare every method", () => {
    const all = Object.fromEntries(methods.map((method) => [`${method} /a`, shop]));
    assert.deepEqual(problems({ ...all, "ANY /a": shop }), [
      {
        code: "no-method-left",
        route: "ANY /a",
        place: 'routes["ANY /a"]',
        rule: 'Other routes name every method of "/a", so "ANY /a" would match nothing.',
        remedy: "Remove it, or one of the others.",
      },
    ]);
  });

  it("may have a reply with a body, which the response to HEAD lacks", () => {
    const { routes } = normalise(described({ "ANY /": { reply: { status: 503, body: "closed" } } }));
    for (const route of routes) {
      assert.ok(route.kind === "reply");
      assert.equal(route.body, route.method === "HEAD" ? "" : "closed");
      assert.equal(route.headers["content-type"], "text/plain; charset=utf-8");
    }
  });

  it("has no body to check, unless all of its methods have one", () => {
    const checked = { ...shop, request: { body: { type: "object" } } };
    assert.deepEqual(
      problems({ "ANY /": checked }).map(({ code, rule }) => [code, rule]),
      [["body-without-meaning", "The route has methods whose bodies have no meaning."]],
    );
    const others = Object.fromEntries(["GET", "HEAD", "DELETE", "OPTIONS"].map((method) => [`${method} /`, shop]));
    assert.deepEqual(problems({ "ANY /": checked, ...others }), []);
  });

  it("has the limits of a plan under its own key", () => {
    const limits = [{ requests: 1, per: "second" }] as const;
    const keyed = { ...shop, auth: "partners" };
    const more = { plans: { gold: { routes: { "ANY /a": limits } } } };
    assert.deepEqual(normalise(described({ "ANY /a": keyed }, more)).plans.gold?.routes["ANY /a"], limits);
    assert.deepEqual(
      problems({ "ANY /a": keyed, "POST /a": shop }, { plans: { gold: { routes: { "PUT /a": limits } } } }).map(
        ({ code, remedy }) => [code, remedy],
      ),
      [["unknown-route", 'Did you mean "POST /a"?']],
    );
    assert.deepEqual(
      problems({ "ANY /a": shop }, { plans: { gold: {} } }).map(({ code }) => code),
      ["plans-without-key"],
    );
  });
});
