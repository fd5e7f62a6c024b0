import assert from "node:assert/strict";
import {
  modelledPolicies,
  modelledSections,
} from "../../../../../sandbox/data-plane/azure/api-management/policies/catalogue.ts";
import { KNOWN_POLICIES } from "../../../../../sandbox/data-plane/azure/api-management/policies/reference.ts";
import {
  field,
  openApi,
  policies,
  refused,
  type Service,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const inbound = (policy: string, more: Parameters<typeof service>[1] = {}): Service =>
  service({ policy: policies({ inbound: policy }) }, more);
const body = async (policy: string, line = "GET /shop/orders/7?a=1", headers: Readonly<Record<string, string>> = {}) =>
  (await inbound(policy).reply(line, headers)).body;
const at = (policy: string, place: RegExp, problem: RegExp, sku = "Developer") =>
  refused(() => inbound(policy, { sku }), place, problem);

describe("policies of API Management", () => {
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
        `<choose><when condition="true"><cors /></when></choose>`,
        /cors\[1\]$/,
        /models <cors> as a direct child of <inbound> only/,
      );
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
      assert.equal(reply.body, '{ "statusCode": 403, "message": "Forbidden" }');
      const onError = "<set-body>@(context.LastError.Message)</set-body>";
      const told = service({
        policy: policies({ inbound: `<ip-filter action="allow"><address>10.0.0.5</address></ip-filter>`, onError }),
      });
      assert.equal(
        (await told.reply("GET /shop/orders", {}, "10.2.0.1")).body,
        "Caller IP address 10.2.0.1 is not allowed. Access denied.",
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
      refused(() => whole("<policies><else /></policies>"), /else$/, /does not model <else> in <policies>/);
      refused(() => whole(policies({ inbound: "text" })), /inbound$/, /text is not allowed/);
      refused(
        () => whole(policies({ inbound: "<base />" })),
        /inbound base\[2\]$/,
        /does not model <base> more than once/,
      );
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

    it("may declare its sections in any order and leave sections out", async () => {
      const reply = `<return-response><set-status code="202" /></return-response>`;
      const reordered = `<policies><on-error /><outbound /><backend><base /></backend><inbound>${reply}</inbound></policies>`;
      assert.equal((await whole(reordered).reply("GET /shop/orders")).status, 202);
      for (const policy of ["<policies />", "<policies><inbound><base /></inbound></policies>"]) {
        assert.equal((await whole(policy).decide("GET /shop/orders")).decision, "proxied");
      }
    });

    it("may inherit in a branch of choose", async () => {
      const branch = `<choose><when condition="true"><base /></when><otherwise><base /></otherwise></choose>`;
      const subject = whole(policies({ inbound: branch, backend: branch }));
      assert.equal((await subject.forward("GET /shop/orders")).timeoutMs, 300_000);
    });

    it("is rejected for a policy that the sandbox only knows by name, in words that do not blame the service", () => {
      const unmodelled = KNOWN_POLICIES.filter((name) => name !== "base" && modelledSections(name).length === 0);
      for (const name of unmodelled) {
        const problem = new RegExp(`: the sandbox does not model the policy <${name}>$`);
        at(`<${name} />`, new RegExp(`inbound ${name}\\[1\\]$`), problem);
      }
      for (const name of ["azure-openai-token-limit", "llm-content-safety", "cache-value", "invoke-request"]) {
        assert.ok(unmodelled.includes(name), name);
      }
      assert.deepEqual(
        modelledPolicies().filter((name) => !KNOWN_POLICIES.includes(name)),
        [],
      );
    });

    it("is rejected for a policy that does not exist or is in the wrong section", () => {
      at(
        "<set-colour />",
        /^apis\.orders\.policy:1:\d+ inbound set-colour\[1\]$/,
        /Microsoft's policy reference has no policy <set-colour>\.$/,
      );
      at("<set-headers />", /set-headers\[1\]$/, /no policy <set-headers>\. Did you mean <set-header>\?$/);
      at("<lmm-token-limit />", /token-limit\[1\]$/, /Did you mean <llm-token-limit>\?$/);
      at("<constructor />", /constructor\[1\]$/, /has no policy <constructor>/);
      at("<forward-request />", /forward-request\[1\]$/, /API Management does not allow .+ only in <backend>$/);
      refused(
        () => whole(policies({ outbound: "<set-body>x</set-body>" })),
        /outbound set-body\[1\]$/,
        /the sandbox does not model <set-body> in <outbound>, only in <on-error>$/,
      );
      refused(
        () => whole(policies({ outbound: `<validate-jwt header-name="A" />` })),
        /outbound validate-jwt\[1\]$/,
        /API Management does not allow <validate-jwt> in <outbound>, only in <inbound>$/,
      );
      refused(
        () => whole(policies({ outbound: `<return-response />` })),
        /outbound return-response\[1\]$/,
        /the sandbox does not model <return-response> in <outbound>, only in <inbound>, <backend>, <on-error>$/,
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
        /has no policy <set-colour>/,
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
