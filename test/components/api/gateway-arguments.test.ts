import assert from "node:assert/strict";
import { defineApi } from "../../../components/api/define-api.ts";
import { allOf, apiKey, fn, http, jwt, onPrem, open } from "../../../components/api/description.ts";
import type { AwsHttpApiArgs } from "../../../components/aws/http-api/args.ts";
import type { AwsRestApiArgs } from "../../../components/aws/rest-api/args.ts";
import type { GatewayArgs } from "../../../components/gateway/gateway.ts";

// What the editor shows red is marked with @ts-expect-error: the type check fails where one of these is no error any more.

const base = {
  version: 1,
  backends: { shop: http(), erp: http() },
  auth: { staff: jwt({ audiences: ["shop"] }), anyone: open("public") },
} as const;

describe("the arguments of a gateway", () => {
  const api = defineApi({ ...base, default: { auth: "staff" }, routes: { "GET /": { to: "shop" } } });
  const publicApi = defineApi({
    ...base,
    auth: { anyone: open("public") },
    routes: { "GET /": { to: "shop", auth: "anyone" } },
  });
  type Args = GatewayArgs<typeof api>;
  const url = "https://shop.example.com";
  const issuer = "https://login.example.com";

  it("contain a binding for every backend and every issuer, by the names in the description", () => {
    const args: Args = { api, backends: { shop: { url }, erp: { url } }, auth: { staff: { issuer } } };
    assert.equal(args.api, api);
    const open: GatewayArgs<typeof publicApi> = {
      api: publicApi,
      backends: { shop: { url }, erp: { url } },
    };
    assert.equal(open.api, publicApi);
  });

  it("reject by type a missing binding and an unknown one", () => {
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

  it("contain a URL or a function, as the kind of the backend requires, and an issuer for every token but not for keys", () => {
    type Keyed = AwsRestApiArgs<typeof keyed>;
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

  it("contain a URL and a link for a private backend, and on AWS only a link that the class accepts", () => {
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
