import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { type Api, operationKey } from "../../../../../components/api/checked-api.ts";
import { PolygateError } from "../../../../../components/api/problem.ts";
import { contentOf } from "../../../../../components/aws/rest-api/jwt-authorizer/deployment-package.ts";
import { authorizersOf, restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

const target = restApiTarget({ name: "shop" });

function described(routes: Readonly<Record<string, object>>): Api {
  return normalise({
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: {
      staff: { kind: "jwt", audiences: ["s"] },
      partners: { kind: "jwt", audiences: ["p"], audienceFallback: "client_id" },
      both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["b"] }, { kind: "apiKey" }] },
      key: { kind: "apiKey" },
      anyone: { kind: "open", reason: "a test" },
    },
    default: { auth: "staff" },
    plans: { free: {} },
    routes: { ...routes, "GET /key": { to: "shop", auth: "key" } },
  });
}

const scoped = (count: number): Record<string, object> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`GET /r${index}`, { to: "shop", scopes: [`s${index}`] }]),
  );

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, Record<string, object>>> };
}
interface Operation {
  readonly summary: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

function compiled(api: Api): Document {
  return JSON.parse(target.compile(api, placeholders(api, target)).document) as Document;
}

describe("the authorizers of a REST API", () => {
  it("are one for each requirement up to the quota, and a single one beyond it, with as many resources", () => {
    const count = (routes: number) => authorizersOf(described(scoped(routes))).all.length;
    assert.deepEqual([count(1), count(10), count(11), count(40), count(250)], [1, 10, 1, 1, 1]);
    const resources = (routes: number) => target.resources(described(scoped(routes)));
    assert.equal(resources(11), resources(1));
    assert.equal(resources(250), resources(1));
    assert.deepEqual(target.check(described(scoped(250))), []);
  });

  it("have the same names whatever another route requires, up to the quota", () => {
    const names = (routes: number) => authorizersOf(described(scoped(routes))).all.map(({ name }) => name);
    for (const name of names(9)) assert.ok(names(10).includes(name));
    assert.deepEqual(names(11), ["routes"]);
  });

  it("that decide by route receive the request, without a cache, and with the route in what identifies a request", () => {
    const { securitySchemes } = compiled(described(scoped(11))).components;
    assert.deepEqual(Object.keys(securitySchemes), ["routes", "api_key"]);
    assert.deepEqual(securitySchemes.routes?.["x-amazon-apigateway-authorizer"], {
      type: "request",
      authorizerUri:
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:routes/invocations",
      identitySource: "method.request.header.Authorization, context.httpMethod, context.resourcePath",
      authorizerResultTtlInSeconds: 0,
    });
  });

  it("differ for one of several scopes and for all of them", () => {
    const routes = {
      "GET /a": { to: "shop", scopes: ["a", "b"] },
      "GET /b": { to: "shop", scopes: { all: ["b", "a"] } },
    };
    const api = described(routes);
    const contents = authorizersOf(api).all.map((each) => contentOf(each, api, placeholders(api, target)));
    assert.deepEqual(contents.map((content) => "scopes" in content && JSON.stringify(content.scopes)).toSorted(), [
      '["a","b"]',
      '{"all":["a","b"]}',
    ]);
  });

  it("require of each operation what its route requires, for any routes", () => {
    const word = fc.constantFrom("a", "b", "{x}", "c");
    const path = fc.tuple(fc.array(word, { maxLength: 3 }), fc.boolean()).map(([parts, greedy]) => {
      const named = parts.map((part, index) => (part === "{x}" ? `{x${index}}` : part));
      return `/${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
    });
    const list = fc.uniqueArray(fc.constantFrom("p", "q", "r", "s"), { minLength: 1, maxLength: 4 });
    const route = fc.record({
      method: fc.constantFrom("GET", "POST", "PUT"),
      path,
      auth: fc.constantFrom("staff", "staff", "partners", "both", "key", "anyone"),
      scopes: fc.oneof(
        fc.constant(undefined),
        list,
        list.map((all) => ({ all })),
      ),
    });
    const counts = { single: 0, byRoute: 0 };
    fc.assert(
      fc.property(fc.array(route, { minLength: 1, maxLength: 40, size: "max" }), (drawn) => {
        const accepted: Record<string, object> = {};
        for (const [index, { method, path: where, auth, scopes }] of drawn.entries()) {
          const hasScopes = scopes !== undefined && auth !== "key" && auth !== "anyone";
          // Some routes overlap, and the others have a path of their own.
          const own = index % 3 === 0 ? where : `/p${index}${where === "/" ? "" : where}`;
          const more = { [`${method} ${own}`]: { to: "shop", auth, ...(hasScopes ? { scopes } : {}) } };
          if (isDescription({ ...accepted, ...more })) Object.assign(accepted, more);
        }
        const api = described(accepted);
        const bindings = placeholders(api, target);
        const authorizers = new Map(authorizersOf(api).all.map((each) => [each.name, contentOf(each, api, bindings)]));
        const byKey = new Map(api.routes.map((each) => [operationKey(each), each]));
        for (const [resource, operations] of Object.entries(compiled(api).paths)) {
          for (const [method, { summary, security = [] }] of Object.entries(operations)) {
            const { auth, scopes } = byKey.get(summary) ?? assert.fail(summary);
            const used = security.flatMap((entry) => Object.keys(entry)).filter((name) => name !== "api_key");
            const token = auth.kind === "allOf" ? auth.of[0] : auth.kind === "jwt" ? auth : undefined;
            assert.equal(used.length, token === undefined ? 0 : 1);
            if (token === undefined) continue;
            const content = authorizers.get(used[0] ?? "") ?? assert.fail(`no authorizer ${used[0]}`);
            const isByRoute = "routes" in content;
            const index = isByRoute ? content.routes[`${method.toUpperCase()} ${resource}`] : 0;
            const required = isByRoute ? content.requirements[index ?? -1] : content;
            assert.deepEqual(required?.audiences, token.audiences);
            assert.equal(required?.audienceFallback, token.audienceFallback);
            const names = scopes.names.toSorted();
            assert.deepEqual(required?.scopes, scopes.match === "all" ? { all: names } : names);
            counts[isByRoute ? "byRoute" : "single"]++;
          }
        }
      }),
      { numRuns: 40 },
    );
    assert.ok(Math.min(...Object.values(counts)) > 50, JSON.stringify(counts));
  });
});

function isDescription(routes: Readonly<Record<string, object>>): boolean {
  try {
    described(routes);
    return true;
  } catch (error) {
    if (error instanceof PolygateError) return false;
    throw error;
  }
}
