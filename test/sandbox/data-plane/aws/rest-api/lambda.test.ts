import assert from "node:assert/strict";
import type { AwsFunction } from "../../../../../sandbox/data-plane/aws/artefacts/function.ts";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import type {
  FunctionReply,
  FunctionResult,
  GatewayRequest,
  Invocation,
  Outcome,
} from "../../../../../sandbox/data-plane/interpreter.ts";
import type { Readings } from "../../../../../sandbox/data-plane/readings.ts";
import { ProcessCounters } from "../../../../../sandbox/data-plane/verifying/counters.ts";
import { HttpKeySource } from "../../../../../sandbox/data-plane/verifying/keys.ts";
import { LoopbackHostMap } from "../../../../../sandbox/host-map.ts";
import {
  allow,
  any,
  EXECUTION,
  lambda,
  lambdaAuthorizer,
  type RestApiOptions,
  restApi,
  TestFunctions,
  toFunction,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";

const BAD_GATEWAY = [502, '{"message": "Internal server error"}'] as const;

function request(method: string, target: string, headers: Readonly<Record<string, string>> = {}): GatewayRequest {
  const [path = "", query = ""] = target.split("?");
  const fields = Object.entries({ host: "api.example.com", ...headers });
  return {
    method,
    path,
    query,
    headers: fields,
    header: (name) => fields.find(([each]) => each.toLowerCase() === name)?.[1],
    remoteAddress: "127.0.0.1",
  };
}

describe("A function behind an AWS REST API", () => {
  const functions = new TestFunctions();
  const surroundings = {
    now: () => Date.UTC(2026, 0, 2),
    keys: new HttpKeySource(new LoopbackHostMap(new Map())),
    counters: new ProcessCounters(),
    functions,
  };
  const decide = async (asked: GatewayRequest, paths: object, options: RestApiOptions = {}): Promise<Outcome> =>
    await interpretAwsRestApi(restApi(paths, { functions: lambda("fn"), ...options }), surroundings).decide(asked);
  const invoke = async (asked: GatewayRequest, paths: object, options: RestApiOptions = {}): Promise<Invocation> => {
    const outcome = await decide(asked, paths, options);
    assert.equal(outcome.decision, "invoked", JSON.stringify(outcome));
    return outcome.invocation;
  };
  const event = async (
    asked: GatewayRequest,
    body: string | Buffer,
    paths: object = { "/{proxy+}": { [any]: toFunction("fn") } },
    options: RestApiOptions = {},
  ): Promise<Record<string, unknown>> =>
    (await invoke(asked, paths, options)).event(Buffer.from(body as string)) as Record<string, unknown>;
  const answered = async (
    result: FunctionResult,
    headers: Readonly<Record<string, string>> = {},
    options: RestApiOptions = {},
  ): Promise<FunctionReply> =>
    (await invoke(request("GET", "/prod/a", headers), { "/a": { get: toFunction("fn") } }, options)).reply(result);

  it("is invoked with the whole request as its event", async () => {
    const asked = request("POST", "/prod/a%20b/c?q=1&q=%C3%A9", {
      "content-type": "text/plain",
      authorization: "t",
      "x-one": "1",
    });
    const got = await event(asked, "héllo", undefined, { stage: { variables: { colour: "blue" } } });
    const { headers, multiValueHeaders, requestContext, ...rest } = got;
    assert.deepEqual(rest, {
      resource: "/{proxy+}",
      path: "/a%20b/c",
      httpMethod: "POST",
      queryStringParameters: { q: "é" },
      multiValueQueryStringParameters: { q: ["1", "é"] },
      pathParameters: { proxy: "a%20b/c" },
      stageVariables: { colour: "blue" },
      body: "héllo",
      isBase64Encoded: false,
    });
    assert.equal((headers as Record<string, string>).Authorization, "t");
    assert.equal((headers as Record<string, string>)["X-Forwarded-Proto"], "https");
    assert.deepEqual((multiValueHeaders as Record<string, unknown>)["x-one"], ["1"]);
    const context = requestContext as Record<string, unknown>;
    assert.equal(context.authorizer, undefined);
    assert.equal(context.deploymentId, "d1e2f3");
    assert.equal(context.domainName, "api.example.com");
    assert.equal(context.domainPrefix, "api");
    assert.equal(context.requestTimeEpoch, Date.UTC(2026, 0, 2));
  });

  const recorded: readonly (readonly [string, string, string, string])[] = [
    // AWS-validated tests of localstack/localstack (test_apigateway_lambda.snapshot.json, 2da97ffd).
    ["/prod/proxy-value", "/proxy-value", "proxy-value", "/prod/proxy-value"],
    ["/prod/proxy-value/", "/proxy-value/", "proxy-value", "/prod/proxy-value/"],
    [
      "/prod/proxy-value//double-slash",
      "/proxy-value//double-slash",
      "proxy-value//double-slash",
      "/prod/proxy-value//double-slash",
    ],
    ["//prod/proxy-value", "/proxy-value", "proxy-value", "/prod/proxy-value"],
    ["/prod//proxy-value", "/proxy-value", "proxy-value", "/prod//proxy-value"],
    [
      "/prod/user/test%2Balias@a.com/x+y",
      "/user/test%2Balias@a.com/x+y",
      "user/test%2Balias@a.com/x+y",
      "/prod/user/test%2Balias@a.com/x+y",
    ],
    // hotsock/voker (vokerhttp/testdata, July 2026).
    ["/prod/capture/space%20value", "/capture/space%20value", "capture/space%20value", "/prod/capture/space%20value"],
    ["/prod/capture/slash%2Fvalue", "/capture/slash%2Fvalue", "capture/slash%2Fvalue", "/prod/capture/slash%2Fvalue"],
    ["/prod/c/literal%252Fvalue", "/c/literal%252Fvalue", "c/literal%252Fvalue", "/prod/c/literal%252Fvalue"],
  ];
  for (const [sent, path, proxy, full] of recorded) {
    it(`receives the paths that a function received on AWS for ${sent}`, async () => {
      const got = await event(request("GET", sent), "");
      assert.deepEqual([got.path, got.pathParameters], [path, { proxy }]);
      assert.equal((got.requestContext as Record<string, unknown>).path, full);
    });
  }

  it("receives null for absent parts of the request", async () => {
    const got = await event(request("GET", "/prod/a"), "", { "/a": { get: toFunction("fn") } });
    for (const member of [
      "queryStringParameters",
      "multiValueQueryStringParameters",
      "pathParameters",
      "stageVariables",
      "body",
    ]) {
      assert.equal(got[member], null, member);
    }
    assert.equal(got.isBase64Encoded, false);
  });

  it("receives a body of a binary media type in base64, and every other as text", async () => {
    const body = Buffer.from([0, 255, 1]);
    const sent = async (type: string, binaryMediaTypes: readonly string[]) => {
      const got = await event(request("POST", "/prod/a", { "content-type": type }), body, undefined, {
        binaryMediaTypes,
      });
      return got.isBase64Encoded === true && got.body === body.toString("base64");
    };
    assert.equal(await sent("image/png", ["image/png"]), true);
    assert.equal(await sent("image/png; q=1", ["image/*"]), true);
    assert.equal(await sent("anything", ["*/*"]), true);
    assert.equal(await sent("image/png", []), false);
    assert.equal(await sent("text/plain", ["image/png"]), false);
  });

  it("receives the authorizer's context and the API key", async () => {
    functions.returns("auth", () => ({ principalId: "p", policyDocument: allow("*"), context: { level: 5 } }));
    const got = await event(
      request("GET", "/prod/a", { authorization: "t", "x-api-key": "k" }),
      "",
      { "/a": { get: toFunction("fn", {}, { security: [{ staff: [], key: [] }] }) } },
      {
        components: {
          securitySchemes: {
            staff: lambdaAuthorizer("auth"),
            key: { type: "apiKey", in: "header", name: "X-API-Key" },
          },
        },
        functions: { ...lambda("fn"), ...lambda("auth") },
        usagePlans: [{ id: "p", methodThrottles: {}, keys: [{ id: "key-id", value: "k", enabled: true }] }],
      },
    );
    const context = got.requestContext as Record<string, Record<string, unknown>>;
    assert.deepEqual(context.authorizer, { principalId: "p", level: "5" });
    assert.deepEqual([context.identity?.apiKey, context.identity?.apiKeyId], ["k", "key-id"]);
  });

  it("is invoked only for a source that its permissions allow", async () => {
    const decision = async (
      sourceArn: string,
      paths: object,
      asked: GatewayRequest,
      readings?: Partial<Readings>,
    ): Promise<string> => {
      const permissions: AwsFunction["permissions"] = [{ principal: "apigateway.amazonaws.com", sourceArn }];
      const artefacts = restApi(paths, { functions: lambda("fn", { permissions }) });
      return (await interpretAwsRestApi(artefacts, { ...surroundings, readings }).decide(asked)).decision;
    };
    const path = { "/o/{id}": { get: toFunction("fn") } };
    const asked = request("GET", "/prod/o/1");
    for (const allowed of ["/*", "/prod/*", "/*/GET/*", "/prod/GET/o/{id}", "/prod/GET/o/*"]) {
      assert.equal(await decision(`${EXECUTION}${allowed}`, path, asked), "invoked", allowed);
    }
    for (const refused of ["/test/*", "/prod/POST/o/*", "/prod/GET/o", "/authorizers/*"]) {
      assert.equal(await decision(`${EXECUTION}${refused}`, path, asked), "malformed", refused);
    }
    const everything = { "/o/{id}": { [any]: toFunction("fn") } };
    assert.equal(await decision(`${EXECUTION}/prod/*/o/*`, everything, asked), "invoked");
    assert.equal(await decision(`${EXECUTION}/prod/GET/o/*`, everything, asked), "invoked");
    assert.equal(await decision(`${EXECUTION}/prod/ANY/o/*`, everything, asked), "malformed");
    const byAny: Partial<Readings> = { "aws-any-permission": "any" };
    assert.equal(await decision(`${EXECUTION}/prod/GET/o/*`, everything, asked, byAny), "malformed");
    assert.equal(await decision(`${EXECUTION}/prod/ANY/o/*`, everything, asked, byAny), "invoked");

    const outcome = await decide(asked, path, { functions: {} });
    assert.ok(outcome.decision === "malformed");
    assert.deepEqual([outcome.reply.status, outcome.reply.body], [500, '{"message": "Internal server error"}']);
  });

  it("returns a status, headers and a body", async () => {
    const reply = await answered({
      returned: {
        statusCode: 201,
        headers: { "X-One": "1", "x-both": "single", "Content-Length": "99", Server: "mine", "X-Flag": true },
        multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"], "X-Both": ["several", "single"] },
        body: "made",
      },
    });
    assert.equal(reply.status, 201);
    assert.equal(reply.body, "made");
    assert.equal(reply.down, undefined);
    const values = (name: string) =>
      reply.headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);
    assert.deepEqual(values("x-one"), ["1"]);
    assert.deepEqual(values("x-both"), ["single", "several"]);
    assert.deepEqual(values("set-cookie"), ["a=1", "b=2"]);
    assert.deepEqual(values("x-flag"), ["true"]);
    assert.deepEqual(values("content-length"), []);
    assert.deepEqual(values("x-amzn-remapped-server"), ["mine"]);
    assert.deepEqual(values("content-type"), ["application/json"]);
    assert.match(values("x-amzn-requestid")[0] ?? "", /^[0-9a-f-]{36}$/);
    const empty = await answered({ returned: {} });
    assert.deepEqual([empty.status, empty.body], [200, ""]);
    assert.equal((await answered({ returned: { statusCode: "204" } })).status, 204);
  });

  it("returns binary data when the client accepts a binary media type", async () => {
    const returned = { body: Buffer.from([0, 255]).toString("base64"), isBase64Encoded: true };
    const bytes = await answered({ returned }, { accept: "image/png, text/html" }, { binaryMediaTypes: ["image/png"] });
    assert.deepEqual(bytes.body, Buffer.from([0, 255]));
    assert.deepEqual((await answered({ returned }, {}, { binaryMediaTypes: ["*/*"] })).body, Buffer.from([0, 255]));
    assert.equal(
      (await answered({ returned }, { accept: "text/html, image/png" }, { binaryMediaTypes: ["image/png"] })).body,
      "AP8=",
    );
    assert.equal((await answered({ returned })).body, "AP8=");
  });

  it("results in a 502 when it fails or returns an invalid response", async () => {
    const bad: readonly unknown[] = [
      null,
      "text",
      [],
      { statusCode: 200, unknown: 1 },
      { statusCode: "ok" },
      { statusCode: 99 },
      { statusCode: 600 },
      { statusCode: 200.5 },
      { body: { a: 1 } },
      { headers: [] },
      { headers: { a: 5 } },
      { headers: { a: null } },
      { headers: { "a b": "x" } },
      { headers: { a: "x\r\nX-Evil: 1" } },
      { multiValueHeaders: { a: "x" } },
      { isBase64Encoded: "true" },
    ];
    for (const returned of bad) {
      const reply = await answered({ returned });
      assert.deepEqual([reply.status, reply.body], BAD_GATEWAY, JSON.stringify(returned));
      assert.match(reply.down ?? "", /^malformed Lambda proxy response: /);
      assert.ok(
        reply.headers.some(([name, value]) => name === "x-amzn-errortype" && value === "InternalServerErrorException"),
      );
    }
    const failed = await answered({ failed: "error", message: "boom" });
    assert.deepEqual([failed.status, failed.body], BAD_GATEWAY);
    assert.equal(failed.down, "the function failed: error, boom");
  });

  it("fails after its own time-out, and times out after the gateway's", async () => {
    const result = { failed: "timeout", message: "too slow" } as const;
    const failed = await answered(result, {}, { functions: lambda("fn", { timeoutSeconds: 3 }) });
    assert.deepEqual([failed.status, failed.body], BAD_GATEWAY);
    const slow = await answered(result, {}, { functions: lambda("fn", { timeoutSeconds: 60 }) });
    assert.deepEqual([slow.status, slow.body], [504, '{"message": "Endpoint request timed out"}']);
  });

  it("has the integration's time-out, and receives bodies of at most 10 MB", async () => {
    const paths = { "/a": { get: toFunction("fn", { timeoutInMillis: 1_000 }) }, "/b": { get: toFunction("fn") } };
    const { timeoutMs, maxBodyBytes, tooLarge } = await invoke(request("GET", "/prod/a"), paths);
    assert.deepEqual([timeoutMs, maxBodyBytes], [1_000, 10 * 1024 * 1024]);
    const { status, body } = tooLarge();
    assert.deepEqual([status, body], [413, '{"message":"Request Too Long"}']);
    assert.equal((await invoke(request("GET", "/prod/b"), paths)).timeoutMs, 29_000);
  });
});
