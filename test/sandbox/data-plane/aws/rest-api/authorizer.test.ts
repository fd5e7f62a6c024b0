import assert from "node:assert/strict";
import {
  allow,
  any,
  EXECUTION,
  functionArn,
  KEY_SCHEME,
  lambda,
  lambdaAuthorizer,
  mock,
  RestStand,
  to,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer, raw } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const UNAUTHORIZED = [401, '{"message":"Unauthorized"}'] as const;
const NOT_ALLOWED = [403, '{"Message":"User is not authorized to access this resource"}'] as const;
const DENIED = [403, '{"Message":"User is not authorized to access this resource with an explicit deny"}'] as const;
const BROKEN = [500, '{"message":null}'] as const;
const FORBIDDEN = [403, '{"message":"Forbidden"}'] as const;
const PASSED = [200, "from the backend"] as const;

const security = [{ staff: [] }];

describe("A Lambda authorizer of an AWS REST API", () => {
  let stand: RestStand;
  const last = () => stand.log.at(-1);
  const serve = (paths: object, members: object = {}, options: object = {}): string =>
    stand.serve(paths, {
      components: { securitySchemes: { staff: lambdaAuthorizer("auth", members), key: KEY_SCHEME } },
      functions: lambda("auth"),
      ...options,
    });
  const get = (url: string, token = "good", headers: object = {}): Promise<Response> =>
    fetch(url, { headers: { authorization: token, ...headers } });
  const returns = (value: object): void => stand.functions.returns("auth", () => value);
  const allowing = (resource = "*", more: object = {}): void =>
    returns({ principalId: "someone", policyDocument: allow(resource), ...more });

  beforeEach(async () => {
    stand = await new RestStand().start();
    allowing();
  });
  afterEach(() => stand.close());

  it("admits a request that its policy allows, and does not affect open methods", async () => {
    const url = serve({
      "/a": { get: to("/", {}, { security }) },
      "/open": { get: to("/"), post: to("/", {}, { security: [] }) },
    });
    assert.deepEqual(await answer(get(`${url}/a`)), PASSED);
    assert.equal(stand.functions.events.length, 1);
    assert.deepEqual(await answer(fetch(`${url}/open`)), PASSED);
    assert.deepEqual(await answer(fetch(`${url}/open`, { method: "POST" })), PASSED);
    assert.equal(stand.functions.events.length, 1);
  });

  it("is not invoked when an identity source is missing, empty or repeated: the response is 401", async () => {
    const url = serve(
      { "/a": { get: to("/", {}, { security }) } },
      {
        identitySource:
          "method.request.header.Authorization, method.request.querystring.tenant,stageVariables.on, context.stage",
      },
      { stage: { variables: { on: "yes" } } },
    );
    assert.deepEqual(await answer(get(`${url}/a?tenant=1`)), PASSED);
    const asked = stand.functions.events.length;
    for (const [path, token] of [
      ["/a", "good"],
      ["/a?tenant=", "good"],
      ["/a?tenant=1&tenant=2", "good"],
      ["/a?tenant=1", ""],
      ["/a?Tenant=1", "good"],
    ] as const) {
      const response = await get(`${url}${path}`, token);
      assert.equal(response.headers.get("x-amzn-errortype"), "UnauthorizedException");
      assert.deepEqual(await answer(response), UNAUTHORIZED, path);
      assert.equal(last()?.decision, "unauthenticated");
    }
    const twice = "Authorization: a\r\nAuthorization: b\r\nConnection: close\r\n";
    assert.match(await raw(url, `GET /prod/a?tenant=1 HTTP/1.1\r\nHost: x\r\n${twice}\r\n`), /^HTTP\/1\.1 401 /);
    assert.equal(stand.functions.events.length, asked);
    assert.equal(stand.backend.seen.length, 1);
  });

  it("receives the request as its event", async () => {
    stand.frozen = Date.UTC(2018, 1, 20, 22, 48, 57);
    const url = serve(
      { "/o/{id}/{rest+}": { [any]: to("/", {}, { security }) } },
      {},
      { stage: { variables: { colour: "blue" } } },
    );
    await fetch(`${url}/o/a%20b/c/d?q=1&q=%C3%A9`, {
      method: "PUT",
      body: "unseen",
      headers: { authorization: "t", "x-one": "1", "user-agent": "me" },
    });
    const event = stand.functions.events[0] as Record<string, Record<string, unknown>>;
    assert.equal(event.type, "REQUEST");
    assert.equal(event.methodArn, `${EXECUTION}/prod/PUT/o/a%20b/c/d`);
    assert.equal(event.resource, "/o/{id}/{rest+}");
    assert.equal(event.path, "/o/a%20b/c/d");
    assert.equal(event.httpMethod, "PUT");
    assert.equal(event.headers?.Authorization, "t");
    assert.equal(event.headers?.["x-one"], "1");
    assert.equal(event.headers?.["User-Agent"], "me");
    assert.equal(event.headers?.["content-length"], undefined);
    assert.deepEqual(event.multiValueHeaders?.["x-one"], ["1"]);
    assert.deepEqual(event.queryStringParameters, { q: "é" });
    assert.deepEqual(event.multiValueQueryStringParameters, { q: ["1", "é"] });
    // Unverified: whether the values of an authorizer's event are encoded, as those of a function's event are.
    const { id, ...others } = event.pathParameters ?? {};
    assert.deepEqual(others, { rest: "c/d" });
    assert.equal(decodeURIComponent(String(id)), "a b");
    assert.deepEqual(event.stageVariables, { colour: "blue" });
    const context = event.requestContext as Record<string, unknown>;
    assert.equal(context.accountId, "123456789012");
    assert.equal(context.apiId, "a1b2c3d4e5");
    assert.equal(context.httpMethod, "PUT");
    assert.equal(context.path, "/prod/o/a%20b/c/d");
    assert.equal(context.resourcePath, "/o/{id}/{rest+}");
    assert.equal(context.stage, "prod");
    assert.equal(context.requestTime, "20/Feb/2018:22:48:57 +0000");
    assert.equal((context.identity as Record<string, unknown>).sourceIp, "127.0.0.1");
    assert.equal(Object.hasOwn(event, "body"), false);
  });

  it("of the token type receives only the token, from the scheme's header", async () => {
    const scheme = { ...lambdaAuthorizer("auth", { type: "token", identitySource: undefined }), name: "X-Token" };
    const url = serve(
      { "/a": { get: to("/", {}, { security }) } },
      {},
      { components: { securitySchemes: { staff: scheme } } },
    );
    assert.deepEqual(await answer(fetch(`${url}/a`)), UNAUTHORIZED);
    assert.deepEqual(await answer(fetch(`${url}/a`, { headers: { "x-token": "secret" } })), PASSED);
    assert.deepEqual(stand.functions.events, [
      { type: "TOKEN", methodArn: `${EXECUTION}/prod/GET/a`, authorizationToken: "secret" },
    ]);
  });

  it("refuses what its policy denies or does not mention, each with its own message", async () => {
    const paths = { "/a/{x}": { [any]: to("/", {}, { security }) } };
    const url = serve(paths);
    const here = `${EXECUTION}/prod`;
    const statements = (...list: readonly (readonly [string, string])[]) =>
      returns({
        principalId: "p",
        policyDocument: {
          Version: "2012-10-17",
          Statement: list.map(([Effect, Resource]) => ({ Action: "execute-api:Invoke", Effect, Resource })),
        },
      });
    const cases: readonly (readonly [readonly (readonly [string, string])[], readonly [number, string]])[] = [
      [[["Allow", `${here}/GET/a/1`]], PASSED],
      [[["Allow", `${here}/GET/a/*`]], PASSED],
      [[["Allow", `${here}/*/a/?`]], PASSED],
      [[["Allow", `${EXECUTION}/*`]], PASSED],
      [[["Allow", "arn:aws:execute-api:*:*:*/*"]], PASSED],
      [[["Allow", `${here}/POST/a/1`]], NOT_ALLOWED],
      [[["Allow", `${here}/GET/a`]], NOT_ALLOWED],
      [[["Allow", `${here}/GET/a/1/`]], NOT_ALLOWED],
      [[["Allow", `${EXECUTION}/test/*`]], NOT_ALLOWED],
      [[["Allow", "arn:*"]], PASSED],
      [
        [
          ["Allow", "*"],
          ["Deny", `${here}/GET/a/1`],
        ],
        DENIED,
      ],
      [
        [
          ["Deny", "arn:aws:execute-api:*"],
          ["Allow", "*"],
        ],
        DENIED,
      ],
      [
        [
          ["Allow", "*"],
          ["Deny", `${here}/DELETE/*`],
        ],
        PASSED,
      ],
    ];
    for (const [list, expected] of cases) {
      statements(...list);
      const response = await get(`${url}/a/1`);
      if (expected !== PASSED) assert.equal(response.headers.get("x-amzn-errortype"), "AccessDeniedException");
      assert.deepEqual(await answer(response), expected, JSON.stringify(list));
      assert.equal(last()?.decision, expected === PASSED ? "proxied" : "forbidden");
    }
    // An encoded path bypasses a statement if the policy matches the path as sent.
    statements(["Allow", "*"], ["Deny", `${here}/GET/a/admin`]);
    assert.deepEqual(await answer(get(`${url}/a/%61dmin`)), PASSED);
    stand.readings = { "aws-policy-colon": "not-matched", "aws-policy-path": "decoded" };
    serve(paths);
    assert.deepEqual(await answer(get(`${url}/a/%61dmin`)), DENIED);
    statements(["Allow", "arn:*"]);
    assert.deepEqual(await answer(get(`${url}/a/1`)), NOT_ALLOWED);
  });

  it("refuses every request when it fails, times out or returns no policy", async () => {
    const url = serve({ "/a": { get: to("/", {}, { security }) } });
    const policyDocument = allow("*");
    const bad: readonly unknown[] = [
      null,
      "allow",
      {},
      { policyDocument },
      { principalId: 5, policyDocument },
      { principalId: "p" },
      { principalId: "p", policyDocument: {} },
      { principalId: "p", policyDocument: { Statement: [] } },
      { principalId: "p", policyDocument: { Version: "2020-01-01", Statement: [] } },
      { principalId: "p", policyDocument: allow("*", "allow") },
      { principalId: "p", policyDocument: allow("x".repeat(513)) },
      { principalId: "p", policyDocument: { Statement: { Effect: "Allow", NotAction: "x", Resource: "*" } } },
      { principalId: "p", policyDocument: { Statement: { Effect: "Allow", Action: [], Resource: "*" } } },
      {
        principalId: "p",
        policyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*", Condition: { Bool: {} } } },
      },
      { principalId: "p", policyDocument, context: { list: ["a"] } },
      { principalId: "p", policyDocument, context: { object: {} } },
      { principalId: "p", policyDocument, context: "text" },
      { principalId: "p", policyDocument, usageIdentifierKey: 5 },
    ];
    for (const value of bad) {
      stand.functions.returns("auth", () => value);
      const response = await get(`${url}/a`);
      assert.equal(response.headers.get("x-amzn-errortype"), "AuthorizerConfigurationException");
      assert.deepEqual(await answer(response), BROKEN, JSON.stringify(value));
      assert.equal(last()?.decision, "unauthenticated");
    }
    stand.functions.fails("auth", "timeout", "29 s");
    assert.deepEqual(await answer(get(`${url}/a`)), BROKEN);
    for (const message of ["unauthorized", "Unauthorized.", "boom"]) {
      stand.functions.fails("auth", "error", message);
      assert.deepEqual(await answer(get(`${url}/a`)), BROKEN, message);
    }
    stand.functions.fails("auth", "error", "Unauthorized");
    assert.deepEqual(await answer(get(`${url}/a`)), UNAUTHORIZED);
    assert.equal(stand.backend.seen.length, 0);
  });

  it("is not invoked without a permission for the API's authorizers, or when it does not exist", async () => {
    const paths = { "/a": { get: to("/", {}, { security }) } };
    const permitted = async (principal: string, sourceArn?: string): Promise<number> => {
      const permissions = [{ principal, ...(sourceArn === undefined ? {} : { sourceArn }) }];
      return (await get(`${serve(paths, {}, { functions: lambda("auth", { permissions }) })}/a`)).status;
    };
    const gateway = "apigateway.amazonaws.com";
    assert.equal(await permitted(gateway, `${EXECUTION}/authorizers/*`), 200);
    assert.equal(await permitted(gateway), 200);
    for (const sourceArn of [`${EXECUTION}/prod/*`, `${EXECUTION}x/*`, `${EXECUTION}/authorizers`, "*"]) {
      assert.equal(await permitted(gateway, sourceArn), 500, sourceArn);
    }
    assert.equal(await permitted("events.amazonaws.com"), 500);
    assert.deepEqual(await answer(get(`${serve(paths, {}, { functions: {} })}/a`)), BROKEN);
    assert.match(last()?.reason ?? "", new RegExp(`there is no function ${functionArn("auth")}`));
  });

  it("is invoked once for the same identity until its result expires, and its policy applies to other methods", async () => {
    stand.frozen = 1_000_000;
    allowing(`${EXECUTION}/prod/GET/a`);
    const paths = { "/a": { get: to("/", {}, { security }), post: to("/", {}, { security }) } };
    const url = serve(paths, { authorizerResultTtlInSeconds: 60 });
    for (let index = 0; index < 3; index++) assert.deepEqual(await answer(get(`${url}/a`)), PASSED);
    assert.deepEqual(
      await answer(fetch(`${url}/a`, { method: "POST", headers: { authorization: "good" } })),
      NOT_ALLOWED,
    );
    assert.equal(stand.functions.events.length, 1);
    await get(`${url}/a`, "other");
    assert.equal(stand.functions.events.length, 2);
    stand.ahead = 59_999;
    await get(`${url}/a`);
    assert.equal(stand.functions.events.length, 2);
    stand.ahead = 60_000;
    await get(`${url}/a`);
    assert.equal(stand.functions.events.length, 3);

    // Failures are not cached.
    stand.functions.fails("auth", "error", "boom");
    assert.deepEqual(await answer(get(`${url}/a`, "third")), BROKEN);
    allowing();
    assert.deepEqual(await answer(get(`${url}/a`, "third")), PASSED);
  });

  it("has a cache of its own, keyed by all identity sources, of 300 seconds by default", async () => {
    stand.frozen = 1_000_000;
    const identitySource = "method.request.header.Authorization,method.request.querystring.t";
    const one = lambdaAuthorizer("auth", { identitySource, authorizerResultTtlInSeconds: undefined });
    const url = serve(
      {
        "/a": { get: to("/", {}, { security: [{ one: [] }] }) },
        "/b": { get: to("/", {}, { security: [{ two: [] }] }) },
      },
      {},
      { components: { securitySchemes: { one, two: one } } },
    );
    const asked = async (path: string, token: string): Promise<number> => {
      const before = stand.functions.events.length;
      assert.equal((await get(`${url}${path}`, token)).status, 200);
      return stand.functions.events.length - before;
    };
    assert.equal(await asked("/a?t=1", "x"), 1);
    assert.equal(await asked("/a?t=1", "x"), 0);
    assert.equal(await asked("/b?t=1", "x"), 1);
    assert.equal(await asked("/a?t=2", "x"), 1);
    // Values that would be equal if they were only joined.
    assert.equal(await asked("/a?t=%22%2C%22y", "x"), 1);
    assert.equal(await asked("/a?t=y", 'x","'), 1);
    stand.ahead = 299_999;
    assert.equal(await asked("/a?t=1", "x"), 0);
    stand.ahead = 300_000;
    assert.equal(await asked("/a?t=1", "x"), 1);
  });

  it("passes its context on, every value as a string", async () => {
    allowing("*", { context: { sub: "someone", level: 5, admin: false } });
    const requestParameters = {
      "integration.request.header.X-Sub": "context.authorizer.sub",
      "integration.request.header.X-Level": "context.authorizer.level",
      "integration.request.header.X-Admin": "context.authorizer.admin",
      "integration.request.header.X-Principal": "context.authorizer.principalId",
    };
    const url = serve({ "/a": { get: to("/", { requestParameters }, { security }) } });
    await get(`${url}/a`, "good", { "x-sub": "forged", "x-principal": "forged" });
    const { headers } = stand.backend.last;
    assert.deepEqual(
      [headers["x-sub"], headers["x-level"], headers["x-admin"], headers["x-principal"]],
      ["someone", "5", "false", "someone"],
    );
  });

  it("is invoked before the API key is checked, and can return the key", async () => {
    const both = { security: [{ staff: [], key: [] }] };
    const usagePlans = [{ id: "p", methodThrottles: {}, keys: [{ id: "k", value: "the-key", enabled: true }] }];
    const paths = { "/a": { get: to("/", {}, both) } };
    let url = serve(paths, {}, { usagePlans });
    assert.deepEqual(await answer(fetch(`${url}/a`, { headers: { "x-api-key": "the-key" } })), UNAUTHORIZED);
    assert.deepEqual(await answer(get(`${url}/a`)), FORBIDDEN);
    assert.deepEqual(await answer(get(`${url}/a`, "good", { "x-api-key": "the-key" })), PASSED);
    returns({ principalId: "p", policyDocument: allow("*", "Deny") });
    assert.deepEqual(await answer(get(`${url}/a`, "good", { "x-api-key": "the-key" })), DENIED);

    url = serve(paths, {}, { usagePlans, apiKeySource: "AUTHORIZER" });
    allowing();
    assert.deepEqual(await answer(get(`${url}/a`, "good", { "x-api-key": "the-key" })), FORBIDDEN);
    allowing("*", { usageIdentifierKey: "another" });
    assert.deepEqual(await answer(get(`${url}/a`)), FORBIDDEN);
    allowing("*", { usageIdentifierKey: "the-key" });
    assert.deepEqual(await answer(get(`${url}/a`)), PASSED);
  });

  it("protects mocks as well, and refuses with the API's gateway responses", async () => {
    returns({ principalId: "p", policyDocument: allow("*", "Deny") });
    const url = serve(
      { "/a": { get: { ...mock(200), security } } },
      {},
      {
        root: {
          "x-amazon-apigateway-gateway-responses": {
            ACCESS_DENIED: {
              statusCode: 403,
              responseTemplates: { "application/json": '{"no":$context.error.messageString}' },
            },
            AUTHORIZER_CONFIGURATION_ERROR: {
              statusCode: 401,
              responseTemplates: { "application/json": "[$context.error.messageString]" },
            },
          },
        },
      },
    );
    assert.deepEqual(await answer(get(`${url}/a`)), [
      403,
      '{"no":"User is not authorized to access this resource with an explicit deny"}',
    ]);
    stand.functions.fails("auth", "error", "boom");
    assert.deepEqual(await answer(get(`${url}/a`)), [401, "[null]"]);
  });

  it("refuses a request whose method ARN has more than 1,600 bytes", async () => {
    const url = serve({ "/{x}": { get: to("/", {}, { security }) } });
    assert.deepEqual(await answer(get(`${url}/${"x".repeat(1_600)}`)), [414, '{"message":"Request URI too long"}']);
    assert.equal(stand.functions.events.length, 0);
  });
});
