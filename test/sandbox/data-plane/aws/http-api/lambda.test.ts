import assert from "node:assert/strict";
import type { AwsFunction } from "../../../../../sandbox/data-plane/aws/artefacts/function.ts";
import {
  ARN,
  ECHO,
  EXECUTION,
  FROM_BODY,
  invoke,
  KEY,
  lambda,
} from "../../../../support/sandbox/data-plane/aws/http-api/lambda-operation.ts";
import {
  gateway,
  httpApi,
  raw,
  staff,
  TestDataPlane,
  until,
} from "../../../../support/sandbox/data-plane/test-data-plane.ts";

describe("An AWS HTTP API's function", function () {
  this.timeout(60_000);
  let stand: TestDataPlane;

  before(async () => {
    stand = await new TestDataPlane().start();
  });
  beforeEach(() => {
    stand.log.length = 0;
  });
  after(() => stand.close());

  async function serve(
    paths: object,
    target: AwsFunction,
    options: Parameters<typeof httpApi>[1] = {},
    functions: Readonly<Record<string, AwsFunction>> = { [ARN]: target },
  ): Promise<string> {
    await stand.dataPlane.apply([gateway({ ...httpApi(paths, options), executionArn: EXECUTION, functions })]);
    return stand.dataPlane.url(KEY);
  }

  async function eventOf(response: Promise<Response>): Promise<Record<string, unknown>> {
    const answer = await response;
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
  }

  it("receives an event of format 2.0", async () => {
    stand.frozen = Date.parse("2026-03-12T19:03:58.390Z");
    try {
      const url = await serve({ "/orders/{id}/{rest+}": { put: invoke({}, staff("write", "admin")) } }, lambda(ECHO), {
        stage: { name: "live", variables: { color: "blue" } },
      });
      const token = await stand.issuer.token(
        { scope: "read write", roles: ["a", "b"], deep: { n: 1 } },
        {},
        stand.frozen / 1000,
      );
      const { requestContext, headers, ...event } = await eventOf(
        fetch(`${url}/live/orders/a%20b/x/y?q=1&q=2%2C3&empty`, {
          method: "PUT",
          headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/json; charset=utf-8",
            cookie: "a=1; b=2",
            "user-agent": "tester",
            "X-Thing": "one",
          },
          body: '{"name":"ü"}',
        }),
      );
      assert.deepEqual(event, {
        version: "2.0",
        routeKey: "PUT /orders/{id}/{rest+}",
        rawPath: "/live/orders/a b/x/y",
        rawQueryString: "q=1&q=2%2C3&empty",
        cookies: ["a=1", "b=2"],
        queryStringParameters: { q: "1,2,3", empty: "" },
        pathParameters: { id: "a b", rest: "x/y" },
        stageVariables: { color: "blue" },
        body: '{"name":"ü"}',
        isBase64Encoded: false,
      });
      const { requestId, authorizer, ...context } = requestContext as {
        readonly requestId: string;
        readonly authorizer: { readonly jwt: { readonly claims: Record<string, string>; readonly scopes: unknown } };
      };
      assert.match(requestId, /^[A-Za-z0-9+/]{15}=$/);
      assert.deepEqual(context, {
        accountId: "123456789012",
        apiId: "a1b2c3d4e5",
        domainName: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        domainPrefix: "a1b2c3d4e5",
        http: {
          method: "PUT",
          path: "/live/orders/a b/x/y",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "tester",
        },
        routeKey: "PUT /orders/{id}/{rest+}",
        stage: "live",
        time: "12/Mar/2026:19:03:58 +0000",
        timeEpoch: stand.frozen,
      });
      assert.deepEqual(authorizer.jwt.scopes, ["write", "admin"]);
      assert.equal(authorizer.jwt.claims.roles, "[a b]");
      assert.equal(authorizer.jwt.claims.deep, '{"n":1}');
      assert.equal(authorizer.jwt.claims.sub, "someone");
      const seen = headers as Record<string, string>;
      assert.equal(seen["x-thing"], "one");
      assert.equal(seen["x-forwarded-for"], "127.0.0.1");
      assert.equal(seen["x-forwarded-proto"], "https");
      assert.equal(seen["content-length"], "13");
      assert.match(seen["x-amzn-trace-id"] ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      assert.ok(!("cookie" in seen) && !("connection" in seen));
    } finally {
      stand.frozen = undefined;
    }
  });

  it("receives an event without absent members, and binary bodies in base64", async () => {
    const url = await serve(
      { "/$default": { "x-amazon-apigateway-any-method": { ...invoke(), isDefaultRoute: true } } },
      lambda(ECHO),
    );
    const { requestContext, headers, ...event } = await eventOf(fetch(`${url}/any/thing`));
    assert.deepEqual(event, {
      version: "2.0",
      routeKey: "$default",
      rawPath: "/any/thing",
      rawQueryString: "",
      isBase64Encoded: false,
    });
    assert.ok(!("authorizer" in (requestContext as object)) && "host" in (headers as object));
    const bytes = await eventOf(fetch(url, { method: "POST", body: new Uint8Array([0, 255, 1]) }));
    assert.deepEqual([bytes.body, bytes.isBase64Encoded], ["AP8B", true]);
  });

  it("receives an event of format 1.0, and must then return a complete response", async () => {
    const paths = { "/orders/{id}": { get: invoke({ payloadFormatVersion: "1.0" }) } };
    const url = await serve(paths, lambda(ECHO));
    const { requestContext, headers, multiValueHeaders, ...event } = await eventOf(
      fetch(`${url}/orders/7?a=1&a=2`, { headers: { cookie: "a=1" } }),
    );
    assert.deepEqual(event, {
      version: "1.0",
      resource: "/orders/{id}",
      path: "/orders/7",
      httpMethod: "GET",
      queryStringParameters: { a: "2" },
      multiValueQueryStringParameters: { a: ["1", "2"] },
      pathParameters: { id: "7" },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
    assert.equal((headers as Record<string, string>).cookie, "a=1");
    assert.deepEqual((multiValueHeaders as Record<string, unknown>).cookie, ["a=1"]);
    const context = requestContext as Record<string, unknown>;
    assert.deepEqual(
      [context.resourcePath, context.httpMethod, context.stage, context.apiId],
      ["/orders/{id}", "GET", "$default", "a1b2c3d4e5"],
    );
    const several = "return { statusCode: 200, headers: { a: '1', x: 'y' }, multiValueHeaders: { A: ['1', '2'] } };";
    const answer = await raw(
      await serve(paths, lambda(several)),
      "GET /orders/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      3_000,
    );
    assert.match(answer, /\r\na: 1\r\nA: 2\r\nx: y\r\n/);
    const inferred = await fetch(`${await serve(paths, lambda("return { hello: 1 };"))}/orders/1`);
    assert.deepEqual([inferred.status, await inferred.text()], [500, '{"message":"Internal Server Error"}']);
  });

  it("returns a status, headers, cookies and a body, which may be binary", async () => {
    const url = await serve(
      { "/": { post: invoke(), head: invoke() } },
      lambda("return event.body === undefined ? { statusCode: 200, body: 'four' } : JSON.parse(event.body);"),
    );
    const ask = (answer: unknown): Promise<Response> =>
      fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(answer) });
    const full = await ask({
      statusCode: 201,
      headers: {
        "Content-Type": "image/png",
        "x-number": 7,
        "content-length": "999",
        connection: "close, x-hop",
        "x-hop": "1",
      },
      cookies: ["a=1; Path=/", "b=2"],
      body: "AP8B",
      isBase64Encoded: true,
    });
    assert.equal(full.status, 201);
    assert.deepEqual([...new Uint8Array(await full.arrayBuffer())], [0, 255, 1]);
    assert.deepEqual(full.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
    assert.deepEqual(
      ["content-type", "x-number", "content-length", "x-hop"].map((name) => full.headers.get(name)),
      ["image/png", "7", "3", null],
    );
    assert.match(full.headers.get("apigw-requestid") ?? "", /^[A-Za-z0-9+/]{15}=$/);

    const bare = await ask({ statusCode: "404" });
    assert.deepEqual(
      [bare.status, await bare.text(), bare.headers.get("content-type")],
      [404, "", "text/plain; charset=utf-8"],
    );
    for (const [returned, body] of [
      [{ hello: [1] }, '{"hello":[1]}'],
      ["plain", "plain"],
      [null, "null"],
      [[1, 2], "[1,2]"],
    ] as const) {
      const inferred = await ask(returned);
      assert.deepEqual(
        [inferred.status, await inferred.text(), inferred.headers.get("content-type")],
        [200, body, "application/json"],
      );
    }
    const head = await raw(url, "HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: 4\r\n[\s\S]*\r\n\r\n$/);
    const empty = await raw(
      await serve({ "/": { get: invoke() } }, lambda("return { statusCode: 204, body: 'x' };")),
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      3_000,
    );
    assert.match(empty, /^HTTP\/1\.1 204 No Content\r\n[\s\S]*\r\n\r\n$/);
    assert.doesNotMatch(empty, /content-length/);
  });

  it("counts as a backend that is down when it fails or returns an invalid response", async () => {
    const url = await serve(
      { "/": { post: invoke() } },
      lambda(`if (event.body === "throw") throw new Error("boom"); ${FROM_BODY}`),
    );
    const answers: readonly (readonly [unknown, RegExp])[] = [
      [{ statusCode: 99 }, /statusCode is not a status: 99/],
      [{ statusCode: "abc" }, /statusCode is not a status/],
      [{ statusCode: 101 }, /statusCode is not a status: 101/],
      [{ statusCode: 200, body: { a: 1 } }, /body is not a string/],
      [{ statusCode: 200, body: "?", isBase64Encoded: true }, /body is not base64/],
      [{ statusCode: 200, isBase64Encoded: "yes" }, /isBase64Encoded is not true or false/],
      [{ statusCode: 200, headers: { "a b": "1" } }, /"a b" is not a header name/],
      [{ statusCode: 200, headers: { a: "1\r\nevil: 2" } }, /the header a contains a control character/],
      [{ statusCode: 200, headers: { a: [] } }, /the header a is not a string/],
      [{ statusCode: 200, headers: "a" }, /headers is not an object/],
      [{ statusCode: 200, cookies: "a" }, /cookies is not a list/],
      ["throw", /the function failed: error, boom/],
    ];
    for (const [asked, reason] of answers) {
      stand.log.length = 0;
      const body = asked === "throw" ? "throw" : JSON.stringify(asked);
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      assert.deepEqual([response.status, await response.text()], [500, '{"message":"Internal Server Error"}']);
      const [line] = stand.log;
      assert.ok(line !== undefined && stand.log.length === 1);
      assert.deepEqual([line.decision, line.status, line.route, line.backend], ["backend down", 500, "POST /", true]);
      assert.match(line.reason, reason);
    }
  });

  it("results in a 503 after the gateway's time-out, and in a 500 after its own", async () => {
    const slow = "await new Promise((resolve) => setTimeout(resolve, 5000));";
    const waiting = await fetch(await serve({ "/": { get: invoke({ timeoutInMillis: 300 }) } }, lambda(slow)));
    assert.deepEqual([waiting.status, await waiting.text()], [503, '{"message":"Service Unavailable"}']);
    const failing = await fetch(await serve({ "/": { get: invoke() } }, lambda(slow, { timeoutSeconds: 1 })));
    assert.deepEqual([failing.status, await failing.text()], [500, '{"message":"Internal Server Error"}']);
    assert.deepEqual(
      stand.log.map(({ decision, reason }) => [decision, reason]),
      [
        ["backend down", "the function failed: timeout, no result from the function within 300 ms"],
        ["backend down", "the function failed: timeout, Task timed out after 1.00 seconds"],
      ],
    );
  });

  it("is not invoked without a permission for the route, or when it does not exist", async () => {
    const paths = {
      "/orders/{id}": { get: invoke() },
      "/any": { "x-amazon-apigateway-any-method": invoke() },
      "/$default": { "x-amazon-apigateway-any-method": { ...invoke(), isDefaultRoute: true } },
    };
    const ask = async (path: string, ...sources: readonly (string | undefined)[]): Promise<number> => {
      const permissions = sources.map((source) => ({
        principal: "apigateway.amazonaws.com",
        ...(source === undefined ? {} : { sourceArn: `${EXECUTION}/${source}` }),
      }));
      return (await fetch(`${await serve(paths, lambda("return 1;", { permissions }))}${path}`)).status;
    };
    assert.equal(await ask("/orders/7"), 500);
    assert.match(stand.log[0]?.reason ?? "", /does not allow .*\/\$default\/GET\/orders\/\{id\} to invoke it$/);
    assert.deepEqual([stand.log[0]?.decision, stand.log[0]?.backend], ["malformed", false]);
    assert.equal(await ask("/orders/7", undefined), 200);
    assert.equal(await ask("/orders/7", "*"), 200);
    assert.equal(await ask("/orders/7", "$default/GET/orders/{id}"), 200);
    assert.equal(await ask("/orders/7", "*/*/orders/*"), 200);
    assert.equal(await ask("/orders/7", "$default/POST/orders/*", "live/*", "*/*/other"), 500);
    assert.equal(await ask("/any", "*/GET/any"), 200);
    assert.equal(await ask("/any", "*/ANY/any"), 500);
    await stand.readAs({ "aws-any-permission": "any" });
    assert.equal(await ask("/any", "*/GET/any"), 500);
    assert.equal(await ask("/any", "*/ANY/any"), 200);
    assert.equal(await ask("/any", "*/*/any"), 200);
    assert.equal(await ask("/elsewhere", "*/$default"), 200);
    assert.equal(await ask("/elsewhere", "*/*/any"), 500);
    assert.equal((await fetch(`${await serve(paths, lambda("return 1;"), {}, {})}/any`)).status, 500);
    assert.match(stand.log.at(-1)?.reason ?? "", /^there is no function /);
  });

  it("never receives a body of more than 10 MB, or a request whose token is refused", async () => {
    const url = await serve(
      { "/": { post: invoke() }, "/staff": { get: invoke({}, staff()) } },
      lambda("return 'seen';"),
    );
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    const declared = await fetch(url, { method: "POST", body: large });
    assert.deepEqual([declared.status, await declared.text()], [413, '{"message":"Request Entity Too Large"}']);
    const streamed = await fetch(url, {
      method: "POST",
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    assert.equal(streamed.status, 413);
    assert.equal((await fetch(`${url}/staff`)).status, 401);
    assert.deepEqual(
      stand.log.map(({ decision, backend }) => [decision, backend]),
      [
        ["too large", false],
        ["too large", false],
        ["unauthenticated", false],
      ],
    );
  });

  it("receives a body that waits for 100 Continue, and is logged when the client disconnects", async () => {
    const url = await serve(
      { "/": { post: invoke() } },
      lambda("if (event.body === 'wait') await new Promise((r) => setTimeout(r, 300)); return 'got ' + event.body;"),
    );
    const begin = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\n";
    const answer = await raw(url, `${begin}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello`, 5_000, 5_000);
    assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\ngot hello$/);
    await raw(url, `${begin}Content-Length: 4\r\n\r\nwait`, 50);
    await raw(url, `${begin}Content-Length: 400\r\n\r\npart`, 50);
    await until("the lines", () => stand.log.length === 3);
    const lines = stand.log.map(({ decision, status, reason, backend }) => [decision, status, reason, backend]);
    assert.deepEqual(lines[0], ["proxied", 200, `of ${ARN}`, true]);
    assert.deepEqual(
      lines.slice(1).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      [
        ["malformed", 0, "the client closed the connection before its body was complete", false],
        ["proxied", 0, "the client closed the connection", true],
      ],
    );
  });

  it("responds with the API's CORS headers", async () => {
    const url = await serve(
      { "/": { get: invoke() } },
      lambda("return { statusCode: 200, headers: { 'access-control-allow-origin': 'https://evil.example' } };"),
      {
        cors: { allowOrigins: ["https://shop.example"] },
      },
    );
    const response = await fetch(url, { headers: { origin: "https://shop.example" } });
    assert.equal(response.headers.get("access-control-allow-origin"), "https://shop.example");
  });

  it("with an unsupported runtime stops the deployment, which names it", async () => {
    const python = lambda("", { runtime: "python3.13" });
    await assert.rejects(
      serve({ "/": { get: invoke() } }, python),
      /orders: functions\..*\.runtime: The sandbox does not run python3\.13\./,
    );
  });
});
