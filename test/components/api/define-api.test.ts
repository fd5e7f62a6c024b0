import assert from "node:assert/strict";
import { defineApi } from "../../../components/api/define-api.ts";
import { allOf, apiKey, fn, http, jwt, onPrem, open } from "../../../components/api/description.ts";
import { PolygateError } from "../../../components/api/problem.ts";
import type { AwsHttpApiArgs } from "../../../components/aws/http-api/args.ts";
import type { AwsRestApiArgs } from "../../../components/aws/rest-api/args.ts";
import type { GatewayArgs } from "../../../components/gateway/gateway.ts";

// What the editor shows red is marked with @ts-expect-error: the type check fails where one of these is no error any more.

const base = {
  version: 1,
  backends: { shop: http(), erp: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
} as const;

/** The codes of what `defineApi` finds wrong when it runs. */
function codesOf(define: () => unknown): readonly string[] {
  try {
    define();
    return [];
  } catch (error) {
    assert.ok(error instanceof PolygateError, String(error));
    return error.problems.map(({ code }) => code);
  }
}

describe("defineApi", () => {
  it("gives the description as it was given", () => {
    const description = { ...base, default: { auth: "staff" }, routes: { "GET /": { to: "shop" } } } as const;
    assert.equal(defineApi(description), description);
  });

  it("takes every kind of route and everything that a route can say", () => {
    const api = defineApi({
      ...base,
      title: "Shop",
      default: { auth: "staff", limits: [{ requests: 5, per: "minute", by: "route" }], timeoutSeconds: 5 },
      cors: { origins: ["https://shop.example.com"], methods: ["GET"], headers: ["x-a"], expose: ["x-b"] },
      routes: {
        "GET /a/{id}": {
          to: "shop",
          path: "/v2/{id}",
          scopes: ["read"],
          limits: [],
          timeoutSeconds: 3,
          requestHeaders: { set: { "x-a": "b" }, remove: ["cookie"] },
        },
        "GET /health": {
          reply: { status: 200, headers: { "x-a": "b" }, body: { ok: [true, null, 1] } },
          auth: "anyone",
        },
      },
    });
    assert.deepEqual(Object.keys(api.routes), ["GET /a/{id}", "GET /health"]);
  });

  it("shows a misspelt backend red, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: { auth: "staff" },
          // @ts-expect-error
          routes: { "GET /": { to: "shpo" } },
        }),
      ),
      ["unknown-backend"],
    );
  });

  it("shows a misspelt auth red, on a route and in the default, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          // @ts-expect-error
          default: { auth: "staf" },
          routes: {
            "GET /": { to: "shop" },
            // @ts-expect-error
            "GET /a": { to: "shop", auth: "anybody" },
          },
        }),
      ),
      ["unknown-auth", "unknown-auth"],
    );
  });

  it("shows a misspelt method red, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: { auth: "staff" },
          routes: {
            // @ts-expect-error
            "GTE /": { to: "shop" },
          },
        }),
      ),
      ["bad-route"],
    );
  });

  it("shows a path without its slash red, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: { auth: "staff" },
          routes: {
            // @ts-expect-error
            "GET a": { to: "shop" },
          },
        }),
      ),
      ["bad-path"],
    );
  });

  it("shows a misspelt property red, wherever it stands, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          default: {
            auth: "staff",
            // @ts-expect-error
            limit: [],
          },
          cors: {
            origins: ["*"],
            // @ts-expect-error
            maxAge: 5,
          },
          routes: {
            // @ts-expect-error
            "GET /": { to: "shop", timeout: 3 },
            // @ts-expect-error
            "GET /a": { to: "shop", limits: [{ requests: 1, per: "minute", by: "ip", brust: 2 }] },
            // @ts-expect-error
            "GET /b": { reply: { status: 200, code: 200 } },
          },
        }),
      ),
      Array(5).fill("unknown-property"),
    );
  });

  it("shows values of the wrong kind red, and refuses them", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          // @ts-expect-error
          version: 2,
          default: { auth: "staff" },
          routes: {
            // @ts-expect-error
            "GET /": { to: "shop", timeoutSeconds: "3" },
            // @ts-expect-error
            "GET /a": { to: "shop", limits: [{ requests: 1, per: "week", by: "ip" }] },
            // @ts-expect-error
            "GET /b": { to: "shop", scopes: "read" },
          },
        }),
      ),
      ["unknown-version", "out-of-range", "unknown-value", "wrong-type"],
    );
  });

  it("shows a route red that goes nowhere, or both to a backend and to a reply, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...base,
          routes: {
            // @ts-expect-error
            "GET /": { auth: "staff" },
            "GET /a": { to: "shop", auth: "staff", reply: { status: 200 } } as never,
          },
        }),
      ),
      ["no-backend", "unknown-property"],
    );
  });

  const keyed = {
    version: 1,
    backends: { shop: http(), ship: fn() },
    auth: { partners: apiKey(), both: allOf(jwt({ audiences: ["shop"] }), apiKey()), anyone: open("public") },
    default: { auth: "partners" },
  } as const;

  it("takes plans, by the routes that the description has", () => {
    const api = defineApi({
      ...keyed,
      plans: {
        free: { quota: { requests: 100, per: "month" } },
        gold: {
          limits: [{ requests: 5, per: "second", burst: 9 }],
          routes: { "POST /parcels": [{ requests: 1, per: "minute" }] },
        },
      },
      routes: { "GET /items": { to: "shop", auth: "both" }, "POST /parcels": { to: "ship" } },
    });
    // Known by name: what a gateway's consumers may have.
    const names: readonly (keyof NonNullable<typeof api.plans>)[] = ["free", "gold"];
    assert.deepEqual(Object.keys(api.plans ?? {}), names);
  });

  it("shows a misspelt route of a plan red, and refuses it", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...keyed,
          plans: {
            gold: {
              routes: {
                // @ts-expect-error
                "GET /item": [{ requests: 1, per: "minute" }],
              },
            },
          },
          routes: { "GET /items": { to: "shop" } },
        }),
      ),
      ["unknown-route"],
    );
  });

  it("shows a misspelt property of a plan red, and a window that there is none of, and refuses them", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...keyed,
          plans: {
            // @ts-expect-error
            free: { qouta: { requests: 1, per: "day" } },
            gold: {
              // @ts-expect-error
              limits: [{ requests: 1, per: "minute", by: "consumer" }],
              // @ts-expect-error
              quota: { requests: 1, per: "hour" },
            },
          },
          routes: { "GET /items": { to: "shop" } },
        }),
      ),
      ["unknown-property", "unknown-property", "unknown-value"],
    );
  });

  it("shows a key and a token in the wrong order red, and refuses them", () => {
    assert.deepEqual(
      codesOf(() =>
        defineApi({
          ...keyed,
          auth: {
            // @ts-expect-error
            both: allOf(apiKey(), jwt({ audiences: ["shop"] })),
          },
          default: { auth: "both" },
          plans: { free: {} },
          routes: { "GET /items": { to: "shop" } },
        }),
      ),
      ["bad-all-of"],
    );
  });

  it("refuses a route without any auth, which types cannot see", () => {
    assert.deepEqual(
      codesOf(() => defineApi({ ...base, routes: { "GET /": { to: "shop" } } })),
      ["no-auth"],
    );
  });
});

describe("what a gateway is declared with", () => {
  const api = defineApi({ ...base, default: { auth: "staff" }, routes: { "GET /": { to: "shop" } } });
  const publicApi = defineApi({
    ...base,
    auth: { anyone: open("public") },
    routes: { "GET /": { to: "shop", auth: "anyone" } },
  });
  type Args = GatewayArgs<typeof api>;
  const url = "https://shop.example.com";
  const issuer = "https://login.example.com";

  it("is a binding for every backend and every issuer, by the description's own names", () => {
    const args: Args = { api, backends: { shop: { url }, erp: { url } }, auth: { staff: { issuer } } };
    assert.equal(args.api, api);
    const open: GatewayArgs<typeof publicApi> = {
      api: publicApi,
      backends: { shop: { url }, erp: { url } },
    };
    assert.equal(open.api, publicApi);
  });

  it("shows red what is not bound, and what is bound to nothing", () => {
    const auth = { staff: { issuer } };
    const backends = { shop: { url }, erp: { url } };
    const wrong: readonly Args[] = [
      // @ts-expect-error
      { api, backends: { shop: { url } }, auth },
      // @ts-expect-error
      { api, backends: { shop: { url }, erp: {} }, auth },
      // @ts-expect-error
      { api, backends: { ...backends, catalog: { url } }, auth: { staff: { issuer } } } satisfies Args,
      // @ts-expect-error
      { api, backends },
      // @ts-expect-error
      { api, backends, auth: {} },
      // @ts-expect-error
      { api, backends, auth: { staff: {} } },
      // @ts-expect-error
      { api, backends, auth: { staff: { issuer, audience: "shop" } } } satisfies Args,
      // @ts-expect-error
      { api, backends, auth, waive: { auth: "because" } },
      // @ts-expect-error
      { api, backends, auth, omit: { "/orders": "because" } },
    ];
    assert.equal(wrong.length, 9);
  });

  const keyed = defineApi({
    version: 1,
    backends: { shop: http(), ship: fn() },
    auth: { partners: apiKey(), both: allOf(jwt({ audiences: ["shop"] }), apiKey()), anyone: open("public") },
    default: { auth: "both" },
    plans: { free: {} },
    routes: { "GET /": { to: "shop" }, "POST /": { to: "ship", auth: "partners" } },
  });
  const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:ship";

  it("is a URL or a function as its backend is, and an issuer for every token, not for keys", () => {
    type Keyed = GatewayArgs<typeof keyed>;
    const args: Keyed = { api: keyed, backends: { shop: { url }, ship: { functionArn } }, auth: { both: { issuer } } };
    const wrong: readonly Keyed[] = [
      // @ts-expect-error
      { ...args, backends: { shop: { url }, ship: { url } } },
      // @ts-expect-error
      { ...args, backends: { shop: { functionArn }, ship: { functionArn } } },
      // @ts-expect-error
      { ...args, auth: {} },
      // @ts-expect-error
      { ...args, auth: { both: { issuer }, partners: { issuer } } } satisfies Keyed,
    ];
    assert.equal(wrong.length, 4);
    const keysAlone = defineApi({
      version: 1,
      backends: {},
      auth: { partners: apiKey() },
      plans: { free: {} },
      routes: { "GET /": { reply: { status: 204 }, auth: "partners" } },
    });
    const bare: GatewayArgs<typeof keysAlone> = {
      api: keysAlone,
      backends: {},
    };
    assert.equal(bare.api, keysAlone);
  });

  it("is a URL and a link for a private backend, and on AWS a link of those that the class takes", () => {
    const linked = defineApi({
      version: 1,
      backends: { erp: onPrem() },
      auth: { anyone: open("public") },
      routes: { "GET /": { to: "erp", auth: "anyone" } },
    });
    const id = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
    const link = {
      kind: "aws-vpc-link",
      vpcLinkId: "a1b2c3",
      listenerArn: `${id}:listener/net/erp/0123456789abcdef/0123456789abcdef`,
      loadBalancerArn: `${id}:loadbalancer/net/erp/0123456789abcdef`,
    } as const;
    const service = { kind: "aws-cloud-map", vpcLinkId: "a1b2c3", serviceArn: "arn:aws:servicediscovery" } as const;
    const rest: AwsRestApiArgs<typeof linked> = {
      api: linked,
      backends: { erp: { url, link } },
    };
    const plain: AwsHttpApiArgs<typeof linked> = {
      api: linked,
      backends: { erp: { url, link: service } },
    };
    const wrong: readonly unknown[] = [
      // @ts-expect-error
      { api: linked, backends: { erp: { url } } } satisfies typeof plain,
      // @ts-expect-error
      { api: linked, backends: { erp: { link } } } satisfies typeof plain,
      // @ts-expect-error
      { api: linked, backends: { erp: { url, link: { ...link, kind: "vpn" as const } } } } satisfies typeof plain,
      // @ts-expect-error
      { api: linked, backends: { erp: { url, link: service } } } satisfies typeof rest,
    ];
    assert.deepEqual([rest.backends.erp.url, plain.backends.erp.url, wrong.length], [url, url, 4]);
  });
});
