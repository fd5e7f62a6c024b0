import assert from "node:assert/strict";
import fc from "fast-check";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { tokenOf } from "../../../../components/api/checked-api.ts";
import type { Problem } from "../../../../components/api/problem.ts";
import { PolygateError } from "../../../../components/api/problem.ts";

/** The smallest description. Each test changes something. */
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

/** A description with one problem, and its code, place, rule and remedy. */
const wrong: readonly (readonly [string, unknown, readonly [string, string | undefined, string, string]])[] = [
  ["a list", [], ["wrong-type", undefined, "The value must be an object, but it is a list.", "Write { ... }."]],
  [
    "another version",
    description({ version: 2 }),
    ["unknown-version", "version", "The version of a description must be 1.", "Write version: 1."],
  ],
  [
    "a title of two lines",
    description({ title: "a\nb" }),
    ["control-character", "title", "A title must be one line of text.", "Remove the control character."],
  ],
  [
    "a misspelt property",
    description({ route: {} }),
    ["unknown-property", "route", 'The property "route" is unknown here.', 'Did you mean "routes"?'],
  ],
  [
    "a misspelt property of a route",
    description({}, { scope: ["a"] }),
    ["unknown-property", `${route}.scope`, 'The property "scope" is unknown here.', 'Did you mean "scopes"?'],
  ],
  [
    "a misspelt property of a limit",
    description({}, { limits: [{ request: 1, requests: 1, per: "minute", by: "route" }] }),
    [
      "unknown-property",
      `${route}.limits[0].request`,
      'The property "request" is unknown here.',
      'Did you mean "requests"?',
    ],
  ],
  [
    "a misspelt property of CORS",
    description({ cors: { ...cors, credential: true } }),
    [
      "unknown-property",
      "cors.credential",
      'The property "credential" is unknown here.',
      'Did you mean "credentials"?',
    ],
  ],
  [
    "a bad name",
    description({ backends: { shop: { kind: "http" }, "a b": { kind: "http" } } }),
    [
      "bad-name",
      'backends["a b"]',
      'A name starts with a letter, contains only letters, digits, "_" and "-", and has at most 63 characters.',
      "Rename it.",
    ],
  ],
  [
    "a backend without a kind",
    description({ backends: { shop: {} } }),
    [
      "unknown-value",
      "backends.shop.kind",
      'The value must be "http", "fn" or "onPrem", but it is missing.',
      'Write "http", "fn" or "onPrem".',
    ],
  ],
  [
    "an empty auth",
    description({ auth: { staff: {} } }),
    [
      "no-auth",
      "auth.staff",
      "An empty auth would let everybody in.",
      'Write jwt({ audiences: [...] }), apiKey(), allOf(...) of both, iam(), or open("reason").',
    ],
  ],
  [
    "no audiences",
    description({ auth: { staff: { kind: "jwt", audiences: [] } } }),
    [
      "empty-audiences",
      "auth.staff.audiences",
      "An empty list of audiences would accept a token that is meant for anybody.",
      "List at least one of the audiences.",
    ],
  ],
  [
    "an audience of two lines",
    description({ auth: { staff: { kind: "jwt", audiences: ["a\u0000"] } } }),
    [
      "control-character",
      "auth.staff.audiences[0]",
      "An audience must be one line of text.",
      "Remove the control character.",
    ],
  ],
  [
    "an audience that is listed twice",
    description({ auth: { staff: { kind: "jwt", audiences: ["a", "a"] } } }),
    ["duplicate", "auth.staff.audiences[1]", '"a" is listed twice.', "Remove one."],
  ],
  [
    "an open auth without a reason",
    description({ auth: { staff: { kind: "open", reason: " " } } }),
    ["empty", "auth.staff.reason", "An open auth must have a reason.", 'Write open("why nobody must authenticate").'],
  ],
  [
    "an unknown default auth",
    description({ default: { auth: "staf" } }),
    ["unknown-auth", "default.auth", 'The auth "staf" is not declared.', 'Did you mean "staff"?'],
  ],
  [
    "an unknown auth",
    description({}, { auth: "nobody-else" }),
    ["unknown-auth", `${route}.auth`, 'The auth "nobody-else" is not declared.', 'Use "staff" or "anyone".'],
  ],
  [
    "no auth",
    description({ default: {} }),
    [
      "no-auth",
      route,
      "The route has no auth, and the API has no default auth.",
      'Write auth: "..." at the route or default: { auth: "..." }. Use open("reason") to let everybody in.',
    ],
  ],
  [
    "an empty list of scopes",
    description({}, { scopes: [] }),
    [
      "empty-scopes",
      `${route}.scopes`,
      "An empty list of scopes would check nothing; omit scopes to require none.",
      "List at least one of the scopes.",
    ],
  ],
  [
    "a scope with a space",
    description({}, { scopes: ["a b"] }),
    [
      "bad-scope",
      `${route}.scopes[0]`,
      "A scope must be printable ASCII without space, quote and backslash (RFC 6749).",
      "Rename the scope.",
    ],
  ],
  [
    "scopes on an open route",
    description({}, { auth: "anyone", scopes: ["a"] }),
    [
      "scopes-without-token",
      route,
      "An open route has no token, and so no scopes to check.",
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    ],
  ],
  [
    "scopes on a signed route",
    description({ auth: { staff: { kind: "iam" } } }, { scopes: ["a"] }),
    [
      "scopes-without-token",
      route,
      "A route of signed requests has no token, and so no scopes to check.",
      "Choose an auth of kind jwt or allOf, or remove the scopes.",
    ],
  ],
  [
    "a member beside the kind of an iam auth",
    description({ auth: { staff: { kind: "iam", audiences: ["a"] } } }),
    ["unknown-property", "auth.staff.audiences", 'The property "audiences" is unknown here.', 'Use "kind".'],
  ],
  [
    "a limit by consumer on a signed route",
    description({ auth: { staff: { kind: "iam" } } }, { limits: [{ requests: 1, per: "minute", by: "consumer" }] }),
    [
      "consumer-without-token",
      route,
      "The cloud's policies identify who signed a request; what counts requests does not.",
      'Limit the route by "ip" or "route".',
    ],
  ],
  [
    "a limit by consumer on an open route",
    description({}, { auth: "anyone", limits: [{ requests: 1, per: "minute", by: "consumer" }] }),
    [
      "consumer-without-token",
      route,
      "An open route does not identify its consumers.",
      'Limit the route by "ip" or "route".',
    ],
  ],
  [
    "two limits of the same per and by",
    description(
      {},
      {
        limits: [
          { requests: 1, per: "minute", by: "ip" },
          { requests: 2, per: "minute", by: "ip" },
        ],
      },
    ),
    ["duplicate-limit", `${route}.limits[1]`, "There are two limits per minute by ip.", "Keep the smaller one."],
  ],
  [
    "a limit of zero requests",
    description({}, { limits: [{ requests: 0, per: "minute", by: "ip" }] }),
    [
      "out-of-range",
      `${route}.limits[0].requests`,
      "The value must be a whole number from 1 to 1000000000, but it is 0.",
      "Choose a number in that range.",
    ],
  ],
  [
    "an unknown window",
    description({}, { limits: [{ requests: 1, per: "week", by: "ip" }] }),
    [
      "unknown-value",
      `${route}.limits[0].per`,
      'The value must be "second", "minute", "hour" or "day", but it is "week".',
      'Write "second", "minute", "hour" or "day".',
    ],
  ],
  [
    "an API without routes",
    description({ routes: {} }),
    ["no-routes", "routes", "An API must have at least one route.", 'Write routes: { "GET /": { to: ... } }.'],
  ],
  [
    "a route without a method",
    description({ routes: { "/items": { to: "shop" } } }),
    [
      "bad-route",
      'routes["/items"]',
      'The key of a route must be "METHOD /path", but it is "/items".',
      'Use the method "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS".',
    ],
  ],
  [
    "a parameter that is only part of a segment",
    description({ routes: { "GET /a{b}": { to: "shop" } } }),
    [
      "bad-path",
      'routes["GET /a{b}"]',
      'A parameter must be a whole segment, but "a{b}" mixes it with text.',
      "Make the whole segment a parameter, and let the backend parse it.",
    ],
  ],
  [
    "a route without a backend or a reply",
    description({ routes: { "GET /items": {} } }),
    [
      "no-backend",
      'routes["GET /items"]',
      "A route must have a backend or a reply.",
      'Write to: "shop", or reply: { status: ... }.',
    ],
  ],
  [
    "an unknown backend",
    description({}, { to: "shpo" }),
    ["unknown-backend", `${route}.to`, 'The backend "shpo" is not declared.', 'Did you mean "shop"?'],
  ],
  [
    "a backend path with an unknown parameter",
    description({}, { path: "/v2/{key}" }),
    ["unknown-parameter", `${route}.path`, 'The route has no parameter "key".', 'Use "id".'],
  ],
  [
    "a greedy parameter in the middle of a path",
    description({ routes: { "GET /{rest+}": { to: "shop", path: "/{rest}/x" } } }),
    [
      "bad-path",
      'routes["GET /{rest+}"].path',
      '"{rest}" is the rest of the path and must be last.',
      "Move it to the end.",
    ],
  ],
  [
    "a timeout that is no whole number",
    description({}, { timeoutSeconds: 0.5 }),
    [
      "out-of-range",
      `${route}.timeoutSeconds`,
      "The value must be a whole number from 1 to 3600, but it is 0.5.",
      "Choose a number in that range.",
    ],
  ],
  [
    "a header whose name is malformed",
    description({}, { requestHeaders: { set: { "a b": "c" } } }),
    [
      "bad-header",
      `${route}.requestHeaders.set["a b"]`,
      "The text is not the name of a header (RFC 9110).",
      "Use only letters, digits and !#$%&'*+-.^_`|~.",
    ],
  ],
  [
    "a header of the connection",
    description({}, { requestHeaders: { remove: ["Host"] } }),
    [
      "fixed-header",
      `${route}.requestHeaders.remove[0]`,
      'The header "Host" belongs to the connection.',
      "Leave it to the gateway.",
    ],
  ],
  [
    "a header value with a line break",
    description({}, { requestHeaders: { set: { "x-a": "b\r\nx-c: d" } } }),
    [
      "bad-header",
      `${route}.requestHeaders.set["x-a"]`,
      "The value of a header must be printable ASCII without a space at either end.",
      "Encode the value, e.g. percent-encoded.",
    ],
  ],
  [
    "a header in two spellings",
    description({}, { requestHeaders: { set: { "x-a": "b", "X-A": "c" } } }),
    [
      "header-twice",
      `${route}.requestHeaders.set["X-A"]`,
      'The header "X-A" is listed twice. Case does not distinguish header names.',
      "Remove one.",
    ],
  ],
  [
    "a header both set and removed",
    description({}, { requestHeaders: { set: { "x-a": "b" }, remove: ["X-A"] } }),
    [
      "header-twice",
      `${route}.requestHeaders`,
      'The header "x-a" is both set and removed.',
      "Remove it from one of the two. Setting a header already replaces what the client sent.",
    ],
  ],
  [
    "a body in a response that cannot have one",
    description({ routes: { "GET /": { reply: { status: 204, body: "a" } } } }),
    [
      "body-not-allowed",
      'routes["GET /"].reply.body',
      "This response cannot have a body (RFC 9110).",
      "Remove the body.",
    ],
  ],
  [
    "a body that JSON cannot express",
    description({ routes: { "GET /": { reply: { status: 200, body: { at: Number.NaN } } } } }),
    [
      "not-json",
      'routes["GET /"].reply.body',
      "The body of a reply must be a string or plain JSON.",
      "Write data only. A value that is known only during a deployment belongs in a binding.",
    ],
  ],
  [
    "half of a surrogate pair",
    description({}, { path: "/\ud800" }),
    ["malformed-text", `${route}.path`, "The text contains half of a surrogate pair.", "Write whole characters."],
  ],
  [
    "an origin with a path",
    description({ cors: { origins: ["https://a.example/b"] } }),
    [
      "bad-origin",
      "cors.origins[0]",
      '"https://a.example/b" is not an origin as browsers send it.',
      'Write scheme and host in lower case, such as "https://shop.example.com", without a path and without the scheme\'s default port; or write "*".',
    ],
  ],
  [
    "a star beside another origin",
    description({ cors: { origins: ["*", "https://a.example"] } }),
    [
      "bad-origin",
      "cors.origins",
      '"*" must be the only origin of the list.',
      "Remove the other origins, or remove the star.",
    ],
  ],
  ...["https://Shop.example.com", "https://shop.example.com:443", "https://shop..example:99999"].map(
    (text) =>
      [
        `the origin ${text}, which no browser sends`,
        description({ cors: { origins: ["https://a.example", text] } }),
        [
          "bad-origin",
          "cors.origins[1]",
          `"${text}" is not an origin as browsers send it.`,
          'Write scheme and host in lower case, such as "https://shop.example.com", without a path and without the scheme\'s default port; or write "*".',
        ],
      ] as const,
  ),
  [
    "an empty list of CORS methods, which one vendor reads as GET and POST",
    description({ cors: { ...cors, methods: [] } }),
    [
      "empty-methods",
      "cors.methods",
      "An empty list of methods would let no request through; omit methods to allow those of the routes.",
      "List at least one of the methods.",
    ],
  ],
  [
    "a CORS method that is listed twice",
    description({ cors: { ...cors, methods: ["GET", "POST", "GET"] } }),
    ["duplicate", "cors.methods[2]", '"GET" is listed twice.', "Remove one."],
  ],
  [
    "a CORS header in two spellings",
    description({ cors: { ...cors, expose: ["x-a", "X-A"] } }),
    [
      "header-twice",
      "cors.expose[1]",
      'The header "X-A" is listed twice. Case does not distinguish header names.',
      "Remove one.",
    ],
  ],
  [
    "a removed header in two spellings",
    description({}, { requestHeaders: { remove: ["x-a", "X-A"] } }),
    [
      "header-twice",
      `${route}.requestHeaders.remove[1]`,
      'The header "X-A" is listed twice. Case does not distinguish header names.',
      "Remove one.",
    ],
  ],
  [
    "two routes that differ in the names of parameters",
    description({ routes: { "GET /{a}": { to: "shop" }, "GET /{b}": { to: "shop" } } }),
    [
      "duplicate-route",
      undefined,
      '"GET /{b}" and "GET /{a}" match the same requests.',
      "Remove one. The names of parameters do not distinguish routes.",
    ],
  ],
  [
    "an unknown default",
    description({ default: { auth: "staff", timeout: 5 } }),
    [
      "unknown-property",
      "default.timeout",
      'The property "timeout" is unknown here.',
      'Use "auth", "limits" or "timeoutSeconds".',
    ],
  ],
  [
    "credentials for every origin",
    description({ cors: { origins: ["*"], credentials: true } }),
    ["credentials-for-all", "cors", "Browsers refuse credentials for every origin.", "Name the origins."],
  ],
  [
    "an empty list of origins",
    description({ cors: { origins: [] } }),
    [
      "empty-origins",
      "cors.origins",
      "An empty list of origins would let no page in.",
      "List at least one of the origins.",
    ],
  ],
  [
    "a star as a CORS header",
    description({ cors: { ...cors, headers: ["*"] } }),
    [
      "bad-header",
      "cors.headers[0]",
      "The text is not the name of one header.",
      "Name each header; a star lets pages send headers that nobody reviewed.",
    ],
  ],
  [
    "a string in place of a boolean",
    description({ cors: { ...cors, credentials: "yes" } }),
    ["wrong-type", "cors.credentials", 'The value must be true or false, but it is "yes".', "Write true or false."],
  ],
  [
    "OPTIONS beside CORS",
    description({ cors, routes: { "OPTIONS /items": { to: "shop" } } }),
    [
      "options-with-cors",
      'routes["OPTIONS /items"]',
      "The gateway of an API with cors answers OPTIONS requests by itself.",
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
        'The route "GET /items" requires an API key, and every key belongs to a consumer with a plan.',
        "Write plans: { standard: {} }, with limits and a quota if there should be any.",
      ],
    ],
  ],
  [
    "an empty list of plans",
    keyed({}),
    [["no-plans", "plans", "A consumer must have a plan, and there is none.", "Write plans: { standard: {} }."]],
  ],
  [
    "plans in an API without keys",
    keyed({ gold: {} }, { auth: "anyone" }),
    [
      [
        "plans-without-key",
        "plans",
        "No route requires an API key, so no plan would ever apply.",
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
        'The route "GET /open" requires no API key, so no plan applies to it.',
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
        'The route "GET /item" is not declared.',
        'Did you mean "GET /items"?',
      ],
    ],
  ],
  [
    "a plan that limits a route whose name is near no other",
    keyed({ gold: { routes: { "DELETE /baskets/{id}": [limit] } } }),
    [
      [
        "unknown-route",
        'plans.gold.routes["DELETE /baskets/{id}"]',
        'The route "DELETE /baskets/{id}" is not declared.',
        "Write the route's key as in routes.",
      ],
    ],
  ],
  [
    "two limits of a plan in the same window",
    keyed({ gold: { limits: [limit, limit] } }),
    [["duplicate-limit", "plans.gold.limits[1]", "There are two limits per minute.", "Keep the smaller one."]],
  ],
  [
    "a limit of a plan with by",
    keyed({ gold: { limits: [{ ...limit, by: "consumer" }] } }),
    [
      [
        "unknown-property",
        "plans.gold.limits[0].by",
        'The property "by" is unknown here.',
        'Use "requests", "per" or "burst".',
      ],
    ],
  ],
  [
    "a quota per hour",
    keyed({ gold: { quota: { requests: 5, per: "hour" } } }),
    [
      [
        "unknown-value",
        "plans.gold.quota.per",
        'The value must be "day", "week" or "month", but it is "hour".',
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
        "A route with an API key alone has no token, and so no scopes to check.",
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
            "A function receives the request unchanged, with its path and headers.",
            `Remove ${member}, and let the function read what it needs.`,
          ],
        ],
      ] as const,
  ),
];

/** Lists that are not a token and a key, in this order. */
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
    it(`rejects ${what}`, () => {
      assert.deepEqual(
        problems(value).map(({ code, place, rule, remedy }) => [code, place, rule, remedy]),
        expected,
      );
    });
  }

  it("accepts for allOf only a token and a key, in this order", () => {
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

  it("does not report plans as unused because an auth is misspelt or malformed", () => {
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

  it("fills in every default of a plan, and the kind of each route's backend", () => {
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

  it("accepts a limit by consumer on a route with a key", () => {
    const limits = [{ ...limit, by: "consumer" }];
    assert.deepEqual(problems(keyed({ gold: {} }, { auth: "partners", limits })), []);
  });
});

describe("a description", () => {
  for (const [what, value, [code, place, rule, remedy]] of wrong) {
    it(`rejects ${what}`, () => {
      const found = problems(value).map((problem) => ({ ...problem, route: undefined }));
      assert.deepEqual(found, [{ code, ...(place === undefined ? {} : { place }), rule, remedy, route: undefined }]);
    });
  }

  it("names the route of every problem of a route", () => {
    const [problem] = problems(description({}, { to: "shpo" }));
    assert.equal(problem?.route, "GET /items/{id}");
  });

  it("reports all problems at once", () => {
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

  it("reports an unknown version, whatever other members are unknown", () => {
    const found = problems({ ...description({ version: 2 }), zones: {} });
    assert.deepEqual(
      found.map(({ code, place }) => [code, place]),
      [
        ["unknown-property", "zones"],
        ["unknown-version", "version"],
      ],
    );
  });

  it("names the place of each fault in a list, even after another fault", () => {
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

  it("rejects changes to the headers of the connection, in any case", () => {
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

  it("fills in every default", () => {
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

  it("applies its defaults to routes that set no value of their own", () => {
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

  it("adds the content type of a reply, unless the description sets it", () => {
    const reply = (answer: Record<string, unknown>) => {
      const [found] = normalise(description({ routes: { "GET /": { reply: { status: 200, ...answer } } } })).routes;
      return found?.kind === "reply" ? [found.headers["content-type"], found.body] : [];
    };
    assert.deepEqual(reply({ body: "ü" }), ["text/plain; charset=utf-8", "ü"]);
    assert.deepEqual(reply({ body: { a: [1, null] } }), ["application/json", '{"a":[1,null]}']);
    assert.deepEqual(reply({ body: "<a/>", headers: { "Content-Type": "text/xml" } }), ["text/xml", "<a/>"]);
    assert.deepEqual(reply({}), [undefined, ""]);
  });

  it("accepts names that objects inherit, like any other name", () => {
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

  it("keeps hostile texts unchanged wherever they are allowed", () => {
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

  it("becomes an API in which every route has a declared auth, or one error, whatever values it contains", () => {
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
