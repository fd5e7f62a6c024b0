import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { type Api, requiresKey, tokenOf } from "../../../../components/api/checked-api.ts";
import { byPrecedence } from "../../../../components/api/path/pattern.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";

/** A description that uses every member. */
const everything = {
  version: 1,
  title: "Orders",
  backends: { shop: { kind: "http" }, erp: { kind: "http" }, ship: { kind: "fn" } },
  auth: {
    staff: { kind: "jwt", audiences: ["a", "b"], audienceFallback: "client_id" },
    partners: { kind: "apiKey" },
    both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["a"] }, { kind: "apiKey" }] },
    anyone: { kind: "open", reason: "public" },
  },
  default: { auth: "staff", limits: [{ requests: 9, per: "day", by: "api" }], timeoutSeconds: 9 },
  cors: {
    origins: ["https://a.example.com", "http://localhost:3000"],
    methods: ["GET", "POST"],
    headers: ["x-a", "x-b"],
    expose: ["x-c"],
    maxAgeSeconds: 5,
    credentials: true,
  },
  plans: {
    free: {},
    gold: {
      limits: [
        { requests: 5, per: "second", burst: 9 },
        { requests: 50, per: "hour" },
      ],
      quota: { requests: 500, per: "month" },
      routes: { "PUT /keyed": [{ requests: 1, per: "minute", burst: 2 }], "PUT /both/{id}": [] },
    },
  },
  routes: {
    "GET /a/{id}": {
      to: "shop",
      path: "/v2/{id}",
      auth: "staff",
      scopes: ["read", "write"],
      limits: [
        { requests: 5, per: "minute", by: "consumer", burst: 2 },
        { requests: 5, per: "second", by: "ip" },
      ],
      timeoutSeconds: 3,
      requestHeaders: { set: { "x-a": "b", "x-b": "c" }, remove: ["cookie", "x-d"] },
    },
    "POST /b/{rest+}": {
      to: "erp",
      path: "/{rest}",
      request: {
        query: ["page"],
        headers: ["x-a", "x-b"],
        body: {
          type: "object",
          required: ["a"],
          properties: {
            a: { type: "string", pattern: "^a", minLength: 1, maxLength: 2 },
            b: { type: "array", items: { enum: ["x", 1, true] } },
            c: { type: "number", minimum: 1, maximum: 2.5 },
          },
          additionalProperties: false,
        },
      },
    },
    "PUT /keyed": { to: "ship", auth: "partners", timeoutSeconds: 3 },
    "PUT /both/{id}": { to: "shop", auth: "both", scopes: ["write"] },
    "GET /health": {
      reply: { status: 200, headers: { "x-a": "b" }, body: { ok: [true, null] } },
      auth: "anyone",
      limits: [],
    },
  },
};

type Step = string | number;

/** Every place in a value, except inside bodies: that of a reply is any JSON, and that of a request has its own tests. */
function placesIn(value: unknown, at: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== "object" || value === null || at.at(-1) === "body") return [at];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    placesIn(member, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return [at, ...inner];
}

function replaced(value: unknown, [step, ...rest]: readonly Step[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, by) : item));
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([key, member]) => [key, key === step ? replaced(member, rest, by) : member]));
}

function written(steps: readonly Step[]): string {
  const text = steps.map((step) =>
    typeof step === "number" ? `[${step}]` : /^[a-z]+$/i.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
  );
  return text.join("").replace(/^\./, "");
}

function read(description: unknown): Api | readonly Problem[] {
  try {
    return normalise(description);
  } catch (error) {
    assert.ok(error instanceof PolygateError, error instanceof Error ? error.stack : String(error));
    assert.ok(error.problems.length > 0);
    for (const { code, rule, remedy } of error.problems) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.ok(rule !== "" && remedy !== "");
    }
    return error.problems;
  }
}

/** Asserts what must hold for every API. */
function assertSound(api: Api): void {
  assert.ok(api.routes.length > 0);
  assert.equal(new Set(api.routes.map(({ key }) => key)).size, api.routes.length);
  for (const [index, route] of api.routes.entries()) {
    assert.equal(route.key, `${route.method} ${route.path}`);
    assert.equal(route.auth, api.auth[route.authName]);
    const token = tokenOf(route.auth);
    if (token === undefined) assert.deepEqual(route.scopes, { match: "any", names: [] });
    else assert.ok((token.audiences?.length ?? 1) > 0);
    if (requiresKey(route.auth)) assert.ok(Object.keys(api.plans).length > 0);
    if (route.kind === "proxy") assert.equal(route.backendKind, api.backends[route.backend]?.kind);
    if (route.auth.kind === "open") {
      assert.ok(route.auth.reason.trim() !== "");
      assert.ok(route.limits.every(({ by }) => by !== "consumer"));
    }
    for (const text of route.scopes.names) assert.match(text, /^[!-~]+$/);
    for (const { requests, burst = 1 } of route.limits) {
      assert.ok(Number.isInteger(requests) && requests >= 1 && Number.isInteger(burst) && burst >= 1);
    }
    const next = api.routes[index + 1];
    assert.ok(next === undefined || byPrecedence(route.pattern, next.pattern) <= 0, "narrower routes come first");
    if (route.kind === "reply") {
      assert.ok(route.status >= 200 && route.status <= 599);
      assert.ok(route.body === "" || Object.hasOwn(route.headers, "content-type"));
      continue;
    }
    assert.ok(Object.hasOwn(api.backends, route.backend));
    assert.ok(Number.isInteger(route.timeoutSeconds) && route.timeoutSeconds >= 1 && route.timeoutSeconds <= 3600);
    const own = route.pattern.flatMap((segment) => (segment.kind === "literal" ? [] : [segment]));
    for (const segment of route.backendPath) {
      assert.ok(segment.kind === "literal" || own.some((wanted) => isDeepStrictEqual(wanted, segment)));
    }
    for (const header of [...Object.keys(route.setHeaders), ...route.removeHeaders]) {
      assert.equal(header, header.toLowerCase());
    }
    assert.equal(new Set(route.removeHeaders).size, route.removeHeaders.length);
  }
  const keyed = api.routes.filter(({ auth }) => requiresKey(auth)).map(({ key }) => key);
  assert.equal(keyed.length > 0, Object.keys(api.plans).length > 0, "plans and keys go together");
  for (const { limits, quota, routes } of Object.values(api.plans)) {
    for (const key of Object.keys(routes)) assert.ok(keyed.includes(key), key);
    for (const own of [limits, ...Object.values(routes)]) {
      assert.equal(new Set(own.map(({ per }) => per)).size, own.length);
      for (const { requests, burst = 1 } of own) {
        assert.ok(Number.isInteger(requests) && requests >= 1 && Number.isInteger(burst) && burst >= 1);
      }
    }
    if (quota !== undefined) assert.ok(["day", "week", "month"].includes(quota.per) && quota.requests >= 1);
  }
  if (api.cors !== undefined) {
    assert.ok(api.cors.origins.length > 0 && api.cors.methods.length > 0);
    assert.ok(!api.cors.credentials || !api.cors.origins.includes("*"));
  }
}

/** Problems that a fault at one place can cause at others. */
const dependents = ["no-auth", "unknown-auth", "unknown-backend"];

describe("the shape of a description", () => {
  const places = placesIn(everything);

  it("accepts every member at once", () => {
    const api = read(everything);
    assert.ok("routes" in api, JSON.stringify(api));
    assertSound(api);
    assert.ok(places.length > 100, `${places.length} places`);
  });

  it("rejects null at any place, and reports only that place", () => {
    for (const steps of places) {
      if (steps.at(-1) === "body") continue;
      const problems = read(replaced(everything, steps, null));
      assert.ok(!("routes" in problems), `null was taken at ${written(steps)}`);
      // Without backends, for example, each route that names one is reported as well.
      const own = problems.filter(({ code }) => steps.length > 1 || !dependents.includes(code));
      assert.deepEqual(
        own.map(({ place }) => place ?? ""),
        [written(steps)],
        JSON.stringify(problems, undefined, 1),
      );
    }
  });

  it("rejects a value of another type at any place, and names the place", () => {
    // An empty object or list can be correct: the limits of a route, for example, may be empty.
    const mayBeEmpty =
      /(^default|\.limits|\.headers|\.expose|\.remove|\.set|\.requestHeaders)$|^cors\.(headers|expose)$|^plans\.\w+(\.routes(\[[^\]]+\])?)?$/;
    for (const steps of places) {
      if (steps.at(-1) === "body") continue;
      const here = steps.reduce<unknown>((value, step) => (value as Record<Step, unknown>)[step], everything);
      for (const value of [[], {}, [null], { a: 1 }, 0.5, -1, "", true, false, Number.MAX_VALUE]) {
        if (
          typeof value === typeof here &&
          (typeof value === "boolean" || Array.isArray(value) === Array.isArray(here))
        ) {
          if (typeof value === "boolean" || mayBeEmpty.test(written(steps))) continue;
        }
        const problems = read(replaced(everything, steps, value));
        const what = `${JSON.stringify(value)} at ${written(steps)}`;
        assert.ok(!("routes" in problems), `${what} was taken`);
        assert.ok(
          problems.some(({ place = "", code }) => place.startsWith(written(steps)) || dependents.includes(code)),
          `${what}: ${JSON.stringify(problems, undefined, 1)}`,
        );
      }
    }
  });

  it("requires every member that has no default", () => {
    const optional = [
      ...["title", "default.limits", "default.timeoutSeconds", "cors", "cors.methods", "cors.headers", "cors.expose"],
      ...["cors.maxAgeSeconds", "cors.credentials"],
      ...["path", "auth", "scopes", "limits", "limits[0].burst", "timeoutSeconds", "requestHeaders"].map(
        (member) => `routes["GET /a/{id}"].${member}`,
      ),
      ...["set", 'set["x-a"]', 'set["x-b"]', "remove"].map(
        (member) => `routes["GET /a/{id}"].requestHeaders.${member}`,
      ),
      'routes["POST /b/{rest+}"].path',
      'routes["POST /b/{rest+}"].request',
      'routes["POST /b/{rest+}"].request.body',
      'routes["POST /b/{rest+}"].request.headers',
      'routes["POST /b/{rest+}"].request.query',
      ...["staff", "both.of[0]"].map((token) => `auth.${token}.audiences`),
      "auth.staff.audienceFallback",
      ...["free", "gold", "gold.limits", "gold.limits[0].burst", "gold.quota", "gold.routes"].map(
        (member) => `plans.${member}`,
      ),
      ...['["PUT /keyed"]', '["PUT /keyed"][0].burst', '["PUT /both/{id}"]'].map(
        (member) => `plans.gold.routes${member}`,
      ),
      ...['["PUT /keyed"].timeoutSeconds', '["PUT /both/{id}"].scopes'].map((member) => `routes${member}`),
      ...["reply.headers", 'reply.headers["x-a"]', "reply.body", "auth", "limits"].map(
        (member) => `routes["GET /health"].${member}`,
      ),
      ...["GET /a/{id}", "POST /b/{rest+}", "GET /health"].map((key) => `routes[${JSON.stringify(key)}]`),
    ];
    const members = places.filter((steps) => typeof steps.at(-1) === "string");
    const left = members.filter((steps) => "routes" in read(removed(everything, steps))).map(written);
    assert.deepEqual(left.toSorted(), optional.toSorted());
  });

  it("rejects an unknown member at any place, and names it", () => {
    const open = /^backends$|^auth$|^plans$|(^|\.)routes$|\.set$|\.headers$|\.body$/;
    for (const steps of places) {
      const here = steps.reduce<unknown>((value, step) => (value as Record<Step, unknown>)[step], everything);
      if (typeof here !== "object" || here === null || Array.isArray(here) || open.test(written(steps))) continue;
      for (const key of ["zzz", "__proto__", "constructor", "toString"]) {
        const text = JSON.stringify(here).replace(/^\{/, `{${JSON.stringify(key)}:{"kind":"http"},`);
        const more = JSON.parse(text.replace(/,\}$/, "}"));
        const problems = read(replaced(everything, steps, more));
        assert.deepEqual("routes" in problems ? [] : problems.map(({ code, place }) => [code, place]), [
          [
            "unknown-property",
            written([...steps, ...(/^_/.test(key) ? [] : [key])]) +
              (/^_/.test(key) ? `${steps.length === 0 ? "" : "."}${key}` : ""),
          ],
        ]);
      }
    }
  });

  it("becomes an API or one error, and is not modified, whatever values it contains", () => {
    const names = [
      "shop",
      "ship",
      "staff",
      "partners",
      "both",
      "anyone",
      "jwt",
      "apiKey",
      "allOf",
      "fn",
      "week",
      "open",
      "GET",
      "route",
      "minute",
      "*",
      "x-a",
      "/a",
      "/a/{id}",
    ];
    const json = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(...names, {}, [], 1, 600, { kind: "open", reason: "r" }, { status: 204 }),
      // Only JSON text can have a member called __proto__.
      fc.constantFrom<unknown>(
        JSON.parse('{"__proto__":{"kind":"open","reason":"r"}}'),
        JSON.parse('{"__proto__":"shop"}'),
      ),
    );
    const change = fc.record({ place: fc.constantFrom(...places), value: json, how: fc.constantFrom("set", "remove") });
    const seen = { apis: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const description = changes.reduce<unknown>((value, { place, value: by, how }) => {
          if (!places.some((one) => isDeepStrictEqual(one, place)) || !has(value, place)) return value;
          return how === "set" ? replaced(value, place, by) : removed(value, place);
        }, everything);
        const before = JSON.stringify(description);
        const result = read(description);
        assert.equal(JSON.stringify(description), before);
        if ("routes" in result) {
          seen.apis++;
          assertSound(result);
        } else seen.refused++;
      }),
      { numRuns: 3000 },
    );
    assert.ok(seen.apis > 100 && seen.refused > 100, JSON.stringify(seen));
  });

  it("rejects any JSON that is far from a description with one error", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.ok(!("routes" in read(value)), JSON.stringify(value));
      }),
    );
  });
});

function has(value: unknown, steps: readonly Step[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return true;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
  return has((value as Record<Step, unknown>)[step], rest);
}

function removed(value: unknown, steps: readonly Step[]): unknown {
  const owner = steps.slice(0, -1);
  const at = owner.reduce<unknown>((inner, step) => (inner as Record<Step, unknown>)[step], value);
  if (steps.length === 0) return undefined;
  const last = steps.at(-1);
  const without = Array.isArray(at)
    ? at.filter((_, index) => index !== last)
    : Object.fromEntries(Object.entries(at as object).filter(([key]) => key !== last));
  return replaced(value, owner, without);
}
