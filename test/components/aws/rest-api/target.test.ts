import assert from "node:assert/strict";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import type { Waivers } from "../../../../components/api/capability/waivers.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { requirementsOf, restApiTarget, settingsOf } from "../../../../components/aws/rest-api/target.ts";
import { requiredBy } from "../../../support/components/aws/rest-api/generated.ts";

const base = {
  version: 1,
  backends: { shop: { kind: "http" }, ship: { kind: "fn" } },
  auth: {
    staff: { kind: "jwt", audiences: ["s"] },
    partners: { kind: "apiKey" },
    both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["b"] }, { kind: "apiKey" }] },
    anyone: { kind: "open", reason: "a test" },
  },
  default: { auth: "staff" },
};
const plans = { standard: {} };

const target = restApiTarget({ name: "shop" });

function carried(given: object, waive: Waivers = {}): Api {
  return carry(normalise({ ...base, ...given }), target.capabilities, waive, target.check).api;
}

function compile(given: object, url?: string) {
  const api = carried(given);
  const stand = placeholders(api, target);
  return target.compile(api, url === undefined ? stand : { ...stand, backends: { ...stand.backends, shop: { url } } });
}

function refused(given: object, url?: string): readonly Problem[] {
  try {
    compile(given, url);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const codes = (given: object, url?: string) => refused(given, url).map(({ code }) => code);
const route = (more: object = {}, key = "GET /a") => ({ routes: { [key]: { to: "shop", ...more } } });
const minutely = (requests: number, by: string, more: object = {}) => ({ requests, per: "minute", by, ...more });
const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));

describe("a REST API refuses", () => {
  it("what its throttles and mappings cannot do, and names an alternative", () => {
    for (const by of ["api", "consumer"]) {
      const [found, ...others] = refused(route({ limits: [minutely(5, by)] }));
      assert.deepEqual([found?.code, found?.feature, others], ["not-carried", `limits.${by}`, []]);
    }
    const [found] = refused(route({ requestHeaders: { remove: ["x-secret"] } }));
    assert.deepEqual(
      [found?.code, found?.feature, found?.remedy],
      [
        "not-carried",
        "headers.remove",
        "Set the header to a harmless value, let the backend ignore it, or deploy to AwsHttpApi.",
      ],
    );
  });

  it("more resources and plans than the quotas allow, with the numbers", () => {
    const routes = Object.fromEntries(many(301, (index) => `GET /r${index}`).map((key) => [key, { to: "shop" }]));
    assert.deepEqual(
      refused({ routes }).map(({ code, rule }) => [code, rule]),
      [
        [
          "too-many-resources",
          "There are 301. API Gateway allows 300 resources of an API (one for each beginning of a path).",
        ],
      ],
    );
    const endless = Object.fromEntries(many(3_100, (index) => `GET /r${index}`).map((key) => [key, { to: "shop" }]));
    assert.match(refused({ routes: endless })[0]?.rule ?? "", /^There are at least 3100\. /);
    const each = Object.fromEntries(many(301, (index) => `p${index}`).map((name) => [name, {}]));
    assert.deepEqual(codes({ ...route({ auth: "partners" }), plans: each }), ["too-many-plans"]);
  });

  it("more throttled methods in a plan than the quota allows", () => {
    const routes = (count: number) =>
      Object.fromEntries(
        many(count, (index) => `GET /r${index}`).map((key) => [
          key,
          { to: "shop", auth: "partners", limits: [minutely(5, "consumer")] },
        ]),
      );
    assert.deepEqual(codes({ routes: routes(20), plans }), []);
    assert.deepEqual(
      refused({ routes: routes(21), plans }).map(({ code, place }) => [code, place]),
      [["too-many-method-throttles", "plans.standard"]],
    );
  });

  it("several limits of one kind, and more requests at once than a throttle allows", () => {
    const two = [minutely(5, "route"), { requests: 50, per: "hour", by: "route" }];
    assert.deepEqual(codes(route({ limits: two })), ["too-many-limits"]);
    const consumers = [minutely(5, "consumer"), { requests: 50, per: "hour", by: "consumer" }];
    assert.deepEqual(codes({ ...route({ auth: "both", limits: consumers }), plans }), ["too-many-limits"]);
    assert.deepEqual(codes({ ...route({ auth: "both", limits: [two[0], consumers[0]] }), plans }), []);
    const bare = two.map(({ requests, per }) => ({ requests, per }));
    const planned = (plan: object) => ({ ...route({ auth: "partners" }), plans: { standard: plan } });
    assert.deepEqual(
      refused(planned({ limits: bare })).map(({ code, place }) => [code, place]),
      [["too-many-limits", "plans.standard.limits"]],
    );
    assert.deepEqual(
      refused(planned({ routes: { "GET /a": bare } })).map(({ code, place }) => [code, place]),
      [["too-many-limits", 'plans.standard.routes["GET /a"]']],
    );
    assert.deepEqual(
      refused(route({ limits: [minutely(5_001, "route")] })).map(({ code, feature }) => [code, feature]),
      [["burst-too-large", "limits.route"]],
    );
    assert.deepEqual(
      refused(route({ limits: [minutely(5, "route", { burst: 5_001 })] })).map(({ code, feature }) => [code, feature]),
      [["burst-too-large", "limits.burst"]],
    );
    assert.deepEqual(codes(planned({ limits: [{ requests: 5_001, per: "day" }] })), ["burst-too-large"]);
  });

  it("a limit of a route that several resources would count separately", () => {
    const routes = (limits: object) => ({
      routes: { "GET /a/{rest+}": { to: "shop", auth: "both", limits }, "GET /a/b": { to: "shop", auth: "both" } },
      plans,
    });
    assert.deepEqual(codes(routes([])), []);
    const [found] = refused(routes([minutely(5, "route")]));
    assert.deepEqual(
      [found?.code, found?.route, found?.rule],
      [
        "spread-limit",
        "GET /a/{rest+}",
        "Other routes lie within this route's path, so a REST API needs 2 resources for it (/a/{rest+}, /a/b/{p3+}). Each of them would count requests separately.",
      ],
    );
    assert.deepEqual(codes(routes([minutely(5, "consumer")])), ["spread-limit"]);
    const ofPlan = { standard: { routes: { "GET /a/{rest+}": [{ requests: 5, per: "minute" }] } } };
    assert.deepEqual(codes({ ...routes([]), plans: ofPlan }), ["spread-limit"]);
    assert.deepEqual(codes({ ...routes([]), plans: { standard: { limits: [{ requests: 5, per: "minute" }] } } }), []);
  });

  it("paths with characters that a resource cannot contain, but not the same characters in a backend's path", () => {
    for (const literal of ["a$b", "a~", "(a)", "a+b", "it's", "@a", "a;b", "a=b", "a!", "a&b"]) {
      assert.ok(codes(route({}, `GET /${literal}`)).includes("path-characters"), literal);
      assert.deepEqual(codes(route({ path: `/${literal}` })), [], literal);
    }
    assert.deepEqual(codes(route({}, "GET /A-z_0.9,b:c")), []);
  });

  it("a longer time-out than the quota allows", () => {
    assert.deepEqual(codes(route({ timeoutSeconds: 29 })), []);
    assert.deepEqual(
      refused(route({ timeoutSeconds: 30 })).map(({ code, rule }) => [code, rule]),
      [
        [
          "timeout-too-long",
          "A REST API waits at most 29 seconds for a backend, unless AWS has raised that quota. This route requires 30.",
        ],
      ],
    );
  });

  it("reserved headers, and names and values that a mapping cannot contain", () => {
    const set = (name: string, value = "v") => route({ requestHeaders: { set: { [name]: value } } });
    for (const name of ["X-Forwarded-For", "x-amzn-trace-id", "max-forwards", "server"]) {
      assert.deepEqual(codes(set(name)), ["reserved-header"], name);
    }
    assert.deepEqual(codes(set("x*y")), ["header-characters"]);
    assert.deepEqual(codes(set("x-a", "it's")), ["quote"]);
    assert.deepEqual(codes(set("x-a", "${stageVariables.a}")), ["dollar"]);
    for (const value of ["$a", 'a "b" \\ {c} #d', "a;b,c=d"]) assert.deepEqual(codes(set("x-a", value)), [], value);
    const reply = (name: string, value = "v", more: object = {}) => ({
      routes: { "GET /": { reply: { status: 200, headers: { [name]: value } } } },
      ...more,
    });
    for (const name of ["date", "www-authenticate", "x-amzn-requestid"]) {
      assert.deepEqual(codes(reply(name)), ["reserved-header"], name);
    }
    assert.deepEqual(codes(reply("access-control-allow-origin", "*")), []);
    assert.deepEqual(codes(reply("access-control-allow-origin", "*", { cors: { origins: ["*"] } })), [
      "reserved-header",
    ]);
    assert.deepEqual(codes(reply("x-a", "it's ${x}")), []);
    assert.deepEqual(codes(reply("x.a", "it's")), ["quote"]);
    assert.deepEqual(codes(reply("x*a")), ["header-characters"]);
    const cors = (list: string) => ({ ...route(), cors: { origins: ["*"], [list]: ["x-it's"] } });
    assert.deepEqual(codes(cors("headers")), ["quote"]);
    assert.deepEqual(codes(cors("expose")), ["quote"]);
  });

  it("titles, replies and documents that are too long, and titles that an import would change", () => {
    assert.deepEqual(codes({ title: "t".repeat(1_025), ...route() }), ["title-too-long"]);
    assert.deepEqual(codes({ title: "${AWS::Region}", ...route() }), ["dollar"]);
    assert.deepEqual(codes({ title: "${stageVariables.x} $a", ...route() }), []);
    const reply = (length: number) => ({ reply: { status: 200, body: "x".repeat(length) } });
    assert.deepEqual(codes({ routes: { "GET /": reply(300 * 1024) } }), []);
    assert.deepEqual(codes({ routes: { "GET /": reply(300 * 1024 + 1) } }), ["reply-too-long"]);
    const routes = Object.fromEntries(many(21, (index) => `GET /r${index}`).map((key) => [key, reply(300_000)]));
    assert.deepEqual(codes({ routes }), ["document-too-large"]);
  });

  it("backends at ports that it cannot reach", () => {
    for (const url of ["http://a.test", "https://a.test:8443/x", "http://a.test:1024", "https://a.test:80"]) {
      assert.deepEqual(codes(route(), url), [], url);
    }
    assert.deepEqual(
      refused(route(), "https://a.test:1023").map(({ code, place }) => [code, place]),
      [["backend-port", "backends.shop.url"]],
    );
  });
});

describe("the settings of a REST API", () => {
  it("are one throttle for all methods, and one for each method that differs", () => {
    const limits = [minutely(60, "route")];
    const { methods } = settingsOf(
      carried({
        routes: {
          "GET /": { to: "shop" },
          "GET /a": { to: "shop", limits },
          "GET /b/{x}": { to: "shop", limits },
          "PUT /b/{x}": { to: "shop", limits: [{ requests: 6, per: "minute", by: "route", burst: 9 }] },
        },
      }),
    );
    assert.deepEqual(methods, [
      { methodPath: "*/*", rate: 1, burst: 60 },
      { methodPath: "~1/GET", rate: -1, burst: -1 },
      { methodPath: "~1b~1{x}/PUT", rate: 0.1, burst: 9 },
    ]);
  });

  it("do not limit preflights", () => {
    const { methods } = settingsOf(
      carried({ ...route({ limits: [minutely(60, "route")] }), cors: { origins: ["https://a.test"] } }),
    );
    assert.deepEqual(methods, [
      { methodPath: "*/*", rate: -1, burst: -1 },
      { methodPath: "~1a/GET", rate: 1, burst: 60 },
    ]);
  });

  it("contain each plan's throttle, quota and method throttles; a plan's limit for a route replaces the route's own", () => {
    const { plans: compiledPlans } = settingsOf(
      carried({
        routes: {
          "GET /": { to: "shop", auth: "partners", limits: [minutely(60, "consumer")] },
          "GET /b/{x}": { to: "shop", auth: "both", limits: [minutely(120, "consumer"), minutely(600, "route")] },
          "GET /free": { to: "shop", auth: "partners" },
          "GET /token": { to: "shop" },
        },
        plans: {
          free: { routes: { "GET /": [], "GET /b/{x}": [] } },
          standard: { limits: [{ requests: 10, per: "second", burst: 20 }], quota: { requests: 1000, per: "week" } },
          large: { routes: { "GET /": [], "GET /free": [{ requests: 86_400, per: "day", burst: 7 }] } },
        },
      }),
    );
    assert.deepEqual(compiledPlans, {
      free: { methods: [] },
      standard: {
        throttle: { rate: 10, burst: 20 },
        quota: { limit: 1000, period: "WEEK" },
        methods: [
          { path: "//GET", rate: 1, burst: 60 },
          { path: "/b/{x}/GET", rate: 2, burst: 120 },
        ],
      },
      large: {
        // Methods may have throttles only if the plan has one.
        throttle: { rate: 10_000, burst: 5_000 },
        methods: [
          { path: "/b/{x}/GET", rate: 2, burst: 120 },
          { path: "/free/GET", rate: 1, burst: 7 },
        ],
      },
    });
  });
});

describe("the authorizers of a REST API", () => {
  it("are one for each auth and set of scopes, in any order of the scopes", () => {
    const api = carried({
      routes: {
        "GET /a": { to: "shop", scopes: ["w", "r"] },
        "GET /b": { to: "shop", scopes: ["r", "w"] },
        "GET /c": { to: "shop" },
        "GET /d": { to: "shop", auth: "both" },
        "GET /e": { to: "shop", auth: "partners" },
        "GET /f": { to: "shop", auth: "anyone" },
      },
      plans,
    });
    assert.deepEqual(
      requirementsOf(api).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      [
        { auth: "both", audiences: ["b"], scopes: [] },
        { auth: "staff", audiences: ["s"], scopes: ["r", "w"] },
        { auth: "staff", audiences: ["s"], scopes: [] },
      ],
    );
  });

  it("call the functions that the component passes", () => {
    const arn = "arn:aws:lambda:eu-west-1:123456789012:function:";
    const named = restApiTarget({
      name: "shop",
      authorizers: (authorizer) => `${arn}${requiredBy(authorizer).join("-")}`,
    });
    const api = carried(route({ scopes: ["w", "r"] }));
    assert.ok(named.compile(api, placeholders(api, named)).document.includes(`/functions/${arn}staff-r-w/invocations`));
  });
});

describe("a REST API", () => {
  it("has a number of resources that does not grow with the number of routes", () => {
    const counted = (given: object) => target.resources(carried(given));
    const open = (count: number) =>
      Object.fromEntries(many(count, (index) => `GET /r${index}`).map((key) => [key, { to: "shop", auth: "anyone" }]));
    // The API, its deployment, its stage and the throttle of all methods.
    assert.equal(counted({ routes: open(1) }), 4);
    assert.equal(counted({ routes: open(300) }), 4);
    // A function and its permission; a role, its policy and a log group.
    assert.equal(counted(route()), 4 + 2 + 3);
    assert.equal(counted({ routes: { "GET /a": { to: "shop" }, "GET /b": { to: "shop", scopes: ["r"] } } }), 4 + 4 + 3);
    // A permission for the function that is a backend; a usage plan for each plan.
    assert.equal(counted({ routes: { "GET /a": { to: "ship", auth: "anyone" } } }), 5);
    assert.equal(counted({ ...route({ auth: "partners" }), plans: { a: {}, b: {} } }), 6);
  });

  it("cautions once for all private backends that their path may begin with the stage's name", () => {
    const backends = { erp: { kind: "onPrem" }, shop: { kind: "http" } };
    const routes = { "GET /a": { to: "erp" }, "GET /b": { to: "erp" }, "GET /c": { to: "shop" } };
    const [caution, ...others] = target.cautions(carried({ backends, routes }));
    assert.deepEqual([caution?.route, others], ["GET /a and 1 more", []]);
    assert.match(caution?.what ?? "", /the stage's name in front of the path/);
  });

  it("cautions about what AWS does not document and what it leaves to backends", () => {
    const routesOf = (given: object) => target.cautions(carried(given)).map((caution) => caution.route);
    assert.deepEqual(routesOf(route()), []);
    assert.deepEqual(routesOf({ ...route(), cors: { origins: ["https://a.test"] } }), ["GET /a"]);
    assert.deepEqual(routesOf({ ...route(), cors: { origins: ["https://a.test", "https://b.test"] } }), [
      "GET /a",
      "GET /a",
    ]);
    assert.deepEqual(routesOf({ routes: { "GET /": { reply: { status: 200 } } }, cors: { origins: ["*"] } }), []);
    assert.deepEqual(routesOf(route({}, "GET /ping")), ["GET /ping"]);
    assert.deepEqual(routesOf(route({}, "GET /sping/{x}")), ["GET /sping/{x}"]);
    const planned = {
      limits: [{ requests: 5, per: "second" }],
      routes: { "GET /a": [{ requests: 1, per: "second" }] },
    };
    assert.deepEqual(routesOf({ ...route({ auth: "partners" }), plans: { standard: planned } }), ["GET /a"]);
  });

  it("is rendered as its document, its throttles, and its plans if it has any", () => {
    const names = (given: object) => Object.keys(target.artefacts(compile(given)));
    assert.deepEqual(names(route()), ["openapi.json", "method-settings.json"]);
    assert.deepEqual(names({ ...route({ auth: "partners" }), plans }), [
      "openapi.json",
      "method-settings.json",
      "usage-plans.json",
    ]);
  });
});
