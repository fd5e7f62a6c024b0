import assert from "node:assert/strict";
import {
  policies,
  refused,
  type Service,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const inbound = (policy: string, more: Parameters<typeof service>[1] = {}): Service =>
  service({ policy: policies({ inbound: policy }) }, more);
const at = (policy: string, place: RegExp, problem: RegExp, sku = "Developer") =>
  refused(() => inbound(policy, { sku }), place, problem);

describe("policies of API Management that change a request", () => {
  describe("set-header and set-query-parameter", () => {
    const headers = async (policy: string, sent: Readonly<Record<string, string>> = { "X-A": "1" }) => {
      const forward = await inbound(policy).forward("GET /shop/orders", sent);
      return forward.headers.filter(([name]) => /^x-[ab]$/i.test(name));
    };

    it("override, skip, append and delete a header", async () => {
      assert.deepEqual(await headers(`<set-header name="x-a"><value>2</value><value>3</value></set-header>`), [
        ["x-a", "2,3"],
      ]);
      assert.deepEqual(await headers(`<set-header name="x-a" exists-action="skip"><value>2</value></set-header>`), [
        ["X-A", "1"],
      ]);
      assert.deepEqual(await headers(`<set-header name="x-b" exists-action="skip"><value>2</value></set-header>`), [
        ["X-A", "1"],
        ["x-b", "2"],
      ]);
      assert.deepEqual(await headers(`<set-header name="X-A" exists-action="append"><value>2</value></set-header>`), [
        ["X-A", "1,2"],
      ]);
      assert.deepEqual(await headers(`<set-header name="x-a" exists-action="delete" />`), []);
    });

    it("never allow a value to start another header", async () => {
      const subject = inbound(
        `<set-header name="x-b"><value>@(context.Request.MatchedParameters["id"])</value></set-header>`,
        { readings: { "apim-parameters": "decoded" } },
      );
      assert.equal((await subject.decide("GET /shop/orders/a%0d%0aX-Admin:1")).decision, "malformed");
      assert.equal((await subject.decide("GET /shop/orders/a")).decision, "proxied");
    });

    it("are rejected for headers and values that cannot be set", () => {
      at(`<set-header name="Connection"><value>x</value></set-header>`, /@name$/, /cannot be modified/);
      at(`<set-header name="Transfer-Encoding" exists-action="delete" />`, /@name$/, /cannot be modified/);
      at(`<set-header name="a b"><value>x</value></set-header>`, /@name$/, /not a valid header name/);
      at(`<set-header name="A"><value>x&#10;B: y</value></set-header>`, /value\[1\]$/, /must be a valid header value/);
      at(`<set-header name="A" />`, /set-header\[1\]$/, /must have a <value> to set/);
      at(
        `<set-header name="A" exists-action="delete"><value>x</value></set-header>`,
        /set-header\[1\]$/,
        /does not model a <value> with exists-action="delete"/,
      );
      at(
        `<set-header name="A" exists-action="replace"><value>x</value></set-header>`,
        /@exists-action$/,
        /override, skip, append, delete/,
      );
      refused(
        () => service({ policy: policies({ outbound: `<set-header name="Server" exists-action="delete" />` }) }),
        /outbound set-header\[1\]@name$/,
        /Server/,
      );
    });

    it("change the query", async () => {
      const query = async (policy: string) =>
        new URL((await inbound(policy).forward("GET /shop/orders?a=1&b=x%20y")).url).search;
      assert.equal(
        await query(`<set-query-parameter name="a"><value>2 &amp;</value></set-query-parameter>`),
        "?b=x%20y&a=2%20%26",
      );
      assert.equal(await query(`<set-query-parameter name="A" exists-action="delete" />`), "?b=x%20y");
      assert.equal(
        await query(`<set-query-parameter name="a" exists-action="append"><value>2</value></set-query-parameter>`),
        "?a=1&b=x%20y&a=2",
      );
      assert.equal(
        await query(`<set-query-parameter name="a" exists-action="skip"><value>2</value></set-query-parameter>`),
        "?a=1&b=x%20y",
      );
      at(`<set-query-parameter name="a" />`, /set-query-parameter\[1\]$/, /must have a <value> to set/);
    });

    it("change the response of the backend in outbound, where expressions can read its status", async () => {
      const policy = policies({
        outbound: `<set-header name="Server"><value>mine</value></set-header><choose><when condition="@(context.Response.StatusCode == 500)"><set-status code="502" reason="Bad Gateway" /></when></choose>`,
      });
      const forward = await service({ policy }).forward("GET /shop/orders");
      assert.deepEqual(
        forward.response?.(200, [
          ["Server", "x"],
          ["Content-Length", "3"],
        ]),
        {
          status: 200,
          headers: [
            ["Content-Length", "3"],
            ["Server", "mine"],
          ],
        },
      );
      assert.equal(forward.response?.(500, []).status, 502);
    });
  });

  describe("set-backend-service and rewrite-uri", () => {
    const url = async (policy: string, line = "GET /shop/orders/a%20b?x=1&y=%2B") =>
      (await inbound(policy).forward(line)).url;

    it("change the backend of the request", async () => {
      assert.equal(
        await url(`<set-backend-service base-url="http://erp.example:8080/v2/" />`),
        "http://erp.example:8080/v2/orders/a%20b?x=1&y=%2B",
      );
      assert.equal(
        await url(`<set-backend-service base-url="@("https://" + context.Request.Method.ToLower() + ".example")" />`),
        "https://get.example/orders/a%20b?x=1&y=%2B",
      );
    });

    it("map the path, with the template parameters as sent", async () => {
      const base = "https://backend.example.com/base";
      assert.equal(await url(`<rewrite-uri template="/v2/{id}/lines?z=1" />`), `${base}/v2/a%20b/lines?z=1&x=1&y=%2B`);
      assert.equal(await url(`<rewrite-uri template="/put" copy-unmatched-params="false" />`), `${base}/put`);
      assert.equal(await url(`<rewrite-uri template="/f/{rest}" />`, "GET /shop/files/a/b"), `${base}/f/a/b`);
      assert.equal(
        await url(`<rewrite-uri template="@("/v2/" + context.Request.MatchedParameters["id"])" />`),
        `${base}/v2/a%20b?x=1&y=%2B`,
      );
      assert.equal(await url(`<rewrite-uri template="@("/v2/{id}")" />`), `${base}/v2/a%20b?x=1&y=%2B`);
      assert.equal(
        (await inbound(`<rewrite-uri template="/v2/{id}" />`).decide("GET /shop/orders")).decision,
        "malformed",
      );
    });

    it("let a query parameter of the rewritten URL replace the parameter of the same name", async () => {
      const target = "https://backend.example.com/base/put";
      assert.equal(
        await url(`<rewrite-uri template="/put?x=2" />`, "GET /shop/orders/7?x=1&y=3&x=4"),
        `${target}?x=2&y=3`,
      );
      assert.equal(
        await url(`<rewrite-uri template="/put?%78=2&amp;z" />`, "GET /shop/orders/7?x=1&X=3&z=4"),
        `${target}?%78=2&z&X=3`,
      );
    });

    it("omit the query parameters of the operation's template, as in Microsoft's example", async () => {
      const document = JSON.stringify({
        openapi: "3.0.0",
        info: { title: "t" },
        paths: { "/get": { get: { parameters: [{ name: "a", in: "query", required: true }] } } },
      });
      const forward = await service({
        document,
        policy: policies({ inbound: `<rewrite-uri template="/put" />` }),
      }).forward("GET /shop/get?a=b&c=d");
      assert.equal(forward.url, "https://backend.example.com/base/put?c=d");
    });

    it("let a rewrite leave the base URL of the backend only by the reading of apim-odd-paths", async () => {
      for (const [reading, decision] of [
        ["forwarded", "proxied"],
        ["refused", "malformed"],
      ] as const) {
        const subject = inbound(`<rewrite-uri template="@("/v2/" + context.Request.MatchedParameters["id"])" />`, {
          readings: { "apim-parameters": "decoded", "apim-odd-paths": reading },
        });
        assert.equal((await subject.decide("GET /shop/orders/..%2f..%2fadmin")).decision, decision);
        assert.equal((await subject.decide("GET /shop/orders/a%23b")).decision, "malformed");
      }
    });

    it("are rejected with a URL or a parameter that cannot be valid", () => {
      at(`<set-backend-service base-url="erp" />`, /@base-url$/, /absolute http/);
      at(`<set-backend-service base-url="https://u:p@erp" />`, /@base-url$/, /absolute http/);
      at(`<set-backend-service backend-id="erp" />`, /@backend-id$/, /the service has no backend "erp"/);
      at(`<set-backend-service backend-id="erp" base-url="https://erp" />`, /@base-url$/, /cannot be used together/);
      at("<set-backend-service />", /@base-url$/, /required/);
      at(
        `<rewrite-uri template="/v2/{nobody}" />`,
        /@template$/,
        /\{nobody\} is not a parameter of any operation's URL template/,
      );
      at(`<rewrite-uri />`, /@template$/, /required/);
    });
  });
});
