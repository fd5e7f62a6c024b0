import assert from "node:assert/strict";
import { placeholders } from "../../../../components/api/binding/placeholders.ts";
import { carry } from "../../../../components/api/capability/carry.ts";
import type { Waivers } from "../../../../components/api/capability/waivers.ts";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { apiManagementTarget } from "../../../../components/azure/api-management/target.ts";
import type { ApiManagementSku } from "../../../../components/azure/sku.ts";

const base = {
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { staff: { kind: "jwt", audiences: ["s"] } },
  default: { auth: "staff" },
};

interface Place {
  readonly sku?: ApiManagementSku;
  readonly path?: string;
}

function compile(routes: object, place: Place = {}, waive: Waivers = {}) {
  const target = apiManagementTarget({ sku: "Developer", path: "shop", title: "shop", ...place });
  const { api, waived } = carry(normalise({ ...base, routes }), target.capabilities, waive, target.check);
  return { ...target.compile(api, placeholders(api)), waived };
}

function refused(routes: object, place: Place = {}): readonly Problem[] {
  try {
    compile(routes, place);
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const limited = (per: string, by: string) => ({ "GET /": { to: "shop", limits: [{ requests: 5, per, by }] } });

describe("the target of API Management", () => {
  it("rejects a burst, and names the alternative", () => {
    assert.deepEqual(
      refused({ "GET /": { to: "shop", limits: [{ requests: 5, per: "minute", by: "route", burst: 9 }] } }),
      [
        {
          code: "not-carried",
          route: "GET /",
          feature: "limits.burst",
          vendor: "azure",
          rule: "AzureApiManagementApi does not support a separate burst (`burst`): its limits count requests in a window and have no separate burst.",
          remedy:
            'Remove burst; `requests` is then also the maximum at one instant. Or do without it: waive: { limits: "why that is safe" }.',
        },
      ],
    );
  });

  it("rejects limits per hour and day on a v2 tier, also for the whole API", () => {
    const [long] = refused(limited("hour", "route"), { sku: "StandardV2" });
    assert.equal(long?.feature, "limits.route.long");
    assert.match(long?.remedy ?? "", /Developer, Basic, Standard or Premium/);
    assert.deepEqual(refused(limited("day", "api"), { sku: "StandardV2" }), [
      {
        code: "not-carried",
        route: "GET /",
        feature: "limits.api",
        vendor: "azure",
        rule: "A limit per day requires quota-by-key, which the tier StandardV2 lacks.",
        remedy: "Limit per second or minute, or use a service of the tier Developer, Basic, Standard or Premium.",
      },
    ]);
    assert.deepEqual(refused(limited("minute", "api"), { sku: "StandardV2" }), []);
  });

  it("rejects every limit on the tier Consumption, unless it is waived", () => {
    assert.equal(refused(limited("second", "ip"), { sku: "Consumption" })[0]?.feature, "limits.ip.second");
    const { policy, waived } = compile(
      limited("second", "ip"),
      { sku: "Consumption" },
      { limits: "the front door limits" },
    );
    assert.deepEqual(waived, [{ what: "limits", reason: "the front door limits", routes: ["GET /"] }]);
    assert.doesNotMatch(policy, /rate-limit|quota/);
  });

  it("rejects a time-out that the tier does not support", () => {
    const routes = { "GET /": { to: "shop", timeoutSeconds: 241 } };
    assert.deepEqual(refused(routes), [
      {
        code: "timeout-too-long",
        route: "GET /",
        feature: "timeout",
        vendor: "azure",
        rule: "The timeout is 241 seconds; the tier Developer of API Management supports at most 240.",
        remedy:
          "Write timeoutSeconds: 240 or less. Answer long-running work with 202 and let the client poll for the result.",
      },
    ]);
    const short = { "GET /": { to: "shop", timeoutSeconds: 31 } };
    assert.deepEqual(refused(short), []);
    assert.equal(refused(short, { sku: "Consumption" })[0]?.code, "timeout-too-long");
  });

  it("rejects the removal of the header server", () => {
    const [problem] = refused({ "GET /": { to: "shop", requestHeaders: { remove: ["Server"] } } });
    assert.deepEqual([problem?.code, problem?.route, problem?.feature], ["reserved-header", "GET /", "headers.remove"]);
  });

  it("rejects a path that is longer than an operation's name or template", () => {
    const [problem] = refused({ [`GET /${"a".repeat(300)}`]: { to: "shop" } });
    assert.equal(problem?.code, "path-too-long");
    assert.deepEqual(refused({ [`GET /${"a".repeat(295)}`]: { to: "shop" } }), []);
  });

  it("rejects more routes than a service of the tier accepts", () => {
    const routes = Object.fromEntries(Array.from({ length: 3001 }, (_, index) => [`GET /r${index}`, { to: "shop" }]));
    const problem = refused(routes).find(({ code }) => code === "too-many-routes");
    assert.equal(
      problem?.rule,
      "There are 3001 routes; all APIs of a service of the tier Developer together have at most 3000 operations.",
    );
    assert.deepEqual(refused(routes, { sku: "Premium" }), []);
  });

  it("rejects a malformed path of the API, and accepts a well-formed one", () => {
    for (const path of ["/a", "a/", "a//b", ".", "a/../b", "a b", "a?b", "ü", "{a}", "*", "x".repeat(128)]) {
      assert.equal(refused({ "GET /": { to: "shop" } }, { path })[0]?.code, "bad-api-path", path);
    }
    for (const path of ["", "a", "a/b", "Orders_v1.2~x", "x".repeat(127)]) {
      assert.deepEqual(refused({ "GET /": { to: "shop" } }, { path }), [], path);
    }
  });

  it("rejects a policy that is too large for the tier, with its size", () => {
    const routes = { "GET /": { reply: { status: 200, body: "x".repeat(15_000) } } };
    assert.deepEqual(refused(routes), []);
    assert.deepEqual(refused(routes, { sku: "Consumption" }), [
      {
        code: "policy-too-large",
        vendor: "azure",
        rule: `The policy has ${Buffer.byteLength(compile(routes).policy)} bytes; this tier of API Management accepts at most 16384.`,
        remedy:
          "Serve some of the routes from another gateway (omit), let routes share backends, limits and scopes, or shorten replies.",
      },
    ]);
  });

  it("rejects an issuer that the policy cannot name without an expression, and carries such a backend", () => {
    const target = apiManagementTarget({ sku: "Developer", path: "", title: "shop" });
    const api = normalise({ ...base, routes: { "GET /": { to: "shop" } } });
    const backends = { shop: { url: "https://shop.example/@(context.Api.Id)" } };
    const withIssuer = (issuer: string) => target.compile(api, { backends, auth: { staff: { issuer } } });
    assert.throws(
      () => withIssuer("https://login.example/@(1)"),
      (error: PolygateError) => {
        assert.deepEqual(error.problems, [
          {
            code: "issuer-not-literal",
            vendor: "azure",
            place: "auth.staff.issuer",
            rule: 'API Management would read a part of the issuer "https://login.example/@(1)" as a policy expression.',
            remedy: 'Use an issuer whose URL does not contain "@(".',
          },
        ]);
        return true;
      },
    );
    const { policy } = withIssuer("https://login.example/a@b");
    assert.ok(policy.includes(`base-url='@("https://shop.example/@(context.Api.Id)")'`), policy);
  });

  it("rejects a document and a policy that are too large in one error", () => {
    const parameters = ["a", "b", "c"].map((letter) => `{${letter.repeat(64)}}`).join("/");
    const keys = Array.from({ length: 2_999 }, (_, index) => `GET /${index}/${parameters}/${"x".repeat(60)}`);
    const found = refused(Object.fromEntries(keys.map((key) => [key, { to: "shop" }])));
    assert.deepEqual(
      found.map(({ code, vendor }) => [code, vendor]),
      [
        ["document-too-large", "azure"],
        ["policy-too-large", "azure"],
      ],
    );
    assert.match(
      found[0]?.rule ?? "",
      /^The document has \d{7} bytes; this tier of API Management accepts at most 4194304\.$/,
    );
    assert.equal(found[0]?.remedy, "Serve some of the routes from another gateway (omit).");
  });
});

describe("an API on API Management", () => {
  it("accepts 300 routes that share no limits, scopes or time-outs", () => {
    const routes = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `GET /resources-${index}/{id}/items`,
        {
          to: "shop",
          scopes: [`resources-${index}:read`],
          path: `/v2/r${index}/{id}`,
          timeoutSeconds: 1 + (index % 5),
          limits: [{ requests: 1 + (index % 10), per: "minute", by: "route" }],
        },
      ]),
    );
    assert.equal(Buffer.byteLength(compile(routes).policy), 174_399);
  });

  it("grows by the keys of its routes only, if they share a treatment", () => {
    const size = (count: number): number =>
      Buffer.byteLength(
        compile(
          Object.fromEntries(Array.from({ length: count }, (_, index) => [`GET /r${100 + index}`, { to: "shop" }])),
        ).policy,
      );
    assert.equal(size(300) - size(299), 2 * "GET /r399|".length);
  });
});
