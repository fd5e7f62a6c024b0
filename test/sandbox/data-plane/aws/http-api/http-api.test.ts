import assert from "node:assert/strict";
import { answer, raw, staff, TestDataPlane, to } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const any = "x-amazon-apigateway-any-method";

const NOT_FOUND = [404, '{"message":"Not Found"}'] as const;
const PASSED = [200, "from the backend"] as const;

describe("An AWS HTTP API", () => {
  let stand: TestDataPlane;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
  });
  afterEach(() => stand.close());

  it("sends a request to the mapped path with query, body and headers unchanged", async () => {
    const url = await stand.serve({
      "/orders/{id}/{rest+}": { [any]: to("/v2/{rest}/of/{id}?fixed=1", { httpMethod: "PUT" }) },
      "/plain": { get: to("") },
    });
    const response = await fetch(`${url}/orders/a%20b%253F%2525/c/d%C3%A9?x=1&x=%20&y`, {
      method: "POST",
      body: "the body",
      headers: { "x-mine": "1", "content-type": "text/plain" },
    });
    assert.deepEqual(await answer(response), PASSED);
    const { method, url: target, headers, body } = stand.backend.last;
    assert.deepEqual([method, target, body], ["PUT", "/v2/c/d%C3%A9/of/a%20b%3F%25?fixed=1&x=1&x=%20&y", "the body"]);
    assert.deepEqual(
      [headers["x-mine"], headers["content-type"], headers.host],
      ["1", "text/plain", "backend.example.com"],
    );
    await fetch(`${url}/plain?a=b`);
    assert.equal(stand.backend.last.url, "/?a=b");
  });

  it("passes the client's address to the backend, after those of earlier proxies", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    await raw(
      url,
      "GET /a HTTP/1.1\r\nHost: api.example.com\r\nX-Forwarded-For: 9.9.9.9\r\nForwarded: for=9.9.9.9\r\nX-Forwarded-Proto: gopher\r\nVia: 1.1 other\r\n\r\n",
    );
    const { headers } = stand.backend.last;
    assert.equal(headers["x-forwarded-for"], "9.9.9.9, 127.0.0.1");
    assert.equal(headers.forwarded, "for=9.9.9.9, by=127.0.0.1;for=127.0.0.1;host=api.example.com;proto=https");
    assert.deepEqual([headers["x-forwarded-proto"], headers["x-forwarded-port"]], ["https", "443"]);
    assert.equal(headers.via, "1.1 other, HTTP/1.1 AmazonAPIGateway");
    assert.match(headers["x-amzn-trace-id"] ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it("refuses an unknown path, an unknown method and a malformed path", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") }, "/b/{x}": { get: to("/b/{x}") } });
    assert.deepEqual(await answer(await fetch(`${url}/c`)), NOT_FOUND);
    assert.deepEqual(await answer(await fetch(`${url}/a`, { method: "POST" })), NOT_FOUND);
    assert.deepEqual(await answer(await fetch(`${url}/A`)), NOT_FOUND);
    assert.equal((await fetch(`${url}/b/..%2Fa`)).status, 400);
    assert.match(await raw(url, "GET /b/../a HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.deepEqual([...new Set(stand.log.map(({ decision }) => decision))], ["no route", "malformed"]);
    assert.equal(stand.backend.seen.length, 0);
  });

  it("sends a request that no other route matches to the default route, with its whole path", async () => {
    const url = await stand.serve({
      "/a": { get: to("/a") },
      "/$default": { [any]: { ...to("/base/"), isDefaultRoute: true } },
    });
    await fetch(`${url}/store/check%20out?x=1`, { method: "DELETE" });
    assert.deepEqual([stand.backend.last.method, stand.backend.last.url], ["DELETE", "/base/store/check%20out?x=1"]);
    await fetch(`${url}/a`, { method: "POST" });
    assert.equal(stand.backend.last.url, "/base/a");
    assert.equal(stand.log.at(-1)?.route, "$default");
  });

  it("serves a named stage only under its name, with its variables", async () => {
    const url = await stand.serve(
      {
        "/a": { get: to("", { uri: "https://${stageVariables.host}/${stageVariables.base}/a" }) },
        "/": { get: to("/root") },
      },
      { stage: { name: "prod", variables: { host: "backend.example.com", base: "v7" } } },
    );
    assert.equal((await fetch(`${url}/prod/a`)).status, 200);
    assert.equal(stand.backend.last.url, "/v7/a");
    assert.equal((await fetch(`${url}/prod`)).status, 200);
    assert.equal(stand.backend.last.url, "/root");
    for (const path of ["/a", "/production/a", "/"])
      assert.deepEqual(await answer(await fetch(`${url}${path}`)), NOT_FOUND);
  });

  it("maps headers, query and path as the integration declares", async () => {
    const requestParameters = {
      "append:header.x-many": "${request.path.id}-${context.routeKey}",
      "overwrite:header.x-user": "$context.authorizer.claims.sub",
      "overwrite:header.x-groups": "$context.authorizer.claims.groups",
      "overwrite:header.x-tenant": "$context.authorizer.claims.tenant",
      "remove:header.x-secret": "''",
      "append:header.x-copy": "$request.header.X-Many",
      "overwrite:header.host": "other.example.com",
      "overwrite:querystring.q": "${request.querystring.q}!",
      "append:querystring.stage": "$context.stage",
      "remove:querystring.drop": "",
      "overwrite:path": "/new/${request.path.id}/${stageVariables.v}",
    };
    const url = await stand.serve(
      { "/a/{id}": { get: { ...to("/ignored", { requestParameters }), ...staff() } } },
      { stage: { variables: { v: "7" } } },
    );
    const token = await stand.issuer.token({ groups: ["a", "b"] });
    const response = await fetch(`${url}/a/x%20y%C3%A9?q=1&drop=2&q=3&keep=%2f&dr%6Fp=4`, {
      headers: {
        authorization: `Bearer ${token}`,
        "x-many": "0",
        "x-secret": "s",
        "x-user": "forged",
        "x-tenant": "forged",
      },
    });
    assert.deepEqual(await answer(response), PASSED);
    const { url: target, headers } = stand.backend.last;
    assert.equal(target, "/new/x%20y%C3%A9/7?keep=%2f&q=1%2C3!&stage=%24default");
    assert.equal(Buffer.from(headers["x-many"] ?? "", "latin1").toString(), "0,x yé-GET /a/{id}");
    assert.deepEqual([headers["x-user"], headers["x-groups"], headers["x-copy"]], ["someone", "[a b]", "0"]);
    // An absent claim removes the header, so that the client's own is not passed on.
    assert.deepEqual([headers["x-tenant"], headers["x-secret"]], [undefined, undefined]);
    assert.equal(headers.host, "other.example.com");
  });

  it("refuses a mapped value that contains a line break", async () => {
    const requestParameters = { "overwrite:header.x-q": "$request.querystring.q" };
    const url = await stand.serve({ "/a": { get: to("/a", { requestParameters }) } });
    assert.equal((await fetch(`${url}/a?q=x%0d%0aX-Admin:%201`)).status, 400);
    assert.equal(stand.backend.seen.length, 0);
    assert.equal((await fetch(`${url}/a?q=plain`)).status, 200);
    assert.equal(stand.backend.last.headers["x-q"], "plain");
  });

  it("answers preflights itself, and replaces the backend's CORS headers by its own", async () => {
    const cors = {
      allowOrigins: ["https://shop.example.com", "http://*"],
      allowMethods: ["GET", "POST"],
      allowHeaders: ["authorization"],
      exposeHeaders: ["x-backend"],
      allowCredentials: true,
      maxAge: 300,
    };
    const url = await stand.serve({ "/a": { get: { ...to("/a"), ...staff() } } }, { cors });
    const origin = "https://shop.example.com";
    const ask = { origin, "access-control-request-method": "GET" };
    const preflight = await fetch(`${url}/a`, { method: "OPTIONS", headers: ask });
    const seen = Object.fromEntries([...preflight.headers].filter(([name]) => name.startsWith("access-control-")));
    assert.equal(preflight.status, 204);
    assert.deepEqual(seen, {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET,POST",
      "access-control-allow-headers": "authorization",
      "access-control-max-age": "300",
    });
    assert.equal(stand.log.at(-1)?.decision, "preflight");
    const stranger = { ...ask, origin: "https://evil.example.com" };
    const refused = await fetch(`${url}/a`, { method: "OPTIONS", headers: stranger });
    assert.deepEqual([refused.status, refused.headers.get("access-control-allow-origin")], [204, null]);
    assert.equal((await fetch(`${url}/a`, { method: "OPTIONS", headers: { origin } })).status, 404);
    assert.equal((await fetch(`${url}/a`, { method: "OPTIONS" })).status, 404);

    const authorization = await stand.issuer.token();
    const actual = await fetch(`${url}/a`, { headers: { origin: "http://localhost:3000", authorization } });
    assert.equal(actual.headers.get("access-control-allow-origin"), "http://localhost:3000");
    assert.equal(actual.headers.get("access-control-expose-headers"), "x-backend");
    const evil = await fetch(`${url}/a`, { headers: { origin: "https://evil.example.com", authorization } });
    assert.equal(evil.headers.get("access-control-allow-origin"), null);
  });

  it("leaves CORS to the backend when none is configured", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    const response = await fetch(`${url}/a`, { headers: { origin: "https://shop.example.com" } });
    assert.equal(response.headers.get("access-control-allow-origin"), "backend");
    const headers = { origin: "https://shop.example.com", "access-control-request-method": "GET" };
    assert.equal((await fetch(`${url}/a`, { method: "OPTIONS", headers })).status, 404);
  });

  it("requires the token for a preflight that matches a route with an authorizer, as the guide warns", async () => {
    const paths = { "/{proxy+}": { [any]: { ...to("/{proxy}"), ...staff() } } };
    const url = await stand.serve(paths, { cors: { allowOrigins: ["*"] } });
    const headers = { origin: "https://shop.example.com", "access-control-request-method": "GET" };
    assert.equal((await fetch(`${url}/a`, { method: "OPTIONS", headers })).status, 401);
  });

  it("refuses a request line and headers of more than 10,240 bytes", async () => {
    const url = await stand.serve({ "/a": { get: to("/a") } });
    const sized = (bytes: number): Promise<string> => {
      const fixed = "GET /a HTTP/1.1".length + "x".length;
      return raw(url, `GET /a HTTP/1.1\r\nHost: x\r\nX-Pad: ${"p".repeat(bytes - fixed)}\r\n\r\n`);
    };
    assert.match(await sized(10_240), /^HTTP\/1\.1 200 /);
    assert.match(await sized(10_241), /^HTTP\/1\.1 431 /);
    assert.equal(stand.log.at(-1)?.decision, "malformed");
  });
});
