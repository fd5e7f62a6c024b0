import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { AwsFunction } from "../../../../sandbox/data-plane/aws/artefacts/function.ts";
import type { AwsHttpApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import { assetArchive, code, stringAsset } from "../../../support/sandbox/control-plane/asset.ts";
import { functionArn, handler, settings, trust } from "../../../support/sandbox/control-plane/aws/function-settings.ts";
import {
  integration,
  restCloud,
  restDocument,
  served,
  types,
} from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("functions of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "polygate-code-"));
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    await aws.create(types.role, "run", { name: "run", assumeRolePolicy: trust });
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await cloud.close();
  });

  const lambda = (inputs: Properties = {}) => aws.create(types.function, "hello", settings(inputs));
  const permission = (inputs: Properties = {}, name = "allow") =>
    aws.create(types.permission, name, {
      statementId: name,
      action: "lambda:InvokeFunction",
      function: "hello",
      principal: "apigateway.amazonaws.com",
      ...inputs,
    });
  const api = async (arnToInvoke = functionArn("hello"), variables: Properties = {}): Promise<Deployed> => {
    const uri = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${arnToInvoke}/invocations`;
    const body = restDocument(["GET /a"], {}, { [integration]: { type: "aws_proxy", httpMethod: "POST", uri } });
    const created = await aws.create(types.api, "orders", { name: "orders", body });
    const from = await aws.create(types.deployment, "deployed", { restApi: created.id });
    await aws.create(types.stage, "live", { restApi: created.id, deployment: from.id, stageName: "live", variables });
    return created;
  };
  const invoked = (): Readonly<Record<string, AwsFunction>> => served(cloud)[0]?.functions ?? {};
  const texts = (named: string) =>
    Object.fromEntries(
      Object.entries(invoked()[named]?.files ?? {}).map(([path, content]) => [
        path,
        Buffer.from(content, "base64").toString(),
      ]),
    );

  it("returns the provider's outputs of a function", async () => {
    const created = await lambda({ timeout: 10, loggingConfig: { logFormat: "JSON", logGroup: "logs" } });
    const { lastModified, codeSha256, sourceCodeHash, ...outputs } = created.outputs;
    assert.match(String(lastModified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    assert.match(String(codeSha256), /^[A-Za-z0-9+/]{43}=$/);
    assert.equal(sourceCodeHash, codeSha256);
    const invocation = `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${functionArn("hello")}`;
    assert.deepEqual(outputs, {
      architectures: ["x86_64"],
      arn: functionArn("hello"),
      code: created.inputs.code,
      description: "",
      ephemeralStorage: {},
      handler: "index.handler",
      invokeArn: `${invocation}/invocations`,
      loggingConfig: { logFormat: "JSON", logGroup: "logs", applicationLogLevel: "", systemLogLevel: "" },
      memorySize: 128,
      name: "hello",
      packageType: "Zip",
      publish: false,
      qualifiedArn: `${functionArn("hello")}:$LATEST`,
      qualifiedInvokeArn: `${invocation}:$LATEST/invocations`,
      region: "eu-central-1",
      responseStreamingInvokeArn: `${invocation.replace("2015-03-31", "2021-11-15")}/response-streaming-invocations`,
      role: "arn:aws:iam::000000000000:role/run",
      runtime: "nodejs22.x",
      signingJobArn: "",
      signingProfileVersionArn: "",
      sourceCodeSize: handler.length,
      tags: {},
      tagsAll: {},
      timeout: 10,
      tracingConfig: {},
      version: "$LATEST",
    });
    assert.deepEqual(await aws.diff(created, created.inputs), {});
    assert.deepEqual(await aws.read(created), created);
  });

  it("passes a REST API the functions in its document, with code and permissions", async () => {
    await lambda({ timeout: 7, memorySize: 256, environment: { variables: { TABLE: "orders" } } });
    const created = await api();
    const sourceArn = `arn:aws:execute-api:eu-central-1:000000000000:${created.id}/live/*`;
    await permission({ sourceArn });
    assert.deepEqual(invoked(), {
      [functionArn("hello")]: {
        arn: functionArn("hello"),
        runtime: "nodejs22.x",
        handler: "index.handler",
        timeoutSeconds: 7,
        memoryMegabytes: 256,
        environment: { TABLE: "orders" },
        files: { "index.mjs": Buffer.from(handler).toString("base64") },
        permissions: [{ principal: "apigateway.amazonaws.com", sourceArn }],
      },
    });
  });

  it("tells whether a function or a published version is in a VPC", async () => {
    const vpcConfig = { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: [] };
    const created = await lambda({ vpcConfig, publish: true });
    await api(`${functionArn("hello")}:1`);
    assert.equal(invoked()[`${functionArn("hello")}:1`]?.inVpc, true);
    await aws.update(created, settings({ publish: true }));
    assert.equal(invoked()[`${functionArn("hello")}:1`]?.inVpc, true);
  });

  it("passes an HTTP API the functions in its document", async () => {
    await lambda();
    const members = {
      [integration]: { type: "aws_proxy", httpMethod: "POST", uri: functionArn("hello"), payloadFormatVersion: "2.0" },
    };
    const document = JSON.parse(openApi(["GET /a"]));
    Object.assign(document.paths["/a"].get, members);
    const created = await aws.create("aws:apigatewayv2/api:Api", "http", {
      name: "http",
      protocolType: "HTTP",
      body: JSON.stringify(document),
    });
    await aws.create("aws:apigatewayv2/stage:Stage", "live", { apiId: created.id, name: "$default", autoDeploy: true });
    const artefacts = cloud.gateways.served[0]?.artefacts as AwsHttpApiArtefacts;
    assert.deepEqual(Object.keys(artefacts.functions ?? {}), [functionArn("hello")]);
    assert.equal(artefacts.executionArn, `arn:aws:execute-api:eu-central-1:000000000000:${created.id}`);
  });

  it("finds a function in a stage variable and serves an API whose function does not exist", async () => {
    await api(`${functionArn("hello").slice(0, -5)}${"$"}{stageVariables.function}`, { function: "hello" });
    assert.deepEqual(invoked(), {});
    await lambda();
    assert.deepEqual(Object.keys(invoked()), [functionArn("hello")]);
  });

  it("changes code and settings in place, also for existing deployments", async () => {
    const created = await lambda();
    await api();
    const changed = { ...created.inputs, code: code({ "index.mjs": "// new" }), timeout: 9 };
    assert.deepEqual(await aws.diff(created, changed), {
      'code.assets["index.mjs"].hash': "update",
      'code.assets["index.mjs"].text': "update",
      "code.hash": "update",
      timeout: "add",
    });
    const after = await aws.update(created, changed);
    assert.deepEqual(texts(functionArn("hello")), { "index.mjs": "// new" });
    assert.equal(invoked()[functionArn("hello")]?.timeoutSeconds, 9);
    assert.notEqual(after.outputs.codeSha256, created.outputs.codeSha256);
    assert.deepEqual(await aws.diff(created, { ...created.inputs, name: "other", packageType: "Image" }), {
      name: "update-replace",
      packageType: "add-replace",
    });
  });

  it("compares code by the engine's hash", async () => {
    const created = await lambda();
    const { text: _text, ...hashOnly } = stringAsset(handler) as Record<string, string>;
    const remembered = {
      ...(assetArchive({ "index.mjs": hashOnly }) as object),
      hash: (created.inputs.code as { hash: string }).hash,
    };
    const left: Deployed = {
      ...created,
      inputs: { ...created.inputs, code: remembered },
      outputs: { ...created.outputs, code: remembered },
    };
    assert.deepEqual(await aws.diff(left, created.inputs), {});
  });

  it("never changes a published version", async () => {
    const created = await lambda({ publish: true });
    assert.equal(created.outputs.version, "1");
    assert.equal(created.outputs.qualifiedArn, `${functionArn("hello")}:1`);
    await api(`${functionArn("hello")}:1`);
    await permission();
    const same = await aws.update(created, { ...created.inputs, tags: { a: "b" } });
    assert.equal(same.outputs.version, "1", "nothing to publish");
    const after = await aws.update(same, { ...same.inputs, code: code({ "index.mjs": "// new" }) });
    assert.equal(after.outputs.version, "2");
    assert.deepEqual(texts(`${functionArn("hello")}:1`), { "index.mjs": handler });
    assert.deepEqual(invoked()[`${functionArn("hello")}:1`]?.permissions, [], "a version has its own policy");
    await permission({ qualifier: "1" }, "version");
    assert.deepEqual(invoked()[`${functionArn("hello")}:1`]?.permissions, [{ principal: "apigateway.amazonaws.com" }]);
  });

  it("refuses at Check what the provider refuses at Check", async () => {
    const { failures } = await aws.check(
      types.function,
      "hello",
      settings({
        name: "no spaces",
        role: "run",
        runtime: "nodejs8.10",
        timeout: 901,
        memorySize: 64,
        architectures: ["mips"],
        loggingConfig: { logFormat: "XML" },
      }),
    );
    assert.deepEqual(
      failures.map((failure) => failure.split(":")[0]),
      ["name", "role", "runtime", "timeout", "memorySize", "loggingConfig.logFormat", "architectures"],
    );
    const long = await aws.check(types.function, "hello", settings({ name: "a".repeat(65) }));
    assert.deepEqual(long.failures, ["name: expected length of name to be in the range (1 - 64), got 65"]);
  });

  for (const [what, inputs, reason] of [
    ["no handler", { handler: "" }, /expected length of handler/],
    ["a role that does not exist", { role: "arn:aws:iam::000000000000:role/none" }, /cannot be assumed by Lambda/],
    ["a role at another path", { role: "arn:aws:iam::000000000000:role/other/run" }, /cannot be assumed by Lambda/],
    ["a variable that Lambda reserves", { environment: { variables: { AWS_REGION: "x" } } }, /reserved keys/],
    ["variables over 4 KB", { environment: { variables: { LONG: "x".repeat(4096) } } }, /exceeded the 4KB limit/],
    ["layers", { layers: ["arn:aws:lambda:eu-central-1:000000000000:layer:x:1"] }, /does not model layers/],
    ["code in a bucket", { s3Bucket: "code", s3Key: "a.zip" }, /does not model s3Bucket/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(lambda(inputs as Properties), reason);
      assert.deepEqual(cloud.store.list("aws/lambda/"), []);
    });
  }

  it("refuses a role that does not trust Lambda, and a name that exists", async () => {
    const assumeRolePolicy = trust.replace("lambda.", "ec2.");
    await aws.create(types.role, "other", { name: "other", assumeRolePolicy });
    await assert.rejects(lambda({ role: "arn:aws:iam::000000000000:role/other" }), /cannot be assumed by Lambda/);
    await lambda();
    await assert.rejects(lambda(), /ResourceConflictException: Function already exist: hello/);
  });

  it("deletes a function that an API invokes, with its policy, and a role that a function uses", async () => {
    const created = await lambda();
    await permission();
    await api();
    const role = await aws.import(types.role, "run", "run");
    assert.ok(role !== undefined);
    await aws.delete(role);
    await aws.delete(created);
    assert.deepEqual(invoked(), {});
    assert.deepEqual(cloud.store.list("aws/lambda/"), []);
    assert.equal(await aws.read(created), undefined);
  });

  it("imports a function by its name, without its code", async () => {
    await lambda();
    const imported = await aws.import(types.function, "hello", "hello");
    assert.equal(imported?.inputs.handler, "index.handler");
    assert.equal(imported?.inputs.code, undefined);
  });

  describe("a permission", () => {
    it("is one statement of the function's policy and is replaced by each change", async () => {
      await lambda();
      const created = await permission({ sourceArn: "arn:aws:execute-api:eu-central-1:000000000000:a/live/*" });
      assert.equal(created.id, "allow");
      assert.deepEqual(await aws.diff(created, created.inputs), {});
      assert.deepEqual(await aws.read(created), created);
      assert.deepEqual(await aws.diff(created, { ...created.inputs, principal: "*" }), { principal: "update-replace" });
      assert.equal(
        (await aws.import(types.permission, "allow", "hello/allow"))?.outputs.principal,
        created.outputs.principal,
      );
      await aws.delete(created);
      assert.equal(await aws.read(created), undefined);
    });

    it("accepts a function's name or ARN and requires a function that exists", async () => {
      await assert.rejects(
        permission(),
        /ResourceNotFoundException: Function not found: arn:aws:lambda:eu-central-1:000000000000:function:hello/,
      );
      await lambda();
      const created = await permission({ function: functionArn("hello") });
      assert.equal(created.outputs.function, functionArn("hello"));
      await assert.rejects(
        permission(),
        /ResourceConflictException: The statement id \(allow\) provided already exists/,
      );
      await assert.rejects(permission({ qualifier: "3" }, "v3"), /Function not found: .*:hello:3/);
    });

    it("generates a statement id when the program omits it", async () => {
      await lambda();
      const { statementId: _none, ...inputs } = (await permission()).inputs;
      const created = await aws.create(types.permission, "other", inputs);
      assert.match(created.id, /^terraform-[0-9a-f]{26}$/);
      // As after an engine that was killed before the first creation returned.
      const again = await aws.create(types.permission, "other", inputs);
      assert.match(again.id, /^terraform-[0-9a-f]{26}$/);
      assert.notEqual(again.id, created.id);
    });

    it("allows no gateway by another action, another account or a condition", async () => {
      await lambda();
      await api();
      await permission({ action: "lambda:GetFunction" }, "get");
      await permission({ sourceAccount: "123456789012" }, "account");
      await permission({ principalOrgId: "o-1" }, "organisation");
      assert.deepEqual(invoked()[functionArn("hello")]?.permissions, []);
      await permission({ action: "lambda:*", sourceAccount: "000000000000" }, "all");
      assert.deepEqual(invoked()[functionArn("hello")]?.permissions, [{ principal: "apigateway.amazonaws.com" }]);
    });
  });
});
