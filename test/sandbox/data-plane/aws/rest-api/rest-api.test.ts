import assert from "node:assert/strict";
import { raw } from "../../test-data-plane.ts";
import { answer, any, KEY_SCHEME, lambdaAuthorizer, mock, RestStand, to } from "./service.ts";

const NO_ROUTE = [403, '{"message":"Missing Authentication Token"}'] as const;
const FORBIDDEN = [403, '{"message":"Forbidden"}'] as const;
const LIMITED = [429, '{"message":"Too Many Requests"}'] as const;
const OVER_QUOTA = [429, '{"message":"Limit Exceeded"}'] as const;
const BROKEN = [500, '{"message": "Internal server error"}'] as const;
const PASSED = [200, "from the backend"] as const;

describe("An AWS REST API", () => {
  let stand: RestStand;
  const last = () => stand.log.at(-1);

  beforeEach(async () => {
    stand = await new RestStand().start();
  });
  afterEach(() => stand.close());

  describe("finds a method", () => {
    it("below its stage's name, and refuses other stages without detail", async () => {
      const url = stand.serve({ "/": { get: to("/root") }, "/a": { get: to("/a") } });
      assert.deepEqual(await answer(fetch(`${url}/a`)), PASSED);
      assert.deepEqual(await answer(fetch(url)), PASSED);
      assert.equal(stand.backend.last.url, "/root");
      const { origin } = new URL(url);
      for (const path of ["/", "/a", "/other/a", "/prodx/a", "/Prod/a"]) {
        const response = await fetch(`${origin}${path}`);
        assert.equal(response.headers.get("x-amzn-errortype"), "ForbiddenException");
        assert.deepEqual(await answer(response), FORBIDDEN, path);
        assert.equal(last()?.decision, "no route");
      }
    });

    it("by resource first, so that a missing method or path is never served by a wider resource", async () => {
      const url = stand.serve({
        "/a/b": { get: to("/b") },
        "/a/{x+}": { [any]: to("/x/{x}") },
        "/{proxy+}": { [any]: to("/proxy/{proxy}") },
      });
      assert.deepEqual(await answer(fetch(`${url}/a/b`)), PASSED);
      assert.equal(stand.backend.last.url, "/b");
      assert.deepEqual(await answer(fetch(`${url}/a/c/d`)), PASSED);
      assert.equal(stand.backend.last.url, "/x/c/d");
      assert.deepEqual(await answer(fetch(`${url}/e/f`, { method: "DELETE" })), PASSED);
      assert.deepEqual([stand.backend.last.method, stand.backend.last.url], ["DELETE", "/proxy/e/f"]);
      const seen = stand.backend.seen.length;
      for (const [method, path] of [
        ["POST", "/a/b"],
        ["GET", "/a/b/c"],
        ["GET", "/a"],
        ["GET", ""],
      ] as const) {
        const response = await fetch(`${url}${path}`, { method });
        assert.equal(response.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
        assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
        assert.match(response.headers.get("x-amz-apigw-id") ?? "", /^[A-Za-z0-9+/]{15}=$/);
        assert.equal(response.headers.get("content-type"), "application/json");
        assert.deepEqual(await answer(response), NO_ROUTE, `${method} ${path}`);
        assert.deepEqual([last()?.decision, last()?.backend], ["no route", false]);
      }
      assert.equal(stand.backend.seen.length, seen);
    });

    it("by its own name before ANY, and by ANY only for the service's methods", async () => {
      const url = stand.serve({ "/a": { get: to("/get"), [any]: to("/any") } });
      await fetch(`${url}/a`);
      assert.equal(stand.backend.last.url, "/get");
      await fetch(`${url}/a`, { method: "HEAD" });
      assert.deepEqual([stand.backend.last.method, stand.backend.last.url], ["HEAD", "/any"]);
      assert.match(
        await raw(url, "BREW /prod/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        /^HTTP\/1\.1 40[03] /,
      );
      assert.match(
        await raw(url, "TRACE /prod/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        /^HTTP\/1\.1 403 /,
      );
    });

    it("for plain paths only, unless odd ones are accepted", async () => {
      const paths = { "/a": { get: to("/a") }, "/b/{x+}": { get: to("/{x}") } };
      const url = stand.serve(paths);
      const odd = ["/a/", "//a", "/b/../a", "/b/x%2Fy", "/b/x%5Cy", "/b/%00", "/b/%", "/b/x//y"];
      for (const path of odd) {
        const response = await raw(url, `GET /prod${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
        assert.match(response, /^HTTP\/1\.1 400 .*\r\n\r\n\{"message":"Bad Request"\}/s, path);
        assert.equal(last()?.decision, "malformed");
      }
      assert.equal(stand.backend.seen.length, 0);
      stand.serve(paths, {}, { oddPaths: "taken" });
      assert.deepEqual(await answer(fetch(`${url}/a/`)), PASSED);
      assert.match(
        await raw(url, "GET /prod/b/x%2Fy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        /^HTTP\/1\.1 200 /,
      );
      assert.equal(stand.backend.last.url, "/x/y");
    });
  });

  describe("proxies to an HTTP backend", () => {
    it("with the path decoded and encoded again, and the query unchanged", async () => {
      const url = stand.serve({
        "/o/{id}/{rest+}": {
          [any]: to("/v2/{id}/x/{rest}?fixed=1", { uri: "https://backend.example.com/v2/{id}/x/{rest}?fixed=1" }),
        },
      });
      assert.deepEqual(await answer(fetch(`${url}/o/a%20b/c/d%3Fe?q=%C3%A9&q=2&empty`)), PASSED);
      assert.equal(stand.backend.last.url, "/v2/a%20b/x/c/d%3Fe?fixed=1&q=%C3%A9&q=2&empty");
    });

    it("with its own headers and those of the client that it passes on", async () => {
      const url = stand.serve({ "/a": { post: to("/a") } });
      const response = await fetch(`${url}/a`, {
        method: "POST",
        body: "hello",
        headers: {
          authorization: "Bearer x",
          "content-encoding": "identity",
          "content-md5": "x",
          "max-forwards": "3",
          via: "1.1 other",
          "x-amzn-apigateway-api-id": "forged",
          "x-amzn-trace-id": "Root=forged",
          "x-forwarded-for": "1.2.3.4",
          "x-forwarded-proto": "gopher",
          "x-other": "kept",
          "user-agent": "me",
        },
      });
      assert.deepEqual(await answer(response), PASSED);
      const { headers, body } = stand.backend.last;
      assert.equal(body, "hello");
      assert.equal(headers.host, "backend.example.com");
      assert.equal(headers.authorization, "Bearer x");
      assert.equal(headers["user-agent"], "me");
      assert.equal(headers["x-other"], "kept");
      assert.equal(headers["x-amzn-apigateway-api-id"], "a1b2c3d4e5");
      assert.match(headers["x-amzn-trace-id"] ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      assert.equal(headers["x-forwarded-for"], "1.2.3.4, 127.0.0.1");
      assert.equal(headers["x-forwarded-proto"], "https");
      assert.equal(headers["x-forwarded-port"], "443");
      for (const name of ["content-encoding", "content-md5", "max-forwards", "via"])
        assert.equal(headers[name], undefined, name);
    });

    it("and sends a user agent if the client sent none", async () => {
      const url = stand.serve({ "/a": { get: to("/a") } });
      await raw(url, "GET /prod/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assert.equal(stand.backend.last.headers["user-agent"], "AmazonAPIGateway_a1b2c3d4e5");
      assert.equal(stand.backend.last.headers.accept, "application/json");
    });

    it("and remaps the response headers that it sets itself", async () => {
      stand.backend.answer = (_request, response) => {
        response.writeHead(401, {
          "www-authenticate": "Basic",
          server: "mine",
          date: "Thu, 01 Jan 1970 00:00:00 GMT",
          "x-amzn-requestid": "mine",
          via: "me",
          "x-other": "kept",
          "content-length": "2",
        });
        response.end("no");
      };
      const response = await fetch(`${stand.serve({ "/a": { get: to("/a") } })}/a`);
      const header = (name: string) => response.headers.get(name);
      assert.equal(header("x-amzn-remapped-www-authenticate"), "Basic");
      assert.equal(header("www-authenticate"), null);
      assert.equal(header("x-amzn-remapped-server"), "mine");
      assert.equal(header("server"), null);
      assert.equal(header("x-amzn-remapped-date"), "Thu, 01 Jan 1970 00:00:00 GMT");
      assert.notEqual(header("date"), "Thu, 01 Jan 1970 00:00:00 GMT");
      assert.equal(header("x-amzn-remapped-x-amzn-requestid"), "mine");
      assert.match(header("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(header("x-amzn-remapped-content-length"), "2");
      assert.equal(header("via"), null);
      assert.equal(header("x-other"), "kept");
      assert.deepEqual(await answer(response), [401, "no"]);
      assert.equal(last()?.decision, "proxied");
    });

    it("with mapped values that replace the client's header and extend the client's query", async () => {
      const declared = {
        parameters: [
          { name: "X-From", in: "header" },
          { name: "page", in: "query" },
        ],
      };
      const requestParameters = {
        "integration.request.header.X-Static": "'fixed'",
        "integration.request.header.X-Stage": "stageVariables.colour",
        "integration.request.header.X-Method": "context.httpMethod",
        "integration.request.header.X-Path": "context.path",
        "integration.request.header.X-To": "method.request.header.X-From",
        "integration.request.querystring.page": "method.request.querystring.page",
        "integration.request.querystring.stage": "context.stage",
      };
      const url = stand.serve(
        { "/a": { get: to("/a", { requestParameters }, declared) } },
        { stage: { variables: { colour: "blue" } } },
      );
      await fetch(`${url}/a?page=1&page=2`, {
        headers: { "x-static": "forged", "x-stage": "forged", "x-from": "here" },
      });
      const { headers, url: path } = stand.backend.last;
      assert.equal(headers["x-static"], "fixed");
      assert.equal(headers["x-stage"], "blue");
      assert.equal(headers["x-method"], "GET");
      assert.equal(headers["x-path"], "/prod/a");
      assert.equal(headers["x-to"], "here");
      assert.equal(path, "/a?page=1&page=2&page=2&stage=prod");
      // A mapping without a value does not remove the client's header.
      await fetch(`${url}/a`, { headers: { "x-to": "the client's" } });
      assert.equal(stand.backend.last.headers["x-to"], "the client's");
    });

    it("and refuses a value that contains a line break", async () => {
      const declared = { parameters: [{ name: "q", in: "query" }] };
      const requestParameters = { "integration.request.header.X-Q": "method.request.querystring.q" };
      const url = stand.serve({ "/a": { get: to("/a", { requestParameters }, declared) } });
      const response = await answer(fetch(`${url}/a?q=a%0d%0aX-Evil:1`));
      assert.deepEqual(response, [400, '{"message":"Bad Request"}']);
      assert.equal(stand.backend.seen.length, 0);
    });

    it("and responds itself for a backend that is down or too slow", async () => {
      const url = stand.serve({ "/a": { get: to("/a", { timeoutInMillis: 50 }) } });
      stand.backend.answer = () => {};
      const slow = await fetch(`${url}/a`);
      assert.equal(slow.headers.get("x-amzn-errortype"), "InternalServerErrorException");
      assert.deepEqual(await answer(slow), [504, '{"message": "Endpoint request timed out"}']);
      stand.backend.answer = (_request, response) => response.destroy();
      assert.deepEqual(await answer(fetch(`${url}/a`)), [
        504,
        '{"message": "Network error communicating with endpoint"}',
      ]);
      assert.equal(last()?.decision, "backend down");
    });

    it("and refuses bodies over 10 MB, header values over 10,240 bytes and URLs over 10,240 characters", async () => {
      const url = stand.serve({ "/a": { [any]: to("/a") } });
      const big = await fetch(`${url}/a`, { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
      assert.deepEqual(await answer(big), [413, '{"message":"Request Too Long"}']);
      assert.equal(last()?.decision, "too large");
      const headers = await fetch(`${url}/a`, { headers: { "x-big": "x".repeat(10_240) } });
      assert.deepEqual(await answer(headers), [413, '{"message":"Request Too Long"}']);
      assert.equal(last()?.decision, "malformed");
      assert.deepEqual(await answer(fetch(`${url}/a?${"x".repeat(10_240)}`)), [
        414,
        '{"message":"Request URI too long"}',
      ]);
      assert.equal(stand.backend.seen.length, 0);
    });
  });

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

  describe("throttles", () => {
    const settings = (rate: number | undefined, burst: number | undefined) => ({
      ...(rate === undefined ? {} : { throttlingRateLimit: rate }),
      ...(burst === undefined ? {} : { throttlingBurstLimit: burst }),
    });
    const count = async (url: string, times: number): Promise<number> => {
      let passed = 0;
      for (let index = 0; index < times; index++) if ((await fetch(url)).status === 200) passed++;
      return passed;
    };

    it("each method separately, by its own settings or those for all methods", async () => {
      stand.frozen = 1_000_000;
      const url = stand.serve(
        { "/": { get: to("/") }, "/a/{x}": { get: to("/{x}"), [any]: to("/{x}") }, "/b": { get: to("/") } },
        {
          stage: { methodSettings: { "*/*": settings(1, 2), "a~1{x}/GET": settings(2, 4), "~1/GET": settings(1, 1) } },
        },
      );
      assert.equal(await count(`${url}/a/1`, 6), 4);
      assert.equal(await count(`${url}/a/2`, 2), 0);
      assert.equal(await count(`${url}/b`, 4), 2);
      assert.equal(await count(url, 3), 1);
      const response = await fetch(url);
      assert.equal(response.headers.get("x-amzn-errortype"), "TooManyRequestsException");
      assert.deepEqual(await answer(response), LIMITED);
      assert.deepEqual([last()?.decision, last()?.route], ["limited", "GET /"]);
      stand.ahead = 1_000;
      assert.equal(await count(`${url}/a/1`, 6), 2);
      assert.equal(await count(`${url}/b`, 6), 1);
    });

    it("nothing without settings or at -1, and every request at zero", async () => {
      const paths = { "/a": { get: to("/") } };
      const served = (value: object) => stand.serve(paths, { stage: { methodSettings: { "*/*": value } } });
      assert.equal(await count(`${served({})}/a`, 20), 20);
      assert.equal(await count(`${served(settings(-1, -1))}/a`, 20), 20);
      assert.equal(await count(`${served({ metricsEnabled: true, loggingLevel: "INFO" })}/a`, 20), 20);
      assert.equal(await count(`${served(settings(0, 5))}/a`, 3), 0);
      assert.equal(await count(`${served(settings(5, 0))}/a`, 3), 0);
    });

    it("despite settings of a method that no longer exists", async () => {
      const url = stand.serve(
        { "/a": { get: to("/") } },
        { stage: { methodSettings: { "gone/GET": settings(0, 0) } } },
      );
      assert.equal(await count(`${url}/a`, 3), 3);
    });
  });

  describe("requires API keys", () => {
    const key = (id: string, enabled = true) => ({ id, value: `${id}-0123456789abcdefghij`, enabled });
    const plan = { id: "gold", methodThrottles: {}, keys: [key("k1"), key("k2"), key("off", false)] };
    const components = { securitySchemes: { key: KEY_SCHEME } };
    const paths = {
      "/a": { get: to("/", {}, { security: [{ key: [] }] }), post: to("/", {}, { security: [{ key: [] }] }) },
      "/open": { get: to("/") },
      "/": { get: to("/", {}, { security: [{ key: [] }] }) },
    };
    const get = (url: string, id: string | undefined, method = "GET") =>
      fetch(url, { method, headers: id === undefined ? {} : { "X-Api-Key": `${id}-0123456789abcdefghij` } });
    const passed = async (url: string, id: string, times: number, method = "GET"): Promise<number> => {
      let count = 0;
      for (let index = 0; index < times; index++) if ((await get(url, id, method)).status === 200) count++;
      return count;
    };

    it("and accepts only enabled ones of the stage's usage plans", async () => {
      const url = stand.serve(paths, { components, usagePlans: [plan] });
      assert.deepEqual(await answer(get(`${url}/a`, "k1")), PASSED);
      assert.deepEqual(await answer(fetch(`${url}/open`)), PASSED);
      for (const id of [undefined, "off", "unknown", ""]) {
        const response = await get(`${url}/a`, id);
        assert.equal(response.headers.get("x-amzn-errortype"), "ForbiddenException");
        assert.deepEqual(await answer(response), FORBIDDEN, id);
        assert.equal(last()?.decision, "unauthenticated");
      }
      const header = "X-Api-Key: k1-0123456789abcdefghij\r\n";
      assert.match(
        await raw(url, `GET /prod/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}X-Api-Key: other\r\n\r\n`),
        /^HTTP\/1\.1 403 /,
      );
      assert.equal(stand.backend.seen.length, 2);
    });

    it("and accepts none when the stage has no usage plan", async () => {
      const url = stand.serve(paths, { components });
      assert.deepEqual(await answer(get(`${url}/a`, "k1")), FORBIDDEN);
    });

    it("and throttles each key by its plan over all methods, and by the plan's throttle of a method", async () => {
      stand.frozen = 1_000_000;
      const url = stand.serve(paths, {
        components,
        usagePlans: [
          {
            ...plan,
            throttle: { rateLimit: 1, burstLimit: 5 },
            methodThrottles: { "/a/GET": { rateLimit: 1, burstLimit: 2 }, "//GET": { rateLimit: 1, burstLimit: 0 } },
          },
        ],
      });
      assert.equal(await passed(`${url}/a`, "k1", 4), 2);
      assert.equal(await passed(`${url}/a`, "k1", 5, "POST"), 3);
      assert.equal(await passed(url, "k2", 2), 0);
      assert.equal(await passed(`${url}/a`, "k2", 4, "POST"), 4);
      const response = await get(`${url}/a`, "k1");
      assert.equal(response.headers.get("x-amzn-errortype"), "TooManyRequestsException");
      assert.deepEqual(await answer(response), LIMITED);
    });

    it("and limits each key to its plan's quota until the next calendar month begins", async () => {
      const quota = { limit: 3, offset: 0, period: "MONTH" as const };
      const url = stand.serve(paths, { components, usagePlans: [{ ...plan, quota }] });
      stand.frozen = Date.UTC(2026, 0, 31, 23, 59);
      assert.equal(await passed(`${url}/a`, "k1", 5), 3);
      const response = await get(`${url}/a`, "k1");
      assert.equal(response.headers.get("x-amzn-errortype"), "LimitExceededException");
      assert.deepEqual(await answer(response), OVER_QUOTA);
      assert.equal(last()?.decision, "limited");
      assert.equal(await passed(`${url}/a`, "k2", 5), 3);
      stand.frozen = Date.UTC(2026, 1, 1);
      assert.equal(await passed(`${url}/a`, "k1", 5), 3);
      stand.frozen = Date.UTC(2026, 1, 28, 23, 59);
      assert.equal(await passed(`${url}/a`, "k1", 1), 0);
      // February is shorter than January, and its count must not continue into March.
      stand.frozen = Date.UTC(2026, 2, 1);
      assert.equal(await passed(`${url}/a`, "k1", 5), 3);
    });
  });

  describe("customises its own responses", () => {
    const responses = {
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: 404,
        responseParameters: {
          "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.origin",
          "gatewayresponse.header.X-Request": "context.requestId",
          "gatewayresponse.header.X-Fixed": "'yes'",
        },
        responseTemplates: {
          "application/json":
            '{"error": $context.error.messageString, "type": "$context.error.responseType", "at": "$context.path"}',
        },
      },
      DEFAULT_4XX: {
        responseParameters: { "gatewayresponse.header.X-Default": "'4xx'" },
        responseTemplates: { "text/plain": "plain $context.error.message" },
      },
      DEFAULT_5XX: { statusCode: "503" },
    };
    const root = { "x-amazon-apigateway-gateway-responses": responses };

    it("by type, with status, headers and body", async () => {
      const url = stand.serve({ "/a": { get: to("/") } }, { root });
      const response = await fetch(`${url}/none`, { headers: { origin: "https://a.example.com" } });
      assert.equal(response.headers.get("access-control-allow-origin"), "https://a.example.com");
      assert.equal(response.headers.get("x-request"), response.headers.get("x-amzn-requestid"));
      assert.equal(response.headers.get("x-fixed"), "yes");
      assert.equal(response.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
      assert.deepEqual(await answer(response), [
        404,
        '{"error": "Missing Authentication Token", "type": "MISSING_AUTHENTICATION_TOKEN", "at": "/prod/none"}',
      ]);
    });

    it("and by the defaults for 4XX and 5XX, which cover the types that are not customised", async () => {
      const url = stand.serve(
        {
          "/limited": { get: to("/") },
          "/broken": { get: mock(200, {}, { requestTemplates: {} }) },
          "/down": { get: to("/") },
        },
        { root, stage: { methodSettings: { "limited/GET": { throttlingBurstLimit: 0 } } } },
      );
      const limited = await fetch(`${url}/limited`);
      assert.equal(limited.headers.get("x-default"), "4xx");
      assert.equal(limited.headers.get("content-type"), "text/plain");
      assert.deepEqual(await answer(limited), [429, "plain Too Many Requests"]);
      assert.deepEqual(await answer(fetch(`${url}/broken`)), [503, '{"message": "Internal server error"}']);
      stand.backend.answer = (_request, response) => response.destroy();
      assert.deepEqual(await answer(fetch(`${url}/down`)), [
        503,
        '{"message": "Network error communicating with endpoint"}',
      ]);
      const other = await fetch(`${new URL(url).origin}/other`);
      assert.equal(other.headers.get("x-default"), null, "another stage is not this API");
      assert.deepEqual(await answer(other), FORBIDDEN);
    });
  });

  it("checks required parameters when a validator is configured to", async () => {
    const parameters = [
      { name: "X-Need", in: "header", required: true },
      { name: "q", in: "query", required: true },
      { name: "free", in: "query" },
    ];
    const validators = { params: { validateRequestParameters: true, validateRequestBody: false }, none: {} };
    const url = stand.serve(
      {
        "/a": { get: to("/", {}, { parameters }) },
        "/b": { get: to("/", {}, { parameters, "x-amazon-apigateway-request-validator": "none" }) },
      },
      {
        root: {
          "x-amazon-apigateway-request-validators": validators,
          "x-amazon-apigateway-request-validator": "params",
        },
      },
    );
    assert.deepEqual(await answer(fetch(`${url}/a?q=`)), [
      400,
      '{"message":"Missing required request parameters: [X-Need, q]"}',
    ]);
    assert.deepEqual(await answer(fetch(`${url}/a?q=1`)), [
      400,
      '{"message":"Missing required request parameters: [X-Need]"}',
    ]);
    assert.deepEqual(await answer(fetch(`${url}/a?q=1`, { headers: { "x-need": "1" } })), PASSED);
    assert.deepEqual(await answer(fetch(`${url}/b`)), PASSED);
  });

  it("does not count requests that it refuses for another reason", async () => {
    stand.frozen = 1_000_000;
    const url = stand.serve(
      { "/a": { get: to("/", {}, { security: [{ key: [] }] }) } },
      {
        components: { securitySchemes: { key: KEY_SCHEME, unused: lambdaAuthorizer("gone") } },
        usagePlans: [{ id: "p", methodThrottles: {}, keys: [{ id: "k", value: "k", enabled: true }] }],
        stage: { methodSettings: { "a/GET": { throttlingRateLimit: 1, throttlingBurstLimit: 1 } } },
      },
    );
    for (let index = 0; index < 5; index++) assert.equal((await fetch(`${url}/a`)).status, 403);
    assert.equal((await fetch(`${url}/a`, { headers: { "x-api-key": "k" } })).status, 200);
    assert.equal((await fetch(`${url}/a`, { headers: { "x-api-key": "k" } })).status, 429);
  });
});
