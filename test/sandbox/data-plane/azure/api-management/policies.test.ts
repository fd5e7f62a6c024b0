import assert from "node:assert/strict";
import fc from "fast-check";
import { field, openApi, policies, refused, type Service, service } from "./service.ts";

const inbound = (policy: string, more: Parameters<typeof service>[1] = {}): Service =>
  service({ policy: policies({ inbound: policy }) }, more);
const xml = (text: string): string => text.replace(/[&<>"\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`);
/** A C# string literal in visible ASCII. */
const literal = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, "0")}`).join("")}"`;
const body = async (policy: string, line = "GET /shop/orders/7?a=1", headers: Readonly<Record<string, string>> = {}) =>
  (await inbound(policy).reply(line, headers)).body;
const at = (policy: string, place: RegExp, problem: RegExp, sku = "Developer") =>
  refused(() => inbound(policy, { sku }), place, problem);

describe("policies of API Management", () => {
  describe("return-response", () => {
    it("responds with the status, the headers and the body, and ends the pipeline", async () => {
      const subject = inbound(
        `<return-response><set-status code="201" reason="Created" /><set-header name="X-A"><value>1</value><value>@(context.Request.Method)</value></set-header><set-header name="Set-Cookie"><value>a</value><value>b</value></set-header><set-body>{"ok": true}</set-body></return-response><set-backend-service base-url="https://never.example" />`,
      );
      const outcome = await subject.decide("GET /shop/orders");
      assert.equal(outcome.decision, "replied");
      assert.deepEqual("reply" in outcome && outcome.reply, {
        status: 201,
        headers: [
          ["X-A", "1,GET"],
          ["Set-Cookie", "a"],
          ["Set-Cookie", "b"],
        ],
        body: '{"ok": true}',
      });
    });

    it("is an empty 200 without children, and its status determines the decision", async () => {
      assert.deepEqual(await inbound("<return-response />").reply("GET /shop/orders"), {
        status: 200,
        headers: [],
        body: "",
      });
      const decisions = {
        200: "replied",
        401: "unauthenticated",
        403: "forbidden",
        404: "no route",
        405: "no route",
        413: "too large",
        429: "limited",
        500: "replied",
      };
      for (const [status, decision] of Object.entries(decisions)) {
        const subject = inbound(`<return-response><set-status code="${status}" reason="x" /></return-response>`);
        assert.equal((await subject.decide("GET /shop/orders")).decision, decision);
      }
    });

    it("can contain any text in an attribute, a text, CDATA or an expression", async () => {
      const texts = fc.oneof(
        fc.constantFrom('"', "]]>", "@", "${x}", "{ {x} }", "<!-- -->", "&amp;", "日本語 \u{1f600}", "'"),
        fc.string({ unit: "grapheme" }),
      );
      await fc.assert(
        fc.asyncProperty(texts, async (text) => {
          assert.equal(
            await body(`<return-response><set-body>@(${xml(literal(text))})</set-body></return-response>`),
            text,
          );
          const value = xml(`@(${literal(text)})`);
          assert.equal(
            await body(
              `<set-variable name="v" value="${value}" /><return-response><set-body>@((string)context.Variables["v"])</set-body></return-response>`,
            ),
            text,
          );
          // Without the texts that begin an expression or a named value, and without characters that XML does not allow.
          const plain = text.replace(
            /@[({]|\{\{|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udfff]/gu,
            "",
          );
          if (/@[({]|\{\{/.test(plain)) return;
          assert.equal(await body(`<return-response><set-body>${xml(plain)}</set-body></return-response>`), plain);
          const cdata = plain.replaceAll("\r", "").replaceAll("]]>", "]]]]><![CDATA[>");
          assert.equal(
            await body(`<return-response><set-body><![CDATA[${cdata}]]></set-body></return-response>`),
            plain.replaceAll("\r", ""),
          );
        }),
        { numRuns: 150 },
      );
    });

    it("is rejected with unknown children, in another order, or without a reason", () => {
      at(
        `<return-response><set-body /><set-status code="200" reason="x" /></return-response>`,
        /set-status\[1\]$/,
        /must not follow <set-body>/,
      );
      at(`<return-response><set-status code="200" /></return-response>`, /set-status\[1\]@reason$/, /required/);
      at(
        `<return-response><set-status code="99" reason="x" /></return-response>`,
        /set-status\[1\]@code$/,
        /from 200 to 599/,
      );
      at(
        `<return-response><set-body template="liquid">x</set-body></return-response>`,
        /set-body\[1\]@template$/,
        /the sandbox does not support it/,
      );
      at(
        `<return-response><set-body><x /></set-body></return-response>`,
        /x\[1\]$/,
        /<x> is not allowed in <set-body>/,
      );
      at(
        `<return-response><set-body>a</set-body><set-body>b</set-body></return-response>`,
        /set-body\[2\]$/,
        /more than once/,
      );
      at(
        `<return-response response-variable-name="r" />`,
        /@response-variable-name$/,
        /the sandbox does not support it/,
      );
      at(`<return-response>text</return-response>`, /return-response\[1\]$/, /text is not allowed/);
      at(`<return-response><set-body>a @(1) b</set-body></return-response>`, /set-body\[1\]$/, /inside a longer text/);
    });
  });

  describe("choose", () => {
    const pick = `<choose><when condition="@(context.Request.Method == "POST")"><return-response><set-body>post</set-body></return-response></when><when condition="@(context.Operation.Id == "get-orders-id" && 1 < 2)"><return-response><set-body>one</set-body></return-response></when><otherwise><return-response><set-body>other</set-body></return-response></otherwise></choose>`;

    it("runs the first branch whose condition is true, also in raw XML with unescaped expressions", async () => {
      const subject = inbound(pick);
      assert.equal((await subject.reply("POST /shop/orders")).body, "post");
      assert.equal((await subject.reply("GET /shop/orders/7")).body, "one");
      assert.equal((await subject.reply("GET /shop/orders")).body, "other");
    });

    it("runs no branch when no condition is true", async () => {
      assert.equal(
        (
          await inbound(`<choose><when condition="false"><return-response /></when></choose>`).decide(
            "GET /shop/orders",
          )
        ).decision,
        "proxied",
      );
    });

    it("fails closed: an expression that fails is a 500, and no other branch is tried", async () => {
      const subject = inbound(
        `<choose><when condition="@((bool)context.Variables[&quot;none&quot;])"><return-response /></when></choose>`,
      );
      const outcome = await subject.decide("GET /shop/orders");
      assert.equal(outcome.decision, "malformed");
      assert.match(outcome.reason, /choose|when: ExpressionValueEvaluationFailure/);
      assert.equal(
        "reply" in outcome && outcome.reply.body,
        '{ "statusCode": 500, "message": "Internal server error" }',
      );
    });

    it("is rejected without a when, with a condition that is not bool, or in another order", () => {
      at("<choose />", /choose\[1\]$/, /at least one <when>/);
      at("<choose><otherwise /></choose>", /choose\[1\]$/, /at least one <when>/);
      at(`<choose><otherwise /><when condition="true" /></choose>`, /when\[1\]$/, /must not follow <otherwise>/);
      at(`<choose><when condition="true" /><otherwise /><otherwise /></choose>`, /choose\[1\]$/, /more than once/);
      at(`<choose><when /></choose>`, /when\[1\]@condition$/, /required/);
      at(`<choose><when condition="yes" /></choose>`, /@condition$/, /`true`, `false` or an expression/);
      at(`<choose><when condition="@(1)" /></choose>`, /@condition$/, /returns int, not bool/);
      at(
        `<choose><when condition="true"><base /></when></choose>`,
        /base\[1\]$/,
        /must be a direct child of a section/,
      );
      at(
        `<choose><when condition="true"><cors /></when></choose>`,
        /cors\[1\]$/,
        /must be a direct child of <inbound>/,
      );
    });
  });

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
        { options: { parameters: "decoded" } },
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
        /must have no <value> to delete/,
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

    it("never allow a rewrite to leave the base URL of the backend", async () => {
      const subject = inbound(`<rewrite-uri template="@("/v2/" + context.Request.MatchedParameters["id"])" />`, {
        options: { parameters: "decoded" },
      });
      assert.equal((await subject.decide("GET /shop/orders/..%2f..%2fadmin")).decision, "malformed");
      assert.equal((await subject.decide("GET /shop/orders/a%23b")).decision, "malformed");
    });

    it("are rejected with a URL or a parameter that cannot be valid", () => {
      at(`<set-backend-service base-url="erp" />`, /@base-url$/, /absolute http/);
      at(`<set-backend-service base-url="https://u:p@erp" />`, /@base-url$/, /absolute http/);
      at(`<set-backend-service backend-id="erp" />`, /@base-url$/, /required/);
      at(
        `<rewrite-uri template="/v2/{nobody}" />`,
        /@template$/,
        /\{nobody\} is not a parameter of any operation's URL template/,
      );
      at(`<rewrite-uri />`, /@template$/, /required/);
    });
  });

  describe("set-variable", () => {
    it("stores a literal as text and an expression with its type", async () => {
      assert.equal(
        await body(
          `<set-variable name="n" value="1" /><set-variable name="i" value="@(2)" /><return-response><set-body>@((string)context.Variables["n"] + (int)context.Variables["i"])</set-body></return-response>`,
        ),
        "12",
      );
      at(`<set-variable name="n" value="@(context.Request)" />`, /@value$/, /cannot contain a value of type IRequest/);
      at(`<set-variable name="n" />`, /@value$/, /required/);
    });
  });

  describe("check-header and ip-filter", () => {
    it("accept a request with one of the values", async () => {
      const subject = inbound(
        `<check-header name="X-Key" failed-check-httpcode="401" failed-check-error-message="No." ignore-case="true"><value>a</value><value>B</value></check-header>`,
      );
      assert.equal((await subject.decide("GET /shop/orders", { "x-key": "b" })).decision, "proxied");
      assert.equal(
        (await subject.reply("GET /shop/orders", { "x-key": "c" })).body,
        '{ "statusCode": 401, "message": "No." }',
      );
      assert.equal((await subject.decide("GET /shop/orders")).decision, "unauthenticated");
      at(
        `<check-header name="X-Key" failed-check-httpcode="401" ignore-case="true" />`,
        /@failed-check-error-message$/,
        /required/,
      );
    });

    it("allow or forbid addresses and ranges, of both families", async () => {
      const allow = inbound(
        `<ip-filter action="allow"><address>10.0.0.5</address><address-range from="10.1.0.0" to="10.1.0.9" /><address-range from="fd00::1" to="fd00::f" /></ip-filter>`,
      );
      const decision = async (subject: Service, address: string) =>
        (await subject.decide("GET /shop/orders", {}, address)).decision;
      assert.equal(await decision(allow, "10.0.0.5"), "proxied");
      assert.equal(await decision(allow, "::ffff:10.1.0.9"), "proxied");
      assert.equal(await decision(allow, "fd00::a"), "proxied");
      assert.equal(await decision(allow, "10.1.0.10"), "forbidden");
      assert.equal(await decision(allow, "unix"), "forbidden");
      const reply = await allow.reply("GET /shop/orders", {}, "10.2.0.1");
      assert.equal(
        reply.body,
        '{ "statusCode": 403, "message": "Caller IP address 10.2.0.1 is not allowed. Access denied." }',
      );
      const forbid = inbound(`<ip-filter action="forbid"><address>10.0.0.5</address></ip-filter>`);
      assert.equal(await decision(forbid, "10.0.0.5"), "forbidden");
      assert.equal(await decision(forbid, "10.0.0.6"), "proxied");
      at(`<ip-filter action="allow" />`, /ip-filter\[1\]$/, /at least one/);
      at(`<ip-filter><address>1.1.1.1</address></ip-filter>`, /@action$/, /required/);
      at(`<ip-filter action="allow"><address>10.0.0</address></ip-filter>`, /address\[1\]$/, /must be an IP address/);
      at(
        `<ip-filter action="allow"><address-range from="10.0.0.2" to="10.0.0.1" /></ip-filter>`,
        /address-range\[1\]$/,
        /must not end before it begins/,
      );
    });
  });

  describe("the error section", () => {
    it("can read the error and change the response, also when no operation matches", async () => {
      const onError = `<set-header name="X-Error"><value>@(context.LastError.Source + ":" + context.LastError.Reason + ":" + context.Response.StatusCode + ":" + (context.Operation?.Id ?? "none"))</value></set-header><choose><when condition="@(context.LastError.Reason == "OperationNotFound")"><set-status code="405" reason="Method not allowed" /><set-body>gone</set-body></when></choose>`;
      const subject = service({ policy: policies({ onError }) });
      const reply = await subject.reply("DELETE /shop/orders");
      assert.equal(reply.status, 405);
      assert.equal(reply.body, "gone");
      assert.equal(field(reply, "x-error"), "configuration:OperationNotFound:404:none");
      const down = (await subject.forward("GET /shop/orders")).down("timeout");
      assert.equal(field(down, "x-error"), "forward-request:Timeout:500:get-orders");
    });

    it("can return a response, and responds with 500 when it fails too", async () => {
      const replaced = service({
        policy: policies({ onError: `<return-response><set-status code="418" reason="x" /></return-response>` }),
      });
      assert.equal((await replaced.reply("GET /shop/none")).status, 418);
      assert.equal((await replaced.decide("GET /shop/none")).decision, "no route");
      const broken = service({ policy: policies({ onError: `<set-body>@(context.Variables["none"])</set-body>` }) });
      assert.deepEqual(await broken.reply("GET /shop/none"), {
        status: 500,
        headers: [["Content-Type", "application/json"]],
        body: '{ "statusCode": 500, "message": "Internal server error" }',
      });
    });

    it("runs when an outbound expression fails: the status is 500", async () => {
      const subject = service({
        policy: policies({
          outbound: `<set-header name="X"><value>@((string)context.Variables["none"])</value></set-header>`,
          onError: `<set-header name="X-E"><value>@(context.LastError.Section)</value></set-header>`,
        }),
      });
      const answer = (await subject.forward("GET /shop/orders")).response?.(200, [["Server", "x"]]);
      assert.equal(answer?.status, 500);
      assert.equal(field({ headers: answer?.headers ?? [] }, "x-e"), "outbound");
    });
  });

  describe("named values", () => {
    it("are inserted at every reference, and must exist", async () => {
      const namedValues = { host: "https://erp.example", tag: 'a"b', "with.dots-1": "x" };
      const subject = inbound(
        `<set-backend-service base-url="{{host}}/v{{ with.dots-1 }}" /><set-header name="x-tag"><value>{{tag}}</value></set-header>`,
        { namedValues },
      );
      const forward = await subject.forward("GET /shop/orders");
      assert.equal(forward.url, "https://erp.example/vx/orders");
      assert.equal(field(forward, "x-tag"), 'a"b');
      refused(
        () => inbound(`<set-header name="A"><value>{{nobody}}</value></set-header>`, { namedValues }),
        /value\[1\]$/,
        /named value "nobody" does not exist/,
      );
      refused(
        () => inbound(`<set-header name="A"><value>{{constructor}}</value></set-header>`),
        /value\[1\]$/,
        /named value "constructor" does not exist/,
      );
    });
  });

  describe("a policy document", () => {
    const whole = (policy: string, sku = "Developer") => service({ policy }, { sku });

    it("is rejected when its XML or its structure is not valid", () => {
      const root = /^apis\.orders\.policy/;
      refused(() => whole(""), root, /not well-formed|empty/);
      refused(() => whole("<policies>"), root, /not well-formed/);
      refused(() => whole("<policies><inbound></policies>"), root, /not well-formed/);
      refused(() => whole("<!DOCTYPE x><policies />"), root, /document type/);
      refused(() => whole("<?php ?><policies />"), root, /processing instructions/);
      refused(() => whole("<policies>&nope;</policies>"), root, /not well-formed/);
      refused(() => whole("<fragment />"), root, /top element must be <policies>/);
      refused(() => whole("<policies><inbound /><inbound /></policies>"), /inbound$/, /more than once/);
      refused(() => whole("<policies><backend /><inbound /></policies>"), /inbound$/, /the order is inbound, backend/);
      refused(() => whole("<policies><inbound /><outbound /></policies>"), /policies$/, /<backend> is missing/);
      refused(() => whole("<policies><else /></policies>"), /else$/, /not allowed in <policies>/);
      refused(() => whole(policies({ inbound: "text" })), /inbound$/, /text is not allowed/);
      refused(() => whole(policies({ inbound: "<base />" })), /inbound base\[2\]$/, /more than once/);
      refused(
        () => whole(policies({ backend: "<base /><forward-request />" })),
        /backend forward-request\[1\]$/,
        /only one policy/,
      );
      refused(
        () => whole(`<policies>${"<a>".repeat(101)}${"</a>".repeat(101)}</policies>`),
        root,
        /nested deeper than 100/,
      );
    });

    it("is rejected for a policy that does not exist, is not supported, or is in the wrong section", () => {
      at(
        "<set-colour />",
        /^apis\.orders\.policy:1:\d+ inbound set-colour\[1\]$/,
        /the policy <set-colour> does not exist/,
      );
      at("<constructor />", /constructor\[1\]$/, /does not exist/);
      at("<mock-response />", /mock-response\[1\]$/, /not supported by the sandbox/);
      at("<include-fragment fragment-id='x' />", /include-fragment\[1\]$/, /not supported by the sandbox/);
      at(
        "<forward-request />",
        /forward-request\[1\]$/,
        /not allowed in inbound, or the sandbox does not support it there/,
      );
      refused(
        () => whole(policies({ outbound: `<validate-jwt header-name="A" />` })),
        /outbound validate-jwt\[1\]$/,
        /in outbound/,
      );
      refused(
        () => whole(policies({ outbound: `<return-response />` })),
        /outbound return-response\[1\]$/,
        /in outbound/,
      );
      refused(
        () => whole(policies({ backend: `<forward-request follow-redirects="true" />` })),
        /@follow-redirects$/,
        /not supported by the sandbox/,
      );
      refused(() => whole(policies({ backend: `<forward-request timeout="0" />` })), /@timeout$/, /from 1/);
      refused(
        () => whole(policies({ backend: `<forward-request timeout="1" timeout-ms="1" />` })),
        /@timeout-ms$/,
        /cannot be used together/,
      );
    });

    it("can be as large as the tier allows, in bytes", () => {
      const padded = (bytes: number) => {
        const text = policies({});
        return `${text}<!--${"é".repeat(Math.floor((bytes - text.length - 7) / 2))}-->`;
      };
      assert.ok(whole(padded(256 * 1024)));
      refused(() => whole(padded(256 * 1024 + 2)), /^apis\.orders\.policy$/, /larger than 262144 bytes/);
      assert.ok(whole(padded(16 * 1024), "Consumption"));
      refused(
        () => whole(padded(16 * 1024 + 2), "Consumption"),
        /policy$/,
        /larger than 16384 bytes, the limit of Consumption/,
      );
    });

    it("is rejected with the line and the column of the error", () => {
      refused(
        () => whole("<policies>\r\n  <inbound>\r\n    <base />\r\n    <set-colour />\r\n  </inbound>\r\n</policies>"),
        /^apis\.orders\.policy:4:5 inbound set-colour\[1\]$/,
        /does not exist/,
      );
    });

    it("can set a time-out for each branch", async () => {
      const backend = `<choose><when condition="@(context.Operation.Id == "get-a")"><forward-request timeout="5" /></when><otherwise><forward-request timeout-ms="1500" /></otherwise></choose>`;
      const subject = service({ document: openApi("GET /a", "GET /b"), policy: policies({ backend }) });
      assert.equal((await subject.forward("GET /shop/a")).timeoutMs, 5_000);
      assert.equal((await subject.forward("GET /shop/b")).timeoutMs, 1_500);
    });
  });
});
