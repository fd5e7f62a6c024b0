import assert from "node:assert/strict";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { type Interpreter, UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import { ProcessCounters } from "../../../../../sandbox/data-plane/verifying/counters.ts";

const FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:check";
const URI = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;

/** An API with one method, `GET /`, whose mock responds with 200. */
function api(
  operation: object,
  integration: object,
  response: object,
  binaryMediaTypes: readonly string[],
): Interpreter {
  const scheme = { type: "apiKey", in: "header" };
  const document = {
    openapi: "3.0.1",
    info: { title: "t", version: "1" },
    paths: {
      "/": {
        get: {
          ...operation,
          responses: { 200: { description: "" } },
          "x-amazon-apigateway-integration": {
            type: "mock",
            requestTemplates: { "application/json": '{"statusCode": 200}' },
            responses: { default: { statusCode: "200", ...response } },
            ...integration,
          },
        },
      },
    },
    components: {
      securitySchemes: {
        key: { ...scheme, name: "x-api-key" },
        other: { ...scheme, name: "X-API-Key" },
        token: {
          ...scheme,
          name: "Authorization",
          "x-amazon-apigateway-authtype": "custom",
          "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: URI, authorizerResultTtlInSeconds: 0 },
        },
      },
    },
  };
  return interpretAwsRestApi(
    {
      kind: "aws-rest-api",
      deploymentId: "d1e2f3",
      document: JSON.stringify(document),
      executionArn: "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5",
      apiKeySource: "HEADER",
      binaryMediaTypes,
      functions: {
        [FUNCTION]: {
          arn: FUNCTION,
          runtime: "nodejs22.x",
          handler: "index.handler",
          timeoutSeconds: 3,
          memoryMegabytes: 128,
          environment: {},
          files: {},
          permissions: [{ principal: "apigateway.amazonaws.com" }],
        },
      },
      stage: { name: "live", variables: {}, methodSettings: {} },
      usagePlans: [
        { id: "p", methodThrottles: {}, keys: [{ id: "k", value: "the-key-of-a-consumer", enabled: true }] },
      ],
    },
    {
      now: () => 0,
      keys: { of: () => assert.fail("no issuers here") },
      counters: new ProcessCounters(),
      functions: {
        invoke: async (_, event) => {
          const { methodArn: Resource } = event as { readonly methodArn: string };
          const Statement = [{ Action: "execute-api:Invoke", Effect: "Allow", Resource }];
          return { returned: { principalId: "p", policyDocument: { Version: "2012-10-17", Statement } } };
        },
      },
    },
  );
}

async function statusOf(interpreter: Interpreter, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const outcome = await interpreter.decide({
    method: "GET",
    path: "/live/",
    query: "",
    headers: Object.entries(headers),
    header: (name) => headers[name],
    remoteAddress: "192.0.2.1",
  });
  if (!("reply" in outcome)) assert.fail(outcome.decision);
  return outcome.reply.status;
}

describe("a mock of an AWS REST API", () => {
  it("fails when all bodies are binary and it does not convert them to text, as on the service", async () => {
    const text = { contentHandling: "CONVERT_TO_TEXT" };
    assert.equal(await statusOf(api({}, {}, {}, [])), 200);
    assert.equal(await statusOf(api({}, {}, {}, ["image/png"])), 200);
    assert.equal(await statusOf(api({}, {}, text, ["*/*"])), 500);
    assert.equal(await statusOf(api({}, text, text, ["*/*"])), 200);
    for (const [integration, response] of [
      [{ contentHandling: "CONVERT_TO_BINARY" }, {}],
      [{}, { contentHandling: "BYTES" }],
    ] as const) {
      assert.throws(() => api({}, integration, response, []), UnsupportedArtefact);
    }
  });
});

describe("a method of an AWS REST API", () => {
  it("requires a token and a key when its security lists both in separate requirements", async () => {
    const both = [{ token: [] }, { key: [] }];
    const [token, key] = [{ Authorization: "t" }, { "x-api-key": "the-key-of-a-consumer" }];
    for (const security of [both, both.toReversed()]) {
      const interpreter = api({ security }, {}, {}, []);
      assert.equal(await statusOf(interpreter, { ...token, ...key }), 200);
      assert.equal(await statusOf(interpreter, token), 403);
      assert.equal(await statusOf(interpreter, key), 401);
    }
  });

  it("is refused with alternative requirements", () => {
    for (const security of [
      [{ token: [] }, { token: [] }],
      [{ key: [] }, { other: [] }],
      [{ token: [] }, {}],
      [{}],
      [{ token: [], key: [] }, { key: [] }],
      [{ token: [] }, { key: [] }, { key: [] }],
    ]) {
      assert.throws(() => api({ security }, {}, {}, []), UnsupportedArtefact, JSON.stringify(security));
    }
  });
});
