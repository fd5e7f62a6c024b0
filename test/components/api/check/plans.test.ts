import assert from "node:assert/strict";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { problems } from "../../../support/components/api/check/descriptions.ts";

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
        "Remove the plans, or give a route an auth of kind apiKey.",
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
        "Remove it, or give the route an auth of kind apiKey.",
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
