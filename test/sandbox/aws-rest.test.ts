import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Properties } from "../../sandbox/control-plane/property-value.ts";
import { findSandbox, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { code } from "../support/sandbox/control-plane/asset.ts";
import { types } from "../support/sandbox/control-plane/aws/rest-cloud.ts";
import { EngineStandIn } from "../support/sandbox/control-plane/engine-stand-in.ts";

const integration = "x-amazon-apigateway-integration";
const value = "0123456789abcdefghij";

/** A document in which `GET /health` is a mock and `GET /hello` requires a key and calls a function. */
function document(functionArn: string): string {
  const invocation = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "orders", version: "1" },
    components: { securitySchemes: { key: { type: "apiKey", name: "x-api-key", in: "header" } } },
    paths: {
      "/health": {
        get: {
          responses: { "200": { description: "" } },
          [integration]: {
            type: "mock",
            requestTemplates: { "application/json": '{"statusCode": 200}' },
            responses: { default: { statusCode: "200" } },
          },
        },
      },
      "/hello": {
        get: {
          security: [{ key: [] }],
          responses: {},
          [integration]: { type: "aws_proxy", httpMethod: "POST", uri: invocation },
        },
      },
    },
  });
}

describe("a REST API in the sandbox", function () {
  // Functions run in their own process, which takes time to start.
  this.timeout(60_000);
  let dir: string;
  const running: Sandbox[] = [];
  const engines: EngineStandIn[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "polygate-rest-"));
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) engine.close();
    for (const sandbox of running.splice(0)) await sandbox.close();
    rmSync(dir, { recursive: true });
  });

  const start = async () => {
    const sandbox = await startSandbox({ dir, env: {} });
    running.push(sandbox);
    return sandbox;
  };
  const engine = async (sandbox: Sandbox) => {
    const [, port] = /aws:(\d+)/.exec(sandbox.environment.PULUMI_DEBUG_PROVIDERS ?? "") ?? [];
    const aws = new EngineStandIn(Number(port));
    engines.push(aws);
    await aws.configure({ region: "eu-central-1" });
    return aws;
  };
  const deploy = async (sandbox: Sandbox): Promise<string> => {
    const aws = await engine(sandbox);
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
    const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const role = await aws.create(types.role, "run", { assumeRolePolicy });
    const hello = await aws.create(types.function, "hello", {
      role: role.outputs.arn ?? null,
      runtime: "nodejs22.x",
      handler: "index.handler",
      code: code({ "index.mjs": 'export const handler = async () => ({ statusCode: 200, body: "hello" });' }),
    });
    const api = await aws.create(types.api, "orders", { name: "orders", body: document(String(hello.outputs.arn)) });
    await aws.create(types.permission, "invoke", {
      action: "lambda:InvokeFunction",
      function: hello.id,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api.outputs.executionArn}/live/*`,
    });
    const deployment = await aws.create(types.deployment, "deployed", { restApi: api.id });
    const inputs: Properties = { restApi: api.id, deployment: deployment.id, stageName: "live" };
    const stage = await aws.create(types.stage, "live", inputs);
    const plan = await aws.create(types.usagePlan, "gold", {
      apiStages: [{ apiId: api.id, stage: "live", throttles: [{ path: "/hello/GET", burstLimit: 9, rateLimit: 9 }] }],
      throttleSettings: { burstLimit: 9, rateLimit: 9 },
      quotaSettings: { limit: 2, period: "MONTH" },
    });
    const key = await aws.create(types.apiKey, "acme", { value });
    await aws.create(types.usagePlanKey, "gold-acme", { keyId: key.id, keyType: "API_KEY", usagePlanId: plan.id });
    return String(stage.outputs.invokeUrl);
  };
  const fetchText = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return [response.status, await response.text()] as const;
  };

  it("serves its stage's URL, and its function to requests with a key, within the quota", async () => {
    const url = await deploy(await start());
    assert.deepEqual(await fetchText(`${url}/health`), [200, ""]);
    assert.deepEqual(await fetchText(`${url}/hello`), [403, '{"message":"Forbidden"}']);
    assert.deepEqual(await fetchText(`${url}/hello`, { "x-api-key": value }), [200, "hello"]);
    assert.deepEqual(await fetchText(`${url}/hello`, { "x-api-key": value }), [200, "hello"]);
    assert.deepEqual(await fetchText(`${url}/hello`, { "x-api-key": value }), [429, '{"message":"Limit Exceeded"}']);
    assert.deepEqual(await fetchText(`${url}/orders`), [403, '{"message":"Missing Authentication Token"}']);
  });

  it("serves the same URL after a restart, with its functions and keys", async () => {
    const url = await deploy(await start());
    await running.pop()?.close();
    const again = await start();
    assert.deepEqual(await fetchText(`${url}/health`), [200, ""]);
    assert.deepEqual(await fetchText(`${url}/hello`, { "x-api-key": value }), [200, "hello"]);
    assert.deepEqual(
      again.endpoints().map(({ name, kind, routes }) => [name, kind, routes]),
      [["orders", "aws-rest-api", ["GET /health", "GET /hello"]]],
    );
  });

  it("rejects a given number of an engine's requests on demand, also by another process", async () => {
    const sandbox = await start();
    const aws = await engine(sandbox);
    const create = () => aws.create(types.api, "orders", { name: "orders" });
    const other = await findSandbox(dir);
    await other.throttleAws({ requests: 1 });
    await assert.rejects(create(), /TooManyRequestsException: Too Many Requests/);
    const api = await create();
    sandbox.throttleAws({ requests: 1 });
    await assert.rejects(aws.delete(api), /TooManyRequestsException/);
    await aws.delete(api);
    await assert.rejects(other.throttleAws({ requests: -1 }), /requests must be a whole number/);
    await assert.rejects(other.throttleAws({ requests: "1" as unknown as number }), /requests must be a number/);
  });
});
