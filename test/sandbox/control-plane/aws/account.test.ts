import assert from "node:assert/strict";
import {
  loggingRole,
  restCloud,
  restDocument,
  served,
  types,
} from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const needsRole = /CloudWatch Logs role ARN must be set in account settings to enable logging/;

describe("the API Gateway account in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  /** Creates a stage of an API. */
  async function stage(inputs: object = {}) {
    const api = await aws.create(types.api, "orders", { name: "orders", body: restDocument(["GET /"]) });
    const deployment = await aws.create(types.deployment, "first", { restApi: api.id });
    return aws.create(types.stage, "live", {
      restApi: api.id,
      deployment: deployment.id,
      stageName: "live",
      ...inputs,
    });
  }
  const accessLogSettings = {
    destinationArn: "arn:aws:logs:eu-central-1:000000000000:log-group:/aws/orders",
    format: "$context.requestId",
  };

  it("allows access logs in its Region once it has a logging role", async () => {
    await assert.rejects(stage({ accessLogSettings }), needsRole);
    const account = await loggingRole(aws);
    assert.equal(account.id, "api-gateway-account");
    assert.deepEqual(await aws.diff(account, account.inputs), {});
    assert.deepEqual(await aws.read(account), account);
    await stage({ accessLogSettings, xrayTracingEnabled: true });
    assert.deepEqual(served(cloud)[0]?.stage.accessLog, { logGroup: "/aws/orders", format: "$context.requestId" });
    assert.equal(served(cloud)[0]?.stage.traced, true);
    const elsewhere = await cloud.provider("aws", { region: "us-west-2" });
    const read = await elsewhere.import(types.account, "logging", "api-gateway-account");
    assert.equal(read?.outputs.cloudwatchRoleArn, "");
  });

  it("refuses access logs after any of its resources is deleted", async () => {
    const account = await loggingRole(aws);
    const second = await aws.create(types.account, "second", account.inputs);
    await aws.delete(second);
    await assert.rejects(stage({ accessLogSettings }), needsRole);
  });

  it("requires a role that exists, trusts API Gateway and may write logs", async () => {
    const account = (cloudwatchRoleArn: string) => aws.create(types.account, "x", { cloudwatchRoleArn });
    const refused = /The role ARN does not have required permissions configured/;
    await assert.rejects(account("arn:aws:iam::000000000000:role/none"), refused);
    const trust = (service: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
      });
    const lambda = await aws.create(types.role, "a", { name: "a", assumeRolePolicy: trust("lambda.amazonaws.com") });
    await assert.rejects(account(lambda.outputs.arn as string), refused);
    const created = await aws.create(types.role, "b", {
      name: "b",
      assumeRolePolicy: trust("apigateway.amazonaws.com"),
    });
    await assert.rejects(account(created.outputs.arn as string), refused);
    const policyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    await aws.create(types.rolePolicyAttachment, "b", { role: "b", policyArn });
    assert.equal((await account(created.outputs.arn as string)).outputs.cloudwatchRoleArn, created.outputs.arn);
    const { failures } = await aws.check(types.account, "x", { cloudwatchRoleArn: "role" });
    assert.deepEqual(
      failures.map((failure) => failure.split(":")[0]),
      ["cloudwatchRoleArn"],
    );
  });

  it("requires a logging role for execution logs of methods", async () => {
    const { inputs } = await stage();
    const settings = { restApi: inputs.restApi ?? "", stageName: "live", methodPath: "*/*" };
    const write = (level: string) =>
      aws.create(types.methodSettings, level, { ...settings, settings: { loggingLevel: level } });
    await write("OFF");
    await assert.rejects(write("INFO"), needsRole);
    await loggingRole(aws);
    await write("INFO");
  });
});
