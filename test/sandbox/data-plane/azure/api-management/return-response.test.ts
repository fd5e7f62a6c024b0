import assert from "node:assert/strict";
import fc from "fast-check";
import {
  policies,
  refused,
  type Service,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

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

describe("the policy return-response of API Management", () => {
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

    it("is rejected with unknown children or in another order", () => {
      at(
        `<return-response><set-body /><set-status code="200" reason="x" /></return-response>`,
        /set-status\[1\]$/,
        /must not follow <set-body>/,
      );
      at(
        `<return-response><set-status code="99" reason="x" /></return-response>`,
        /set-status\[1\]@code$/,
        /from 200 to 599/,
      );
      at(
        `<return-response><set-body template="liquid">x</set-body></return-response>`,
        /set-body\[1\]@template$/,
        /the sandbox does not model this attribute/,
      );
      at(
        `<return-response><set-body><x /></set-body></return-response>`,
        /x\[1\]$/,
        /does not model <x> in <set-body>/,
      );
      at(
        `<return-response><set-body>a</set-body><set-body>b</set-body></return-response>`,
        /set-body\[2\]$/,
        /more than once/,
      );
      at(
        `<return-response response-variable-name="r" />`,
        /@response-variable-name$/,
        /the sandbox does not model this attribute/,
      );
      at(`<return-response>text</return-response>`, /return-response\[1\]$/, /text is not allowed/);
      at(`<return-response><set-body>a @(1) b</set-body></return-response>`, /set-body\[1\]$/, /inside a longer text/);
    });
  });
});
