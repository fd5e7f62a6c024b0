import assert from "node:assert/strict";
import fc from "fast-check";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError } from "../../../../components/api/problem.ts";
import type { Cache } from "../../../../components/aws/rest-api/cache.ts";
import { restApiTarget } from "../../../../components/aws/rest-api/target.ts";
import type { AwsMethodSettings, AwsRestApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { interpretAwsRestApi } from "../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import type { GatewayRequest, Interpreter } from "../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../sandbox/data-plane/verifying/counters.ts";

const described = {
  version: 1,
  backends: { erp: { kind: "http" }, ship: { kind: "fn" } },
  auth: { anyone: { kind: "open", reason: "a test" }, partners: { kind: "apiKey" } },
  default: { auth: "anyone" },
  plans: { free: {} },
  routes: {
    "GET /prices/{id}": { to: "erp" },
    "GET /prices/{id}/history": { to: "erp", limits: [{ requests: 5, per: "second", by: "route" }] },
    "GET /files/{rest+}": { to: "ship" },
    "GET /files/a/{id}": { to: "erp" },
    "GET /private/{id}": { to: "erp", auth: "partners" },
    "GET /plain": { to: "erp", request: { query: ["page"], headers: ["x-tenant"] } },
    "POST /prices": { to: "erp" },
    "ANY /any": { to: "erp" },
    "GET /health": { reply: { status: 200 } },
  },
};

function compiled(cache: unknown, more: object = {}) {
  const target = restApiTarget({ name: "prices", cache: cache as Cache });
  const { api } = carry(normalise({ ...described, ...more }), target.capabilities, {}, target.check);
  return { api, ...target.compile(api, placeholders(api, target)) };
}

function problemsOf(cache: unknown): readonly string[] {
  try {
    compiled(cache);
  } catch (error) {
    assert.ok(error instanceof PolygateError);
    return error.problems.map(({ code, place }) => `${code} ${place}`);
  }
  return [];
}

const cache: Cache = {
  sizeGb: "0.5",
  routes: {
    "GET /prices/{id}": { ttlSeconds: 60, query: ["currency"], headers: ["Accept-Language"] },
    "GET /files/{rest+}": { ttlSeconds: 3_600 },
    "GET /plain": { ttlSeconds: 5, query: ["page"], headers: ["X-Tenant"] },
  },
};
const integration = "x-amazon-apigateway-integration";

describe("a cache of a REST API", () => {
  it("has a size that AWS offers, and open routes with GET and a backend", () => {
    assert.deepEqual(problemsOf(cache), []);
    assert.deepEqual(problemsOf({}), ["bad-cache cache"]);
    assert.deepEqual(problemsOf({ sizeGb: 1, routes: {} }), ["bad-cache cache.sizeGb", "bad-cache cache.routes"]);
    const of = (key: string, route: unknown = { ttlSeconds: 1 }) =>
      problemsOf({ sizeGb: "0.5", routes: { [key]: route } }).map((found) =>
        found.replace(/ cache\.routes\[.*?\]/, " "),
      );
    assert.deepEqual(of("GET /none"), ["unknown-route "]);
    assert.deepEqual(of("POST /prices"), ["not-cached "]);
    assert.deepEqual(of("ANY /any"), ["not-cached "], "its other methods are not cached");
    assert.deepEqual(of("GET /health"), ["not-cached "]);
    assert.deepEqual(of("GET /private/{id}"), ["not-cached "], "a response for one caller is not returned to another");
    assert.deepEqual(of("GET /plain", 60), ["bad-cache "]);
    for (const ttlSeconds of [0, 3_601, 1.5, "60", undefined]) {
      assert.deepEqual(of("GET /plain", { ttlSeconds }), ["out-of-range .ttlSeconds"], String(ttlSeconds));
    }
    assert.deepEqual(of("GET /plain", { ttlSeconds: 1, query: ["a b"], headers: "x" }), [
      "parameter-characters .query",
      "parameter-characters .headers",
    ]);
  });

  it("distinguishes responses by path, by caller, and by what the route lists", () => {
    const { paths } = JSON.parse(compiled(cache).document);
    const { get } = paths["/prices/{id}"];
    assert.deepEqual(get[integration].cacheKeyParameters, [
      "method.request.path.id",
      "method.request.multivaluequerystring.currency",
      "method.request.multivalueheader.authorization",
      "method.request.multivalueheader.cookie",
      "method.request.multivalueheader.x-api-key",
      "method.request.multivalueheader.accept-language",
    ]);
    assert.equal(get[integration].cacheNamespace, get.operationId);
    assert.deepEqual(
      get.parameters.map(({ name, in: where, required }: Record<string, unknown>) => [name, where, required]),
      [
        ["id", "path", true],
        ["currency", "query", false],
        ["authorization", "header", false],
        ["cookie", "header", false],
        ["x-api-key", "header", false],
        ["accept-language", "header", false],
      ],
    );
    assert.deepEqual(paths["/prices/{id}/history"].get[integration].cacheKeyParameters, [
      "method.request.path.id",
      "method.request.multivalueheader.authorization",
      "method.request.multivalueheader.cookie",
      "method.request.multivalueheader.x-api-key",
    ]);
    const names = paths["/plain"].get.parameters.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ["page", "x-tenant", "authorization", "cookie", "x-api-key"], "each is declared once");
    assert.equal(paths["/prices"].post[integration].cacheNamespace, undefined);
    assert.equal(paths["/health"].get[integration].cacheNamespace, undefined);
    const pages = JSON.parse(compiled(cache, { cors: { origins: ["https://a.test"] } }).document);
    assert.ok(
      pages.paths["/prices/{id}"].get[integration].cacheKeyParameters.includes(
        "method.request.multivalueheader.origin",
      ),
    );
  });

  it("is on for exactly its routes, and leaves their throttles unchanged", () => {
    const { methods } = compiled(cache);
    const none = { rate: -1, burst: -1 };
    assert.deepEqual(methods, [
      { methodPath: "*/*", ...none, cachedSeconds: 0 },
      { methodPath: "~1plain/GET", ...none, cachedSeconds: 5 },
      { methodPath: "~1files~1a/GET", ...none, cachedSeconds: 3_600 },
      { methodPath: "~1files~1{rest+}/GET", ...none, cachedSeconds: 3_600 },
      { methodPath: "~1prices~1{id}/GET", ...none, cachedSeconds: 60 },
      { methodPath: "~1prices~1{id}~1history/GET", rate: 5, burst: 5, cachedSeconds: 0 },
      { methodPath: "~1files~1a~1{id}~1{p4+}/GET", ...none, cachedSeconds: 3_600 },
    ]);
  });

  it("changes nothing for an API without a cache", () => {
    const { document, methods } = compiled(undefined);
    assert.ok(!document.includes("cache"));
    assert.ok(methods.every((each) => !("cachedSeconds" in each)));
  });

  const KEY = "the-key-of-a-consumer";

  /** The stage, with its settings, or without them as right after its creation. */
  function stage(hasSettings: boolean): Interpreter {
    const { document, methods } = compiled(cache);
    const settings = ({ cachedSeconds = 0 }: (typeof methods)[number]): AwsMethodSettings =>
      cachedSeconds === 0 ? { cachingEnabled: false } : { cachingEnabled: true, cacheTtlInSeconds: cachedSeconds };
    const artefacts: AwsRestApiArtefacts = {
      kind: "aws-rest-api",
      deploymentId: "d1e2f3",
      document,
      executionArn: "arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5",
      apiKeySource: "HEADER",
      binaryMediaTypes: ["*/*"],
      functions: Object.fromEntries(
        [...document.matchAll(/functions\/(arn:[^/]*)\/invocations/g)].map(([, arn = ""]) => [
          arn,
          {
            arn,
            runtime: "nodejs22.x",
            handler: "index.handler",
            timeoutSeconds: 3,
            memoryMegabytes: 128,
            environment: {},
            files: {},
            permissions: [{ principal: "apigateway.amazonaws.com" }],
          },
        ]),
      ),
      stage: {
        name: "live",
        variables: {},
        cached: true,
        methodSettings: hasSettings
          ? Object.fromEntries(methods.map((each) => [each.methodPath, settings(each)] as const))
          : {},
      },
      usagePlans: [
        {
          id: "free",
          methodThrottles: {},
          keys: [KEY, `${KEY}-2`].map((value) => ({ id: value, value, enabled: true })),
        },
      ],
    };
    return interpretAwsRestApi(artefacts, {
      now: () => 1_000,
      keys: { of: () => assert.fail("no issuers here") },
      counters: new ProcessCounters(),
      functions: { invoke: () => assert.fail("asked by the test itself") },
    });
  }

  const few = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const requests = fc.array(
    fc.record({
      path: fc.constantFrom(
        "/prices/1",
        "/prices/2",
        "/prices/1/history",
        "/prices/2/history",
        "/files/1",
        "/files/1/2",
        "/files/a/1",
        "/files/a/1/2",
        "/private/1",
        "/plain",
      ),
      currency: fc.constantFrom(
        "",
        "currency=eur",
        "currency=usd",
        "currency=eur&currency=usd",
        "currency=usd&currency=eur",
      ),
      other: fc.constantFrom("", "user=1", "user=2"),
      authorization: few("Bearer a", "Bearer b"),
      cookie: few("id=1", "id=2"),
      key: fc.constantFrom(KEY, `${KEY}-2`),
      language: few("de", "en"),
      control: few("max-age=0", "no-cache"),
    }),
    { minLength: 20, maxLength: 60 },
  );

  for (const hasSettings of [true, false]) {
    it(`never returns one caller's response to another${hasSettings ? "" : ", not even before its settings are there"}`, async () => {
      let hits = 0;
      await fc.assert(
        fc.asyncProperty(requests, async (sent) => {
          const interpreter = stage(hasSettings);
          for (const { path, currency, other, authorization, cookie, key, language, control } of sent) {
            const required = path === "/plain" ? "page=1" : "";
            const query = [required, currency, other].filter((part) => part !== "").join("&");
            const headers = Object.entries({
              authorization,
              cookie,
              "x-api-key": key,
              "accept-language": language,
              "cache-control": control,
              "x-tenant": "t",
            }).flatMap(([name, value]): readonly (readonly [string, string])[] =>
              value === undefined ? [] : [[name, value]],
            );
            const request: GatewayRequest = {
              method: "GET",
              path: `/live${path}`,
              query,
              headers,
              header: (name) => headers.find(([each]) => each === name)?.[1],
              remoteAddress: "192.0.2.1",
            };
            // Everything that identifies the caller and the resource; and, with settings, what the routes list.
            const named = hasSettings && path.startsWith("/prices/") ? [currency, language] : [];
            const identity = JSON.stringify([path, authorization, cookie, key, ...named]);
            const outcome = await interpreter.decide(request);
            if (outcome.decision === "cached") {
              assert.equal(outcome.response.body, identity);
              const route = outcome.route.replace("GET ", "");
              if (hasSettings) assert.match(route, /^\/(?:prices\/\{id\}|plain|files\/.*)$/);
              hits++;
            } else if (outcome.decision === "proxied") {
              outcome.forward.store?.receive({ status: 200, headers: [], body: identity });
            } else if (outcome.decision === "invoked") {
              outcome.invocation.reply({ returned: { statusCode: 200, body: identity } });
            } else assert.fail(`${outcome.decision}: ${outcome.reason}`);
          }
        }),
        { numRuns: 60 },
      );
      assert.ok(hits > 50, `${hits} hits`);
    });
  }
});
