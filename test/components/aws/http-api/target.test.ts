import assert from "node:assert/strict";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import type { Waivers } from "../../../../components/api/capability/waivers.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { fromOpenApi } from "../../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../../components/api/openapi/overrides.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { httpApiTarget } from "../../../../components/aws/http-api/target.ts";
import { refusalsOf } from "../../../../components/gateway/refusals.ts";

const base = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { staff: { kind: "jwt", audiences: ["s"] }, anyone: { kind: "open", reason: "a test" } },
  default: { auth: "staff" },
};

const target = httpApiTarget({ name: "shop" });

function compile(given: object, waive: Waivers = {}, url?: string) {
  const { api } = carry(normalise({ ...base, ...given }), target.capabilities, waive, (all) =>
    refusalsOf(target, all, placeholders(all, target)),
  );
  const stand = placeholders(api, target);
  return target.compile(api, url === undefined ? stand : { ...stand, backends: { shop: { url } } });
}

function refused(given: object, url?: string): readonly Problem[] {
  try {
    compile(given, {}, url);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const route = (more: object = {}, key = "GET /") => ({ routes: { [key]: { to: "shop", ...more } } });
const problem = (code: string, rule: string, remedy: string, more: object = {}) => ({
  code,
  ...more,
  vendor: "aws",
  rule,
  remedy,
});
const atRoute = (feature: string) => ({ route: "GET /", feature });
const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));

describe("an HTTP API rejects", () => {
  it("API keys, and limits that its throttles cannot count", () => {
    const keyed = { auth: { key: { kind: "apiKey" } }, default: { auth: "key" }, plans: { free: {} } };
    assert.deepEqual(
      refused({ ...route(), ...keyed }).map(({ code, feature }) => [code, feature]),
      [["not-carried", "auth.key"]],
    );
    const otherwise = 'Limit by "route", or deploy to AzureApiManagementApi.';
    const remedies = {
      api: otherwise,
      consumer: otherwise,
      ip: 'Deploy to AwsRestApi (10 requests per minute or more), limit by "route", or deploy to AzureApiManagementApi.',
    };
    for (const [by, remedy] of Object.entries(remedies)) {
      const found = refused(route({ limits: [{ requests: 5, per: "minute", by }] }));
      assert.deepEqual(
        found.map((problem) => [problem.code, problem.feature, problem.remedy]),
        [["not-carried", `limits.${by}`, `${remedy} Or do without it: waive: { limits: "why that is safe" }.`]],
      );
    }
  });

  it("more routes, issuers, audiences and scopes than AWS allows", () => {
    const routes = Object.fromEntries(many(301, (index) => `GET /r${index}`).map((key) => [key, { to: "shop" }]));
    assert.deepEqual(refused({ routes }), [
      problem(
        "too-many-routes",
        "There are 301, but API Gateway allows 300 routes per API.",
        "Serve some of the routes from another gateway (omit).",
      ),
    ]);
    const names = many(11, (index) => `auth${index}`);
    const auth = Object.fromEntries(names.map((name) => [name, { kind: "jwt", audiences: [name] }]));
    const each = Object.fromEntries(names.map((name) => [`GET /${name}`, { to: "shop", auth: name }]));
    assert.deepEqual(refused({ auth, default: {}, routes: each }), [
      problem(
        "too-many-issuers",
        "There are 11, but API Gateway allows 10 issuers (JWT authorizers) per API.",
        "Serve the routes of some issuers from another gateway (omit).",
      ),
    ]);
    const audiences = many(51, (index) => `a${index}`);
    assert.deepEqual(refused({ ...route(), auth: { staff: { kind: "jwt", audiences } } }), [
      problem(
        "too-many-audiences",
        "There are 51, but API Gateway allows 50 audiences per authorizer.",
        "Reduce the number of audiences for which the issuer signs tokens.",
        { place: "auth.staff.audiences", feature: "auth.jwt" },
      ),
    ]);
    assert.deepEqual(refused(route({ scopes: many(11, (index) => `s${index}`) })), [
      problem(
        "too-many-scopes",
        "There are 11, but API Gateway allows 10 scopes per route.",
        "Remove scopes, of which a token needs only one, or deploy to AwsRestApi or AzureApiManagementApi.",
        atRoute("auth.scopes"),
      ),
    ]);
  });

  it("more issuers than AWS allows once they are bound, and counts equal ones once", () => {
    const names = many(11, (index) => `auth${index}`);
    const api = normalise({
      ...base,
      auth: Object.fromEntries(names.map((name) => [name, { kind: "jwt", audiences: ["a"] }])),
      default: {},
      routes: Object.fromEntries(names.map((name) => [`GET /${name}`, { to: "shop", auth: name }])),
    });
    assert.deepEqual(target.check(api), []);
    const bindings = (issuer: (name: string) => string) => ({
      backends: { shop: { url: "https://shop.example.com" } },
      auth: Object.fromEntries(names.map((name) => [name, { issuer: issuer(name) }])),
    });
    assert.throws(
      () =>
        target.compile(
          api,
          bindings((name) => `https://${name}.example.com`),
        ),
      (error) => error instanceof PolygateError && error.problems.map(({ code }) => code).join() === "too-many-issuers",
    );
    const { document } = target.compile(
      api,
      bindings(() => "https://login.example.com"),
    );
    assert.deepEqual(Object.keys(JSON.parse(document).components.securitySchemes), ["auth0"]);
  });

  it("no auth that no route uses", () => {
    const auth = Object.fromEntries(many(20, (index) => `auth${index}`).map((name) => [name, base.auth.staff]));
    assert.deepEqual(refused({ ...route(), auth: { ...auth, ...base.auth } }), []);
  });

  it("a second throttle for a route, and a burst larger than AWS allows", () => {
    const limits = [
      { requests: 5, per: "second", by: "route" },
      { requests: 100, per: "minute", by: "route" },
    ];
    assert.deepEqual(refused(route({ limits })), [
      problem(
        "too-many-limits",
        "The route has 2 limits, but a route of an HTTP API has one throttle.",
        "Keep the most important one.",
        atRoute("limits.route"),
      ),
    ]);
    assert.deepEqual(refused(route({ limits: [{ requests: 5001, per: "hour", by: "route" }] })), [
      problem(
        "burst-too-large",
        "A throttle allows at most 5000 requests at once, but this limit needs 5001.",
        "Limit a shorter window, e.g. per minute instead of per hour, or set a smaller burst.",
        atRoute("limits.route"),
      ),
    ]);
    assert.deepEqual(refused(route({ limits: [{ requests: 100_000, per: "hour", by: "route", burst: 100 }] })), []);
  });

  it("a timeout longer than its own", () => {
    assert.deepEqual(refused(route({ timeoutSeconds: 30 })), [
      problem(
        "timeout-too-long",
        "An HTTP API waits at most 29 seconds for a backend, but timeoutSeconds is 30.",
        "Write timeoutSeconds: 29 or less. For longer work, answer 202 and let clients poll for the result.",
        atRoute("timeout"),
      ),
    ]);
  });

  it("to change the headers that AWS reserves", () => {
    const names = [
      ...[
        "authorization",
        "origin",
        "forwarded",
        "x-forwarded-for",
        "x-amz-date",
        "x-amzn-trace-id",
        "apigw-requestid",
      ],
      "access-control-allow-origin",
    ];
    for (const name of names) {
      for (const [feature, requestHeaders] of [
        ["headers.set", { set: { [name]: "a" } }],
        ["headers.remove", { remove: [name] }],
      ] as const) {
        assert.deepEqual(
          refused(route({ requestHeaders })).map((found) => [found.code, found.feature]),
          [["reserved-header", feature]],
          name,
        );
      }
    }
    assert.deepEqual(refused(route({ requestHeaders: { remove: ["cookie"], set: { "x-amount": "1" } } })), []);
  });

  it("a dollar sign that a mapping would read as a variable", () => {
    const dollars = (given: object, url?: string) =>
      refused(given, url).map(({ code, place, feature }) => [code, place ?? feature]);
    assert.deepEqual(dollars(route({ requestHeaders: { set: { "x-a": "$context.path" } } })), [
      ["dollar", "headers.set"],
    ]);
    assert.deepEqual(dollars(route({ path: "/a$b" })), [["dollar", "path.rewrite"]]);
    assert.deepEqual(dollars(route({ path: "/$x/{id}" }, "GET /{id}")), [["dollar", "path.rewrite"]]);
    assert.deepEqual(dollars(route({}, "GET /a$b/{id}")), [], "a mapping uses the request's own path");
    assert.deepEqual(dollars(route(), "https://shop.example.com/a$b"), [["dollar", "backends.shop.url"]]);
  });

  it("a text that an import would replace", () => {
    const found = refused({
      ...route({ scopes: ["${AWS::Region}"] }),
      title: "In ${AWS::Region}",
      auth: { staff: { kind: "jwt", audiences: ["${AWS::AccountId}"] } },
    });
    assert.deepEqual(
      found.map(({ code, place, route: key }) => [code, place ?? key]),
      [
        ["dollar", "title"],
        ["dollar", "GET /"],
        ["dollar", "auth.staff.audiences[0]"],
      ],
    );
  });

  it("the path /$default, which is the name of the catch-all route, and no other", () => {
    assert.deepEqual(
      refused(route({}, "GET /$default")).map(({ code, route: key }) => [code, key]),
      [["dollar", "GET /$default"]],
    );
    assert.deepEqual(refused(route({}, "GET /$default/more")), []);
  });

  it("to require all of several scopes, and names the classes that can and what to write instead", () => {
    const all = ["a", "b", "s".repeat(65)];
    assert.deepEqual(refused(route({ scopes: { all } })), [
      problem(
        "not-carried",
        "AwsHttpApi does not support several scopes of a token, all of which are required: a route's authorization scopes let a token in that has one of them.",
        'Deploy to AwsRestApi or AzureApiManagementApi. If one of the scopes is enough at the gateway, list them without "all"; if an OpenAPI document requires them, write in its x-polygate, or pass to fromOpenApi: "answers": { "scopes": { "kind": "any", "reason": "WHY ONE SCOPE IS ENOUGH", "operations": ["GET /"] } }',
        atRoute("auth.scopes.all"),
      ),
    ]);
    assert.deepEqual(refused(route({ scopes: { all: ["a"] } })), []);
  });

  it("several scopes that an OpenAPI document requires, until the answer in the remedy is given", () => {
    const security = [{ oauth: ["r", "w"] }];
    const document = {
      openapi: "3.1.0",
      info: { title: "Books", version: "1" },
      components: { securitySchemes: { oauth: { type: "oauth2", flows: {}, "x-polygate": { audiences: ["books"] } } } },
      paths: {
        "/a": { get: { responses: {}, security } },
        "/b": { put: { responses: {}, security } },
        "/c": { get: { responses: {}, security: [{ oauth: ["r"] }] } },
      },
    };
    const refusedWith = (overrides: Overrides) => refused({ ...fromOpenApi(document, overrides), default: {} });
    const problems = refusedWith({});
    assert.deepEqual(
      problems.map(({ code, route: key }) => [code, key]),
      [
        ["not-carried", "GET /a"],
        ["not-carried", "PUT /b"],
      ],
    );
    const [, answers = ""] = /fromOpenApi: (.*)$/.exec(problems[0]?.remedy ?? "") ?? [];
    assert.deepEqual(refusedWith(JSON.parse(`{ ${answers} }`)), []);
  });

  it("scopes, headers and paths that are longer than AWS allows, and accepts the longest allowed ones", () => {
    assert.deepEqual(refused(route({ scopes: ["s".repeat(64)] })), []);
    assert.deepEqual(refused(route({ scopes: ["s".repeat(65)] })), [
      problem(
        "scope-too-long",
        `"${"s".repeat(65)}" has 65, but API Gateway allows 64 characters in a scope.`,
        "Use a shorter scope at the issuer, or deploy to AwsRestApi or AzureApiManagementApi.",
        atRoute("auth.scopes"),
      ),
    ]);
    const header = (length: number) => route({ requestHeaders: { set: { "x-a": "y".repeat(length) } } });
    assert.deepEqual(refused(header(512)), []);
    assert.deepEqual(refused(header(513)), [
      problem(
        "mapping-too-long",
        "The header x-a has 513, but API Gateway allows 512 characters in a mapped header or path.",
        "Shorten it, or configure it at the backend.",
        atRoute("headers.set"),
      ),
    ]);
    const base = (length: number) => `https://shop.example.com/${"b".repeat(length)}`;
    // What follows the base path when the request's own path is used.
    const rest = "X{request.path}".length;
    assert.deepEqual(refused(route({}, "GET /a"), base(512 - rest - 1)), []);
    assert.deepEqual(
      refused(route({}, "GET /a"), base(512 - rest)).map(({ code, feature }) => [code, feature]),
      [["mapping-too-long", "path.rewrite"]],
    );
  });

  it("replies with headers that it would not send or with a body that is too long", () => {
    const reply = (given: object, more: object = {}) =>
      refused({ ...more, routes: { "GET /": { reply: { status: 200, ...given } } } }).map(({ code, feature }) => [
        code,
        feature,
      ]);
    const allowed = { headers: { "access-control-allow-origin": "*" } };
    assert.deepEqual(reply(allowed), []);
    assert.deepEqual(reply(allowed, { cors: { origins: ["https://shop.example.com"] } }), [
      ["reserved-header", "reply"],
    ]);
    assert.deepEqual(reply({ headers: { "x-amzn-trace": "1" } }), [["reserved-header", "reply"]]);
    assert.deepEqual(reply({ body: "x".repeat(5 * 1024 * 1024) }), []);
    assert.deepEqual(reply({ body: `${"x".repeat(5 * 1024 * 1024 - 1)}é` }), [["reply-too-long", "reply"]]);
  });

  it("a title that is longer than a description may be", () => {
    assert.deepEqual(refused({ ...route(), title: "x".repeat(1024) }), []);
    assert.deepEqual(refused({ ...route(), title: "x".repeat(1025) }), [
      problem(
        "title-too-long",
        "This has 1025, but API Gateway allows 1024 characters in an API's description, which is the title.",
        "Shorten the title.",
        { place: "title" },
      ),
    ]);
  });
});

describe("an HTTP API has a caution", () => {
  it("for each auth that does not declare that a client_id is an audience, once", () => {
    const auth = { ...base.auth, clients: { kind: "jwt", audiences: ["c"], audienceFallback: "client_id" } };
    const routes = {
      "GET /a": { to: "shop" },
      "GET /b": { to: "shop" },
      "GET /c": { to: "shop", auth: "clients" },
      "GET /d": { to: "shop", auth: "anyone" },
    };
    assert.deepEqual(target.cautions(normalise({ ...base, auth, routes })), [
      {
        route: "auth.staff",
        what: "An HTTP API also accepts a token without aud whose client_id is one of the audiences, as access tokens of Amazon Cognito are",
        advice:
          'Write audienceFallback: "client_id" if that is intended. Otherwise use names for audiences that no client has, or AwsRestApi.',
        isDocumented: true,
      },
    ]);
    const open = { "GET /d": { to: "shop", auth: "anyone" } };
    assert.deepEqual(target.cautions(normalise({ ...base, routes: open })), []);
  });
});

describe("the throttle of a route", () => {
  it("allows the requests of one window at once, and is refilled within one window", () => {
    const settings = (limit: object) =>
      compile(route({ limits: [{ by: "route", ...limit }] }, "GET /a/{id}")).routeSettings;
    const key = "GET /a/{id}";
    assert.deepEqual(settings({ requests: 30, per: "second" }), {
      [key]: { throttlingRateLimit: 30, throttlingBurstLimit: 30 },
    });
    assert.deepEqual(settings({ requests: 30, per: "minute" }), {
      [key]: { throttlingRateLimit: 0.5, throttlingBurstLimit: 30 },
    });
    assert.deepEqual(settings({ requests: 3600, per: "hour", burst: 10 }), {
      [key]: { throttlingRateLimit: 1, throttlingBurstLimit: 10 },
    });
  });

  it("does not exist if the route has no limit", () => {
    assert.deepEqual(compile(route()).routeSettings, {});
  });
});
