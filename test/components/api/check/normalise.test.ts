import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { tokenOf } from "../../../../components/api/checked-api.ts";
import type { Problem } from "../../../../components/api/problem.ts";
import { PolygateError } from "../../../../components/api/problem.ts";

/** The smallest description; each test changes something. */
function description(
  change: Record<string, unknown> = {},
  route: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    version: 1,
    backends: { shop: { kind: "http" } },
    auth: { staff: { kind: "jwt", audiences: ["shop"] }, anyone: { kind: "open", reason: "public" } },
    default: { auth: "staff" },
    routes: { "GET /items/{id}": { to: "shop", ...route } },
    ...change,
  };
}

function problems(value: unknown): readonly Problem[] {
  try {
    normalise(value);
    return [];
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return error.problems;
  }
}

const route = 'routes["GET /items/{id}"]';
const cors = { origins: ["https://shop.example.com"] };

/** What is wrong, how it is said: code, place, rule, remedy. */
const wrong: readonly (readonly [string, unknown, readonly [string, string | undefined, string, string]])[] = [
  ["a list", [], ["wrong-type", undefined, "an object is wanted, this is a list", "Write { ... }."]],
  [
    "another version",
    description({ version: 2 }),
    ["unknown-version", "version", "the version of this description is not 1", "Write version: 1."],
  ],
  [
    "a title of two lines",
    description({ title: "a\nb" }),
    ["control-character", "title", "a title is one line of text", "Remove the control character."],
  ],
  [
    "a misspelt property",
    description({ route: {} }),
    ["unknown-property", "route", 'there is no property "route" here', 'Did you mean "routes"?'],
  ],
  [
    "a misspelt property of a route",
    description({}, { scope: ["a"] }),
    ["unknown-property", `${route}.scope`, 'there is no property "scope" here', 'Did you mean "scopes"?'],
  ],
  [
    "a misspelt property of a limit",
    description({}, { limits: [{ request: 1, requests: 1, per: "minute", by: "route" }] }),
    [
      "unknown-property",
      `${route}.limits[0].request`,
      'there is no property "request" here',
      'Did you mean "requests"?',
    ],
  ],
  [
    "a misspelt property of CORS",
    description({ cors: { ...cors, credential: true } }),
    ["unknown-property", "cors.credential", 'there is no property "credential" here', 'Did you mean "credentials"?'],
  ],
  [
    "a bad name",
    description({ backends: { shop: { kind: "http" }, "a b": { kind: "http" } } }),
    [
      "bad-name",
      'backends["a b"]',
      'a name starts with a letter and goes on with letters, digits, "_" or "-", at most 63',
      "Rename it.",
    ],
  ],
  [
    "a backend of no kind",
    description({ backends: { shop: {} } }),
    [
      "unknown-value",
      "backends.shop.kind",
      'missing is none of "http", "fn" or "onPrem"',
      'Write "http", "fn" or "onPrem".',
    ],
  ],
  [
    "an empty auth",
    description({ auth: { staff: {} } }),
    [
      "no-auth",
      "auth.staff",
      "an empty auth would let everybody in",
      'Write jwt({ audiences: [...] }), apiKey(), allOf(...) of both, iam(), or open("reason").',
    ],
  ],
  [
    "no audiences",
    description({ auth: { staff: { kind: "jwt", audiences: [] } } }),
    [
      "empty-audiences",
      "auth.staff.audiences",
      "an empty list of audiences would accept a token meant for anybody",
      "Name at least one of the audiences.",
    ],
  ],
  [
    "an audience of two lines",
    description({ auth: { staff: { kind: "jwt", audiences: ["a\u0000"] } } }),
    ["control-character", "auth.staff.audiences[0]", "an audience is one line of text", "Remove it."],
  ],
  [
    "an audience twice",
    description({ auth: { staff: { kind: "jwt", audiences: ["a", "a"] } } }),
    ["duplicate", "auth.staff.audiences[1]", '"a" stands twice', "Remove one."],
  ],
  [
    "an open auth without a reason",
    description({ auth: { staff: { kind: "open", reason: " " } } }),
    ["empty", "auth.staff.reason", "an open route needs a reason", 'Write open("why nobody must sign in").'],
  ],
  [
    "an unknown default auth",
    description({ default: { auth: "staf" } }),
    ["unknown-auth", "default.auth", 'there is no auth "staf"', 'Did you mean "staff"?'],
  ],
  [
    "an unknown auth",
    description({}, { auth: "nobody-else" }),
    ["unknown-auth", `${route}.auth`, 'there is no auth "nobody-else"', 'Declared are "staff" or "anyone".'],
  ],
  [
    "no auth",
    description({ default: {} }),
    [
      "no-auth",
      route,
      "a route says who may call it, and there is no default auth",
      'Write auth: "..." on the route or default: { auth: "..." }; open("reason") is the way to let everybody in.',
    ],
  ],
  [
    "no scopes in a list of scopes",
    description({}, { scopes: [] }),
    [
      "empty-scopes",
      `${route}.scopes`,
      "an empty list of scopes would check nothing; leave scopes out to ask for none",
      "Name at least one of the scopes.",
    ],
  ],
  [
    "a scope with a space",
    description({}, { scopes: ["a b"] }),
    [
      "bad-scope",
      `${route}.scopes[0]`,
      "a scope is printable ASCII without space, quote and backslash (RFC 6749)",
      "Rename the scope.",
    ],
  ],
  [
    "scopes of an open route",
    description({}, { auth: "anyone", scopes: ["a"] }),
    [
      "scopes-without-token",
      route,
      "an open route has no token to look for scopes in",
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    ],
  ],
  [
    "scopes of a signed route",
    description({ auth: { staff: { kind: "iam" } } }, { scopes: ["a"] }),
    [
      "scopes-without-token",
      route,
      "a route of signed requests has no token to look for scopes in",
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    ],
  ],
  [
    "more than its kind in an auth of signatures",
    description({ auth: { staff: { kind: "iam", audiences: ["a"] } } }),
    ["unknown-property", "auth.staff.audiences", 'there is no property "audiences" here', 'Known are "kind".'],
  ],
  [
    "a limit by consumer of a signed route",
    description({ auth: { staff: { kind: "iam" } } }, { limits: [{ requests: 1, per: "minute", by: "consumer" }] }),
    [
      "consumer-without-token",
      route,
      "who signs a request is known to the cloud's policies, and not to what counts requests",
      'Limit it by "ip" or "route".',
    ],
  ],
  [
    "a limit by consumer of an open route",
    description({}, { auth: "anyone", limits: [{ requests: 1, per: "minute", by: "consumer" }] }),
    ["consumer-without-token", route, "an open route does not know its consumers", 'Limit it by "ip" or "route".'],
  ],
  [
    "two limits of one kind",
    description(
      {},
      {
        limits: [
          { requests: 1, per: "minute", by: "ip" },
          { requests: 2, per: "minute", by: "ip" },
        ],
      },
    ),
    ["duplicate-limit", `${route}.limits[1]`, "two limits per minute by ip", "Keep the smaller one."],
  ],
  [
    "a limit of nothing",
    description({}, { limits: [{ requests: 0, per: "minute", by: "ip" }] }),
    [
      "out-of-range",
      `${route}.limits[0].requests`,
      "a whole number from 1 to 1000000000 is wanted, this is 0",
      "Choose a number in that range.",
    ],
  ],
  [
    "an unknown window",
    description({}, { limits: [{ requests: 1, per: "week", by: "ip" }] }),
    [
      "unknown-value",
      `${route}.limits[0].per`,
      '"week" is none of "second", "minute", "hour" or "day"',
      'Write "second", "minute", "hour" or "day".',
    ],
  ],
  [
    "no route",
    description({ routes: {} }),
    ["no-routes", "routes", "an API has at least one route", 'Write routes: { "GET /": { to: ... } }.'],
  ],
  [
    "a route without a method",
    description({ routes: { "/items": { to: "shop" } } }),
    [
      "bad-route",
      'routes["/items"]',
      'a route is "METHOD /path"; "/items" is not',
      'Methods are "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS".',
    ],
  ],
  [
    "a path with a parameter that is no whole segment",
    description({ routes: { "GET /a{b}": { to: "shop" } } }),
    [
      "bad-path",
      'routes["GET /a{b}"]',
      'a parameter is a whole segment, "a{b}" mixes it with text',
      "Make the whole segment a parameter and let the backend take it apart.",
    ],
  ],
  [
    "a route to nowhere",
    description({ routes: { "GET /items": {} } }),
    [
      "no-backend",
      'routes["GET /items"]',
      "a route goes to a backend or has a reply",
      'Write to: "shop", or reply: { status: ... }.',
    ],
  ],
  [
    "an unknown backend",
    description({}, { to: "shpo" }),
    ["unknown-backend", `${route}.to`, 'there is no backend "shpo"', 'Did you mean "shop"?'],
  ],
  [
    "a path of the backend with an unknown parameter",
    description({}, { path: "/v2/{key}" }),
    ["unknown-parameter", `${route}.path`, 'the route has no parameter "key"', 'It has "id".'],
  ],
  [
    "the rest of a path in the middle",
    description({ routes: { "GET /{rest+}": { to: "shop", path: "/{rest}/x" } } }),
    [
      "bad-path",
      'routes["GET /{rest+}"].path',
      '"{rest}" is the rest of the path, so it stands last',
      "Move it to the end.",
    ],
  ],
  [
    "a time-out of no time",
    description({}, { timeoutSeconds: 0.5 }),
    [
      "out-of-range",
      `${route}.timeoutSeconds`,
      "a whole number from 1 to 3600 is wanted, this is 0.5",
      "Choose a number in that range.",
    ],
  ],
  [
    "a header that is no name",
    description({}, { requestHeaders: { set: { "a b": "c" } } }),
    [
      "bad-header",
      `${route}.requestHeaders.set["a b"]`,
      "this is not a header's name (RFC 9110)",
      "Use letters, digits and !#$%&'*+-.^_`|~.",
    ],
  ],
  [
    "a header of the connection",
    description({}, { requestHeaders: { remove: ["Host"] } }),
    [
      "fixed-header",
      `${route}.requestHeaders.remove[0]`,
      'the header "Host" belongs to the connection',
      "Leave it to the gateway.",
    ],
  ],
  [
    "a header's value that starts another header",
    description({}, { requestHeaders: { set: { "x-a": "b\r\nx-c: d" } } }),
    [
      "bad-header",
      `${route}.requestHeaders.set["x-a"]`,
      "a header's value is printable ASCII without spaces at either end",
      "Encode the value, e.g. percent-encoded.",
    ],
  ],
  [
    "a header in two spellings",
    description({}, { requestHeaders: { set: { "x-a": "b", "X-A": "c" } } }),
    [
      "header-twice",
      `${route}.requestHeaders.set["X-A"]`,
      'the header "X-A" stands twice',
      "Header names do not tell upper from lower case; keep one.",
    ],
  ],
  [
    "a header both set and removed",
    description({}, { requestHeaders: { set: { "x-a": "b" }, remove: ["X-A"] } }),
    [
      "header-twice",
      `${route}.requestHeaders`,
      'the header "x-a" is both set and removed',
      "Setting replaces what the client sent; remove it from the other list.",
    ],
  ],
  [
    "a body of an answer without one",
    description({ routes: { "GET /": { reply: { status: 204, body: "a" } } } }),
    ["body-not-allowed", 'routes["GET /"].reply.body', "this answer cannot have a body (RFC 9110)", "Remove the body."],
  ],
  [
    "a body that JSON cannot hold",
    description({ routes: { "GET /": { reply: { status: 200, body: { at: Number.NaN } } } } }),
    [
      "not-json",
      'routes["GET /"].reply.body',
      "a reply's body is a string or plain JSON",
      "Write data only; values that a deployment knows belong into a binding.",
    ],
  ],
  [
    "half a character",
    description({}, { path: "/\ud800" }),
    ["malformed-text", `${route}.path`, "this holds half of a surrogate pair", "Write whole characters."],
  ],
  [
    "an origin with a path",
    description({ cors: { origins: ["https://a.example/b"] } }),
    [
      "bad-origin",
      "cors.origins[0]",
      '"https://a.example/b" is not an origin as browsers send it',
      'Write scheme and host, such as "https://shop.example.com", in lower case, without a path and without the port that the scheme has anyway; or "*".',
    ],
  ],
  [
    "every origin and one more",
    description({ cors: { origins: ["*", "https://a.example"] } }),
    ["bad-origin", "cors.origins", '"*" stands alone', "Remove the other origins, or the star."],
  ],
  ...["https://Shop.example.com", "https://shop.example.com:443", "https://shop..example:99999"].map(
    (text) =>
      [
        `the origin ${text}, which no browser sends`,
        description({ cors: { origins: ["https://a.example", text] } }),
        [
          "bad-origin",
          "cors.origins[1]",
          `"${text}" is not an origin as browsers send it`,
          'Write scheme and host, such as "https://shop.example.com", in lower case, without a path and without the port that the scheme has anyway; or "*".',
        ],
      ] as const,
  ),
  [
    "no method of CORS, which one vendor takes for GET and POST",
    description({ cors: { ...cors, methods: [] } }),
    [
      "empty-methods",
      "cors.methods",
      "an empty list of methods would let no request through; leave methods out for those of the routes",
      "Name at least one of the methods.",
    ],
  ],
  [
    "a method of CORS twice",
    description({ cors: { ...cors, methods: ["GET", "POST", "GET"] } }),
    ["duplicate", "cors.methods[2]", '"GET" stands twice', "Remove one."],
  ],
  [
    "a header of CORS in two spellings",
    description({ cors: { ...cors, expose: ["x-a", "X-A"] } }),
    [
      "header-twice",
      "cors.expose[1]",
      'the header "X-A" stands twice',
      "Header names do not tell upper from lower case; keep one.",
    ],
  ],
  [
    "a removed header in two spellings",
    description({}, { requestHeaders: { remove: ["x-a", "X-A"] } }),
    [
      "header-twice",
      `${route}.requestHeaders.remove[1]`,
      'the header "X-A" stands twice',
      "Header names do not tell upper from lower case; keep one.",
    ],
  ],
  [
    "two routes that differ in the names of parameters",
    description({ routes: { "GET /{a}": { to: "shop" }, "GET /{b}": { to: "shop" } } }),
    [
      "duplicate-route",
      undefined,
      '"GET /{b}" and "GET /{a}" are the same requests',
      "Remove one; the names of parameters do not tell routes apart.",
    ],
  ],
  [
    "a default of another kind",
    description({ default: { auth: "staff", timeout: 5 } }),
    [
      "unknown-property",
      "default.timeout",
      'there is no property "timeout" here',
      'Known are "auth", "limits" or "timeoutSeconds".',
    ],
  ],
  [
    "credentials for every origin",
    description({ cors: { origins: ["*"], credentials: true } }),
    ["credentials-for-all", "cors", "browsers refuse credentials for every origin", "Name the origins."],
  ],
  [
    "no origin",
    description({ cors: { origins: [] } }),
    [
      "empty-origins",
      "cors.origins",
      "an empty list of origins would let no page in",
      "Name at least one of the origins.",
    ],
  ],
  [
    "every header of a page",
    description({ cors: { ...cors, headers: ["*"] } }),
    [
      "bad-header",
      "cors.headers[0]",
      "this is not a header's name",
      "Name each header; a star lets pages send what nobody reviewed.",
    ],
  ],
  [
    "a flag that is a text",
    description({ cors: { ...cors, credentials: "yes" } }),
    ["wrong-type", "cors.credentials", 'true or false is wanted, this is "yes"', "Write true or false."],
  ],
  [
    "OPTIONS beside CORS",
    description({ cors, routes: { "OPTIONS /items": { to: "shop" } } }),
    [
      "options-with-cors",
      'routes["OPTIONS /items"]',
      "with cors, the gateway answers OPTIONS by itself",
      "Remove the route or the cors.",
    ],
  ],
];

/** An API whose consumers have keys. */
function keyed(plans: unknown, route: Record<string, unknown> = { auth: "partners" }): Record<string, unknown> {
  const auth = {
    partners: { kind: "apiKey" },
    both: { kind: "allOf", of: [{ kind: "jwt", audiences: ["shop"] }, { kind: "apiKey" }] },
    anyone: { kind: "open", reason: "public" },
  };
  const routes = { "GET /items": { to: "shop", ...route }, "GET /open": { to: "shop", auth: "anyone" } };
  return { version: 1, backends: { shop: { kind: "http" }, ship: { kind: "fn" } }, auth, plans, routes };
}

const limit = { requests: 5, per: "minute" };
const keyedWrong: readonly (readonly [string, unknown, readonly (readonly [string, string, string, string])[]])[] = [
  [
    "a route with a key and no plans",
    keyed(undefined),
    [
      [
        "no-plans",
        "plans",
        '"GET /items" asks for an API key, and a key belongs to a consumer with a plan',
        "Write plans: { standard: {} }, with limits and a quota where they should hold.",
      ],
    ],
  ],
  [
    "an empty list of plans",
    keyed({}),
    [["no-plans", "plans", "there is no plan that a consumer could have", "Write plans: { standard: {} }."]],
  ],
  [
    "plans where nobody has a key",
    keyed({ gold: {} }, { auth: "anyone" }),
    [
      [
        "plans-without-key",
        "plans",
        "no route asks for an API key, so no plan would ever hold",
        "Remove the plans, or give a route an auth with apiKey().",
      ],
    ],
  ],
  [
    "a plan that limits a route without a key",
    keyed({ gold: { routes: { "GET /open": [limit] } } }),
    [
      [
        "plan-of-unkeyed-route",
        'plans.gold.routes["GET /open"]',
        '"GET /open" asks for no API key, so no plan holds there',
        "Remove it, or give the route an auth with apiKey().",
      ],
    ],
  ],
  [
    "a plan that limits a misspelt route",
    keyed({ gold: { routes: { "GET /item": [limit] } } }),
    [
      [
        "unknown-route",
        'plans.gold.routes["GET /item"]',
        'there is no route "GET /item"',
        'Did you mean "GET /items"?',
      ],
    ],
  ],
  [
    "a plan that limits a route far from all",
    keyed({ gold: { routes: { "DELETE /baskets/{id}": [limit] } } }),
    [
      [
        "unknown-route",
        'plans.gold.routes["DELETE /baskets/{id}"]',
        'there is no route "DELETE /baskets/{id}"',
        "Write the route's key as the description has it.",
      ],
    ],
  ],
  [
    "two limits of a plan in the same window",
    keyed({ gold: { limits: [limit, limit] } }),
    [["duplicate-limit", "plans.gold.limits[1]", "two limits per minute", "Keep the smaller one."]],
  ],
  [
    "a limit of a plan that says who shares it",
    keyed({ gold: { limits: [{ ...limit, by: "consumer" }] } }),
    [
      [
        "unknown-property",
        "plans.gold.limits[0].by",
        'there is no property "by" here',
        'Known are "requests", "per" or "burst".',
      ],
    ],
  ],
  [
    "a quota by the hour",
    keyed({ gold: { quota: { requests: 5, per: "hour" } } }),
    [
      [
        "unknown-value",
        "plans.gold.quota.per",
        '"hour" is none of "day", "week" or "month"',
        'Write "day", "week" or "month".',
      ],
    ],
  ],
  [
    "scopes beside a key alone",
    keyed({ gold: {} }, { auth: "partners", scopes: ["read"] }),
    [
      [
        "scopes-without-token",
        'routes["GET /items"]',
        "a route with an API key alone has no token to look for scopes in",
        "Choose an auth of kind jwt or allOf, or remove the scopes.",
      ],
    ],
  ],
  ...(["path", "requestHeaders"] as const).map(
    (member) =>
      [
        `a function with ${member}`,
        keyed(
          { gold: {} },
          { auth: "partners", to: "ship", [member]: member === "path" ? "/v2" : { remove: ["cookie"] } },
        ),
        [
          [
            "not-for-functions",
            `routes["GET /items"].${member}`,
            "a function gets the request as it came in, with its path and headers",
            `Remove ${member}, and let the function read what it needs.`,
          ],
        ],
      ] as const,
  ),
];

/** Lists that are no token and a key, in this order. */
const token = { kind: "jwt", audiences: ["shop"] };
const notBoth: readonly (readonly [unknown, readonly (readonly [string, string])[]])[] = [
  [[token], [["bad-all-of", ""]]],
  [[], [["bad-all-of", ""]]],
  [[{ kind: "apiKey" }, token], [["bad-all-of", ""]]],
  [[token, token], [["bad-all-of", ""]]],
  [[token, { kind: "open", reason: "public" }], [["bad-all-of", ""]]],
  [[token, { kind: "apiKey" }, token], [["bad-all-of", ""]]],
  [undefined, [["wrong-type", ""]]],
  [{ 0: token, 1: { kind: "apiKey" } }, [["wrong-type", ""]]],
  [[null, { kind: "apiKey" }], [["wrong-type", "[0]"]]],
  [[token, null], [["wrong-type", "[1]"]]],
  [[token, { kind: "key" }], [["unknown-value", "[1].kind"]]],
  [[{ audiences: ["shop"] }, { kind: "apiKey" }], [["unknown-value", "[0].kind"]]],
  [[{ kind: "jwt", audiences: [] }, { kind: "apiKey" }], [["empty-audiences", "[0].audiences"]]],
  [[token, { kind: "apiKey", name: "x-key" }], [["unknown-property", "[1].name"]]],
];

describe("a description with API keys", () => {
  for (const [what, value, expected] of keyedWrong) {
    it(`is refused for ${what}`, () => {
      assert.deepEqual(
        problems(value).map(({ code, place, rule, remedy }) => [code, place, rule, remedy]),
        expected,
      );
    });
  }

  it("has a token and a key for allOf, in this order, and nothing else", () => {
    for (const [of, expected] of notBoth) {
      const { auth, ...rest } = keyed({ gold: {} }, { auth: "both" });
      const found = problems({ ...rest, auth: { ...(auth as object), both: { kind: "allOf", of } } });
      assert.deepEqual(
        found.map(({ code, place }) => [code, place]),
        expected.map(([code, place]) => [code, `auth.both.of${place}`]),
        JSON.stringify(of),
      );
    }
  });

  it("is not told that its plans are of no use because of an auth that is misspelt or malformed", () => {
    const plans = { gold: { routes: { "GET /items": [limit] } } };
    assert.deepEqual(
      problems(keyed(plans, { auth: "partner" })).map(({ code }) => code),
      ["unknown-auth"],
    );
    const malformed = {
      ...keyed(plans),
      auth: { partners: { kind: "apiKeys" }, anyone: { kind: "open", reason: "r" } },
    };
    assert.deepEqual(
      problems(malformed).map(({ code }) => code),
      ["unknown-value"],
    );
    const noKeys = { ...keyed(undefined), auth: malformed.auth };
    assert.deepEqual(
      problems(noKeys).map(({ code }) => code),
      ["unknown-value"],
    );
  });

  it("has its plans with every default, and each route's kind of backend", () => {
    const api = normalise(
      keyed(
        {
          free: {},
          gold: {
            limits: [limit],
            quota: { requests: 9, per: "week" },
            routes: { "GET /items": [{ ...limit, burst: 2 }] },
          },
        },
        { auth: "both", to: "ship", scopes: ["read"] },
      ),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(api.plans)), {
      free: { limits: [], routes: {} },
      gold: {
        limits: [limit],
        quota: { requests: 9, per: "week" },
        routes: { "GET /items": [{ ...limit, burst: 2 }] },
      },
    });
    assert.deepEqual(api.auth.both, { kind: "allOf", of: [token, { kind: "apiKey" }] });
    assert.deepEqual(
      api.routes.map((found) => [found.key, found.kind === "proxy" && found.backendKind]),
      [
        ["GET /items", "fn"],
        ["GET /open", "http"],
      ],
    );
  });

  it("knows its consumers by their keys, so that a route may limit them", () => {
    const limits = [{ ...limit, by: "consumer" }];
    assert.deepEqual(problems(keyed({ gold: {} }, { auth: "partners", limits })), []);
  });
});

describe("a description", () => {
  for (const [what, value, [code, place, rule, remedy]] of wrong) {
    it(`is refused for ${what}`, () => {
      const found = problems(value).map((problem) => ({ ...problem, route: undefined }));
      assert.deepEqual(found, [{ code, ...(place === undefined ? {} : { place }), rule, remedy, route: undefined }]);
    });
  }

  it("names the route of every problem that has one", () => {
    const [problem] = problems(description({}, { to: "shpo" }));
    assert.equal(problem?.route, "GET /items/{id}");
  });

  it("reports all that is wrong at once", () => {
    const found = problems({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: [] } },
      routes: {
        "GET /a": { to: "shpo", auth: "staff" },
        "GET /b/{x}/{x}": { to: "shop", auth: "staff" },
        "GET /c": { to: "shop", scopes: [] },
      },
    });
    assert.deepEqual(found.map(({ code }) => code).toSorted(), [
      "bad-path",
      "empty-audiences",
      "empty-scopes",
      "no-auth",
      "unknown-backend",
    ]);
  });

  it("says of another version that it is another, whatever else it does not know", () => {
    const found = problems({ ...description({ version: 2 }), zones: {} });
    assert.deepEqual(
      found.map(({ code, place }) => [code, place]),
      [
        ["unknown-property", "zones"],
        ["unknown-version", "version"],
      ],
    );
  });

  it("names the place of each fault in a list, also behind another fault", () => {
    const found = problems(
      description(
        { cors: { origins: [7, "nowhere"], headers: [7, "*"] } },
        { scopes: [7, "a b"], requestHeaders: { remove: [7, "Host"] } },
      ),
    );
    assert.deepEqual(
      found.map(({ code, place }) => [code, place?.replace(route, "route")]),
      [
        ["wrong-type", "route.scopes[0]"],
        ["bad-scope", "route.scopes[1]"],
        ["wrong-type", "route.requestHeaders.remove[0]"],
        ["fixed-header", "route.requestHeaders.remove[1]"],
        ["wrong-type", "cors.origins[0]"],
        ["bad-origin", "cors.origins[1]"],
        ["wrong-type", "cors.headers[0]"],
        ["bad-header", "cors.headers[1]"],
      ],
    );
  });

  it("leaves to the connection the headers that are its own, in any spelling", () => {
    const own = [
      "Connection",
      "content-encoding",
      "CONTENT-LENGTH",
      "expect",
      "host",
      "keep-alive",
      "proxy-authenticate",
    ];
    const more = ["proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "via"];
    for (const header of [...own, ...more]) {
      for (const change of [{ set: { [header]: "a" } }, { remove: [header] }]) {
        const found = problems(description({}, { requestHeaders: change }));
        assert.deepEqual(
          found.map(({ code }) => code),
          ["fixed-header"],
          header,
        );
      }
      const reply = problems(
        description({ routes: { "GET /": { reply: { status: 200, headers: { [header]: "a" } } } } }),
      );
      assert.deepEqual(
        reply.map(({ code }) => code),
        ["fixed-header"],
        header,
      );
    }
  });

  it("gets every default", () => {
    assert.deepEqual(JSON.parse(JSON.stringify(normalise(description({ cors })))), {
      backends: { shop: { kind: "http" } },
      auth: { staff: { kind: "jwt", audiences: ["shop"] }, anyone: { kind: "open", reason: "public" } },
      cors: {
        origins: ["https://shop.example.com"],
        methods: ["GET"],
        headers: ["authorization", "content-type"],
        expose: [],
        maxAgeSeconds: 600,
        credentials: false,
      },
      plans: {},
      routes: [
        {
          key: "GET /items/{id}",
          method: "GET",
          path: "/items/{id}",
          pattern: [
            { kind: "literal", text: "items" },
            { kind: "parameter", name: "id" },
          ],
          authName: "staff",
          auth: { kind: "jwt", audiences: ["shop"] },
          scopes: [],
          limits: [],
          kind: "proxy",
          backend: "shop",
          backendKind: "http",
          backendPath: [
            { kind: "literal", text: "items" },
            { kind: "parameter", name: "id" },
          ],
          timeoutSeconds: 15,
          setHeaders: {},
          removeHeaders: [],
        },
      ],
    });
  });

  it("has its defaults hold for routes that say nothing else", () => {
    const limits = [{ requests: 5, per: "minute", by: "route" }];
    const { routes } = normalise(
      description({
        default: { auth: "staff", limits, timeoutSeconds: 3 },
        routes: {
          "GET /a": { to: "shop" },
          "GET /b": { to: "shop", limits: [], timeoutSeconds: 4, auth: "anyone" },
        },
      }),
    );
    assert.deepEqual(
      routes.map((found) => [found.key, found.authName, found.limits, found.kind === "proxy" && found.timeoutSeconds]),
      [
        ["GET /a", "staff", limits, 3],
        ["GET /b", "anyone", [], 4],
      ],
    );
  });

  it("says of a reply what kind of content it is, unless the description does", () => {
    const reply = (answer: Record<string, unknown>) => {
      const [found] = normalise(description({ routes: { "GET /": { reply: { status: 200, ...answer } } } })).routes;
      return found?.kind === "reply" ? [found.headers["content-type"], found.body] : [];
    };
    assert.deepEqual(reply({ body: "ü" }), ["text/plain; charset=utf-8", "ü"]);
    assert.deepEqual(reply({ body: { a: [1, null] } }), ["application/json", '{"a":[1,null]}']);
    assert.deepEqual(reply({ body: "<a/>", headers: { "Content-Type": "text/xml" } }), ["text/xml", "<a/>"]);
    assert.deepEqual(reply({}), [undefined, ""]);
  });

  it("takes names that objects have by themselves for names like others", () => {
    const named = JSON.parse(
      '{"version":1,"backends":{"constructor":{"kind":"http"}},"auth":{"toString":{"kind":"open","reason":"r"}},' +
        '"routes":{"GET /":{"to":"constructor","auth":"toString"}}}',
    );
    assert.deepEqual(problems(named), []);
    const proto = JSON.parse(
      '{"version":1,"backends":{},"auth":{},"__proto__":{},"routes":{"GET /":{"to":"toString","auth":"valueOf"}}}',
    );
    assert.deepEqual(
      problems(proto)
        .map(({ code }) => code)
        .toSorted(),
      ["unknown-auth", "unknown-backend", "unknown-property"],
    );
  });

  it("keeps hostile texts exactly, wherever they are legal", () => {
    const hostile = ['"', "'", "@(1)", "]]>", "${x}", "{{y}}", "<a>&amp;", "ü漢字\u{1f600}", "\\", "%", "`", "--"];
    for (const text of hostile) {
      const api = normalise(
        description({
          title: text,
          auth: { staff: { kind: "jwt", audiences: [text] }, anyone: { kind: "open", reason: text } },
          routes: { "GET /": { reply: { status: 200, body: text } } },
        }),
      );
      assert.deepEqual(
        [api.title, api.auth.staff, api.auth.anyone, api.routes[0]?.kind === "reply" && api.routes[0].body],
        [text, { kind: "jwt", audiences: [text] }, { kind: "open", reason: text }, text],
      );
    }
  });

  it("is a description or one error, whatever it is made of, and no route is without an auth that is declared", () => {
    const names = ["shop", "staff", "anyone", "GET /items/{id}", "to", "auth", "scopes", "limits", "path", "reply"];
    const json = fc.oneof(fc.jsonValue(), fc.constantFrom(...names), fc.constant({}), fc.constant([]));
    const places = ["version", "title", "backends", "auth", "default", "cors", "plans", "routes"];
    const inRoute = ["to", "path", "auth", "scopes", "limits", "timeoutSeconds", "requestHeaders", "reply"];
    const mutated = fc.oneof(
      json,
      fc.tuple(fc.constantFrom(...places), json).map(([place, value]) => description({ [place]: value })),
      fc.tuple(fc.constantFrom(...inRoute), json).map(([place, value]) => description({}, { [place]: value })),
    );
    let carried = 0;
    fc.assert(
      fc.property(mutated, (value) => {
        let api: ReturnType<typeof normalise>;
        try {
          api = normalise(value);
        } catch (error) {
          assert.ok(error instanceof PolygateError, String(error));
          assert.ok(error.problems.length > 0);
          return;
        }
        carried++;
        for (const found of api.routes) {
          assert.equal(found.auth, api.auth[found.authName]);
          const asked = tokenOf(found.auth);
          if (asked !== undefined) assert.ok(asked.audiences.length > 0);
          else assert.deepEqual(found.scopes, []);
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(carried > 10, `only ${carried} were descriptions`);
  });
});
