import assert from "node:assert/strict";
import { mock, RestStand, to } from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer, raw } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const BROKEN = [500, '{"message": "Internal server error"}'] as const;

describe("An AWS REST API with a mock", () => {
  let stand: RestStand;
  const last = () => stand.log.at(-1);

  beforeEach(async () => {
    stand = await new RestStand().start();
  });
  afterEach(() => stand.close());

  describe("responds by a mock", () => {
    it("with a fixed status, headers and body", async () => {
      const url = stand.serve({
        "/health": {
          get: mock(
            203,
            {
              responseParameters: {
                "method.response.header.X-Kind": "'fixed'",
                "method.response.header.X-Stage": "context.stage",
              },
              responseTemplates: { "application/json": '{"ok": true}', "text/plain": "fine" },
            },
            {},
            ["X-Kind", "X-Stage"],
          ),
        },
      });
      const response = await fetch(`${url}/health`);
      assert.equal(response.headers.get("x-kind"), "fixed");
      assert.equal(response.headers.get("x-stage"), "prod");
      assert.equal(response.headers.get("content-type"), "application/json");
      assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
      assert.deepEqual(await answer(response), [203, '{"ok": true}']);
      assert.equal(last()?.decision, "replied");
      const plain = await fetch(`${url}/health`, { headers: { accept: "text/plain" } });
      assert.equal(plain.headers.get("content-type"), "text/plain");
      assert.equal(await plain.text(), "fine");
    });

    it("as selected by the status that the request template sets", async () => {
      const url = stand.serve({
        "/a": {
          get: {
            responses: { 200: {}, 404: {}, 500: {} },
            "x-amazon-apigateway-integration": {
              type: "mock",
              requestTemplates: {
                "application/json": `{ #if($input.params('scope') == "internal") "statusCode": 200 #elseif($input.params('scope') == "lost") "statusCode": 404 #else "statusCode": 503 #end }`,
              },
              responses: {
                200: { statusCode: "200", responseTemplates: { "application/json": "in" } },
                "4\\d{2}": { statusCode: 404, responseTemplates: { "application/json": "lost" } },
                default: { statusCode: "500", responseTemplates: { "application/json": "out" } },
              },
            },
          },
        },
      });
      assert.deepEqual(await answer(fetch(`${url}/a?scope=internal`)), [200, "in"]);
      assert.deepEqual(await answer(fetch(`${url}/a?scope=lost`)), [404, "lost"]);
      assert.deepEqual(await answer(fetch(`${url}/a`)), [500, "out"]);
    });

    it("by the request's content type, which is application/json by default", async () => {
      const behaviours = ["when_no_match", "when_no_templates", "never"];
      const url = stand.serve(
        Object.fromEntries(
          behaviours.map((passthroughBehavior) => [
            `/${passthroughBehavior}`,
            { post: mock(200, {}, { passthroughBehavior }) },
          ]),
        ),
      );
      const post = (path: string, type: string) =>
        raw(url, `POST /prod/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${type}Content-Length: 0\r\n\r\n`);
      for (const each of behaviours) {
        assert.match(await post(each, ""), /^HTTP\/1\.1 200 /, each);
        assert.match(await post(each, "Content-Type: application/json; charset=utf-8\r\n"), /^HTTP\/1\.1 200 /, each);
      }
      const unsupported =
        /^HTTP\/1\.1 415 .*x-amzn-errortype: BadRequestException.*\{"message":"Unsupported Media Type"\}/s;
      assert.match(await post("never", "Content-Type: text/plain\r\n"), unsupported);
      assert.match(await post("when_no_templates", "Content-Type: text/plain\r\n"), unsupported);
      // Without a template, the body would set the status.
      assert.match(
        await post("when_no_match", "Content-Type: text/plain\r\n"),
        /^HTTP\/1\.1 500 .*Internal server error/s,
      );
    });

    it("by a template whose members have no quotes", async () => {
      const url = stand.serve({
        "/a": { get: mock(202, {}, { requestTemplates: { "application/json": '{statusCode: 202, x: "{b: 1}"}' } }) },
      });
      assert.equal((await fetch(`${url}/a`)).status, 202);
    });

    it("and fails when the template sets no status, or no response matches it", async () => {
      const url = stand.serve({
        "/text": { get: mock(200, {}, { requestTemplates: { "application/json": '{"statusCode": "200"}' } }) },
        "/none": { get: mock(200, {}, { requestTemplates: { "application/json": "hello" } }) },
        "/other": { get: mock(200, {}, { responses: { 400: { statusCode: "200" } } }) },
      });
      for (const path of ["text", "none", "other"]) {
        assert.deepEqual(await answer(fetch(`${url}/${path}`)), BROKEN, path);
        assert.equal(last()?.decision, "malformed");
      }
    });

    it("to a preflight, with the caller's origin if it is listed", async () => {
      const template = [
        '#set($origin = $input.params().header.get("Origin"))',
        '#if($origin == "")',
        '  #set($origin = $input.params().header.get("origin"))',
        "#end",
        '#if($origin == "https://a.example.com" || $origin == "https://b.example.com")',
        "  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)",
        "#end",
      ].join("\n");
      const preflight = mock(
        204,
        {
          responseParameters: {
            "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
            "method.response.header.Vary": "'Origin'",
          },
          responseTemplates: { "application/json": template },
        },
        {},
        ["Access-Control-Allow-Methods", "Vary"],
      );
      const url = stand.serve({ "/a": { get: to("/a"), options: preflight } });
      for (const origin of ["https://a.example.com", "https://b.example.com"]) {
        const response = await fetch(`${url}/a`, {
          method: "OPTIONS",
          headers: { origin, "access-control-request-method": "GET" },
        });
        assert.equal(response.status, 204);
        assert.equal(response.headers.get("access-control-allow-origin"), origin);
        assert.equal(response.headers.get("access-control-allow-methods"), "GET,OPTIONS");
        assert.deepEqual([last()?.decision, last()?.backend], ["preflight", false]);
      }
      for (const origin of ["https://evil.example.com", 'https://a.example.com" || "', ""]) {
        const response = await fetch(`${url}/a`, { method: "OPTIONS", headers: { origin } });
        assert.equal(response.headers.get("access-control-allow-origin"), null, origin);
      }
    });
  });
});
