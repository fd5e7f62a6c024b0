import assert from "node:assert/strict";
import type { Capabilities, Support } from "../../../../components/api/capability/capabilities.ts";
import { carry, refusals } from "../../../../components/api/capability/carry.ts";
import { type Feature, features } from "../../../../components/api/capability/features.ts";
import { type Waivers, waivable } from "../../../../components/api/capability/waivers.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";

const api = normalise({
  version: 1,
  title: "Orders",
  backends: { shop: { kind: "http" } },
  auth: { staff: { kind: "jwt", audiences: ["shop"] } },
  default: { auth: "staff" },
  cors: { origins: ["https://shop.example.com"] },
  routes: {
    "GET /limited": {
      to: "shop",
      limits: [
        { requests: 5, per: "minute", by: "route", burst: 9 },
        { requests: 5, per: "day", by: "ip" },
      ],
    },
    "GET /scoped": { to: "shop", scopes: ["read"] },
    "GET /plain": { reply: { status: 200 } },
  },
});

/** A vendor that supports everything except `lacks`. */
function vendor(...lacks: readonly Feature[]): Capabilities {
  const support = (feature: Feature): Support =>
    lacks.includes(feature)
      ? { support: "none", why: "it has no such thing", instead: "Use another class." }
      : { support: "native", how: "it can" };
  return {
    vendor: "aws",
    className: "TestGateway",
    features: Object.fromEntries(
      (Object.keys(features) as Feature[]).map((feature) => [feature, support(feature)]),
    ) as Capabilities["features"],
    limitPrecision: "exact",
    limits: {},
    readings: {},
    divergences: [],
    noEscape: [],
  };
}

function limitsOf(carried: Api) {
  return carried.routes.find(({ key }) => key === "GET /limited")?.limits;
}

function refused(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof PolygateError, String(error));
    return error.problems;
  }
  return [];
}

describe("carry", () => {
  it("returns the API unchanged if the vendor lacks nothing, whatever is waived", () => {
    assert.deepEqual(carry(api, vendor()), { api, waived: [] });
    assert.deepEqual(carry(api, vendor(), { limits: "elsewhere", cors: "no browsers", timeout: "short anyway" }), {
      api,
      waived: [],
    });
  });

  it("refuses each missing feature of each route, in one error with the problems of the vendor's own checks", () => {
    const own = { code: "too-many", rule: "There are too many.", remedy: "Use fewer." };
    const lacking = vendor("auth.scopes", "reply", "limits.route", "cors", "limits.api");
    assert.throws(
      () => carry(api, lacking, {}, () => [own]),
      /^PolygateError: The API "Orders" on TestGateway: 5 prob/,
    );
    assert.deepEqual(
      refused(() => carry(api, lacking, {}, () => [own])).map(({ code, route, feature }) => [code, route, feature]),
      [
        ["not-carried", "GET /limited", "limits.route"],
        ["not-carried", "GET /plain", "reply"],
        ["not-carried", "GET /scoped", "auth.scopes"],
        ["not-carried", undefined, "cors"],
        ["too-many", undefined, undefined],
      ],
    );
  });

  it("suggests a waiver only for what can be waived", () => {
    const remedies = refused(() =>
      carry(api, vendor("auth.scopes", "auth.jwt", "cors", "timeout", "limits.burst")),
    ).map(({ feature, remedy }) => [feature, remedy.replace("Use another class.", "").trim()]);
    const way = (what: string) => `Or do without it: waive: { ${what}: "why that is safe" }.`;
    assert.deepEqual(Object.fromEntries(remedies), {
      "auth.scopes": "",
      "auth.jwt": "",
      cors: way("cors"),
      timeout: way("timeout"),
      "limits.burst": way("limits"),
    });
  });

  it("never accepts a waiver of authentication, scopes or routes", () => {
    for (const feature of Object.keys(features) as Feature[]) {
      const may = Object.values(waivable).some((includes) => includes(feature));
      assert.equal(may, /^(cors$|timeout$|limits\.|plans\.|request\.)/.test(feature), feature);
    }
    for (const what of ["auth", "auth.jwt", "auth.scopes", "scopes", "reply", "__proto__", "constructor", ""]) {
      const waivers = JSON.parse(`{${JSON.stringify(what)}:"because"}`) as Waivers;
      assert.deepEqual(
        refused(() => carry(api, vendor("auth.scopes"), waivers)).map(({ code, place, vendor }) => [
          code,
          place,
          vendor,
        ]),
        [
          ["not-carried", undefined, "aws"],
          ["not-waivable", `waive.${what}`, "aws"],
        ],
      );
    }
  });

  it("requires a reason for a waiver, even if nothing is missing", () => {
    for (const reason of ["", " \n", null, 0, true, undefined]) {
      const found = refusals(api, vendor(), { limits: reason } as unknown as Waivers);
      assert.deepEqual(found, [
        {
          code: "empty",
          place: "waive.limits",
          rule: "A waiver must have a reason.",
          remedy: 'Write waive: { limits: "why that is safe" }.',
        },
      ]);
    }
  });

  it("removes only the limits that are missing, and lists their routes", () => {
    const { api: carried, waived } = carry(api, vendor("limits.ip.long"), { limits: "the load balancer limits" });
    assert.deepEqual(limitsOf(carried), [{ requests: 5, per: "minute", by: "route", burst: 9 }]);
    assert.deepEqual(waived, [{ what: "limits", reason: "the load balancer limits", routes: ["GET /limited"] }]);
  });

  it("removes a waived burst, and keeps its limit", () => {
    const { api: carried, waived } = carry(api, vendor("limits.burst"), { limits: "a burst more or less" });
    assert.deepEqual(limitsOf(carried), [
      { requests: 5, per: "minute", by: "route" },
      { requests: 5, per: "day", by: "ip" },
    ]);
    assert.deepEqual(waived, [{ what: "limits", reason: "a burst more or less", routes: ["GET /limited"] }]);
  });

  it("removes waived CORS from the whole API", () => {
    const { api: carried, waived } = carry(api, vendor("cors"), { cors: "no browser calls it" });
    assert.equal("cors" in carried, false);
    assert.deepEqual(waived, [{ what: "cors", reason: "no browser calls it", routes: [] }]);
  });

  it("removes the missing members of plans, and keeps the plans and the required keys", () => {
    const limits = [{ requests: 5, per: "minute" }] as const;
    const quota = { requests: 9, per: "week" } as const;
    const routes = { "GET /keyed": [{ requests: 1, per: "second" }] } as const;
    const keyed = normalise({
      version: 1,
      backends: { shop: { kind: "http" } },
      auth: { partners: { kind: "apiKey" } },
      default: { auth: "partners" },
      plans: { gold: { limits, quota, routes }, free: {} },
      routes: { "GET /keyed": { to: "shop" } },
    });
    const free = { limits: [], routes: {} };
    const planless = (...lacks: readonly Feature[]) =>
      JSON.parse(JSON.stringify(carry(keyed, vendor(...lacks), { plans: "few consumers" })));
    const waived = [{ what: "plans", reason: "few consumers", routes: [] }];
    const cases: readonly (readonly [readonly Feature[], object])[] = [
      [["plans.limits"], { limits: [], quota, routes }],
      [["plans.quota"], { limits, routes }],
      [["plans.routes"], { limits, quota, routes: {} }],
      [["plans.limits", "plans.quota", "plans.routes"], free],
    ];
    for (const [lacks, gold] of cases) {
      const { api: carried, waived: without } = planless(...lacks);
      assert.deepEqual([carried.plans, without], [{ gold, free }, waived], lacks.join());
      assert.deepEqual(carried.routes[0].auth, { kind: "apiKey" });
    }
    assert.deepEqual(planless().waived, []);
    assert.deepEqual(
      refused(() => carry(keyed, vendor("auth.key", "plans.quota"), { plans: "few consumers" })).map(
        ({ feature, route }) => [feature, route],
      ),
      [["auth.key", "GET /keyed"]],
    );
    assert.deepEqual(
      refused(() => carry(keyed, vendor("plans.limits", "plans.quota", "plans.routes"))).map(({ feature, remedy }) => [
        feature,
        remedy,
      ]),
      (["plans.limits", "plans.quota", "plans.routes"] as const).map((feature) => [
        feature,
        'Use another class. Or do without it: waive: { plans: "why that is safe" }.',
      ]),
    );
  });

  it("lists the routes without a timeout", () => {
    assert.deepEqual(carry(api, vendor("timeout"), { timeout: "backends are quick" }).waived, [
      { what: "timeout", reason: "backends are quick", routes: ["GET /limited", "GET /scoped"] },
    ]);
  });

  it("passes the API without the waived features to the vendor's own checks", () => {
    const seen: Api[] = [];
    const { api: carried } = carry(api, vendor("limits.route", "cors"), { limits: "why", cors: "why" }, (given) => {
      seen.push(given);
      return [];
    });
    assert.deepEqual(seen, [carried]);
    assert.notDeepEqual(carried, api);
  });
});
