import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { UNKNOWN } from "../../../../sandbox/control-plane/property-value.ts";
import {
  loggingRole,
  restCloud,
  restDocument,
  served,
  types,
} from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("REST APIs of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const api = (inputs: Properties = {}, name = "orders") =>
    aws.create(types.api, name, { name: "orders", body: restDocument(["GET /a"]), ...inputs });
  const deployment = (owner: Deployed, inputs: Properties = {}, name = "deployed") =>
    aws.create(types.deployment, name, { restApi: owner.id, ...inputs });
  const stage = (owner: Deployed, from: Deployed, inputs: Properties = {}) =>
    aws.create(types.stage, "live", { restApi: owner.id, deployment: from.id, stageName: "live", ...inputs });
  const paths = () => served(cloud).map(({ document }) => Object.keys(JSON.parse(document).paths));

  it("are served at the stage's output URL while the stage exists", async () => {
    const created = await api();
    const from = await deployment(created);
    assert.deepEqual(cloud.gateways.served, []);
    const live = await stage(created, from, {
      variables: { tier: "gold" },
      xrayTracingEnabled: true,
      tags: { a: "b" },
    });
    assert.deepEqual(cloud.gateways.served, [
      {
        key: `aws/eu-central-1/${created.id}`,
        name: "orders",
        vendor: "aws",
        region: "eu-central-1",
        artefacts: {
          kind: "aws-rest-api",
          deploymentId: from.id,
          document: restDocument(["GET /a"]),
          executionArn: `arn:aws:execute-api:eu-central-1:000000000000:${created.id}`,
          apiKeySource: "HEADER",
          binaryMediaTypes: [],
          functions: {},
          stage: { name: "live", variables: { tier: "gold" }, methodSettings: {}, traced: true },
          usagePlans: [],
        },
      },
    ]);
    const port = cloud.gateways.ports.get(`aws/eu-central-1/${created.id}`);
    assert.equal(live.outputs.invokeUrl, `http://127.0.0.1:${port}/live`);
    assert.equal(live.id, `ags-${created.id}-live`);
    assert.equal(live.outputs.executionArn, `arn:aws:execute-api:eu-central-1:000000000000:${created.id}/live`);
    assert.equal(live.outputs.arn, `arn:aws:apigateway:eu-central-1::/restapis/${created.id}/stages/live`);
  });

  it("have the provider's outputs, including those that it never reads back", async () => {
    const created = await api({
      endpointConfiguration: { types: "REGIONAL" },
      failOnWarnings: true,
      apiKeySource: "HEADER",
    });
    const { createdDate, rootResourceId, ...outputs } = created.outputs;
    assert.match(String(createdDate), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.match(String(rootResourceId), /^[a-z0-9]{10}$/);
    assert.deepEqual(outputs, {
      apiKeySource: "HEADER",
      arn: `arn:aws:apigateway:eu-central-1::/restapis/${created.id}`,
      binaryMediaTypes: [],
      body: restDocument(["GET /a"]),
      description: "",
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { ipAddressType: "ipv4", types: "REGIONAL" },
      executionArn: `arn:aws:execute-api:eu-central-1:000000000000:${created.id}`,
      failOnWarnings: true,
      minimumCompressionSize: "",
      name: "orders",
      policy: "",
      putRestApiMode: "overwrite",
      region: "eu-central-1",
      securityPolicy: "",
      tags: {},
      tagsAll: {},
    });
  });

  it("show no difference and no drift after a create", async () => {
    await loggingRole(aws);
    const created = await api({
      apiKeySource: "HEADER",
      description: "all",
      tags: { team: "a" },
      binaryMediaTypes: ["a/b"],
    });
    const from = await deployment(created, { triggers: { hash: "1" }, description: "first" });
    const live = await stage(created, from, {
      variables: { a: "b" },
      description: "it",
      accessLogSettings: {
        destinationArn: "arn:aws:logs:eu-central-1:000000000000:log-group:x",
        format: "$context.requestId",
      },
    });
    for (const each of [created, from, live]) {
      assert.deepEqual(await aws.diff(each, each.inputs), {});
      assert.deepEqual(await aws.read(each), each);
    }
  });

  it("are named after their resource when the program omits the name", async () => {
    const { inputs } = await aws.check(types.api, "orders", {});
    assert.match(String(inputs.name), /^orders-[0-9a-f]{7}$/);
  });

  it("are refused at Check for unknown, missing and invalid arguments", async () => {
    const { failures } = await aws.check(types.api, "orders", {
      bodies: "",
      apiKeySource: "COOKIE",
      endpointConfiguration: { types: "PRIVATE", ipAddressType: "ipv4" },
    });
    assert.deepEqual(failures, [
      'bodies: unknown property "bodies"',
      'apiKeySource: expected apiKeySource to be one of HEADER, AUTHORIZER, got "COOKIE"',
      'endpointConfiguration.ipAddressType: endpoint_configuration type "PRIVATE" requires ip_address_type "dualstack"',
    ]);
    assert.deepEqual((await aws.check(types.stage, "live", { restApi: "a", deployment: "b" })).failures, [
      'stageName: missing required property "stageName"',
    ]);
  });

  for (const [what, inputs] of Object.entries<Properties>({
    compression: { minimumCompressionSize: "1024" },
    "imports in the mode merge": { putRestApiMode: "merge" },
    "the import parameter basepath=prepend": { parameters: { basepath: "prepend" } },
  })) {
    it(`are refused at preview with ${what}`, async () => {
      const { failures } = await aws.check(types.api, "orders", { name: "orders", ...inputs });
      assert.deepEqual(
        failures.map((failure) => failure.replace(/^\w+: (.*);.*$/, "$1")),
        [`the sandbox does not serve ${what}`],
      );
    });
  }

  describe("a deployment", () => {
    it("is a snapshot that the stage serves until it gets another deployment", async () => {
      const created = await api();
      const first = await deployment(created, { triggers: { hash: "1" } }, "first");
      const live = await stage(created, first);
      const changed = await aws.update(created, { ...created.inputs, body: restDocument(["GET /b"]) });
      assert.deepEqual(paths(), [["/a"]]);
      const second = await deployment(changed, { triggers: { hash: "2" } }, "first");
      assert.notEqual(second.id, first.id);
      assert.deepEqual(paths(), [["/a"]]);
      await aws.update(live, { ...live.inputs, deployment: second.id });
      assert.deepEqual(paths(), [["/b"]]);
      await aws.delete(first);
      assert.deepEqual(paths(), [["/b"]]);
    });

    it("cannot be deleted while a stage uses it", async () => {
      const created = await api();
      const from = await deployment(created);
      const live = await stage(created, from);
      await assert.rejects(
        aws.delete(from),
        /^Error: deleting API Gateway Deployment \([a-z0-9]{6}\): BadRequestException: Active stages pointing to this deployment must be moved or deleted/,
      );
      await aws.delete(live);
      await aws.delete(from);
      assert.equal(await aws.read(from), undefined);
    });

    it("is replaced for a change of its triggers, but not of its description", async () => {
      const created = await api();
      const from = await deployment(created, { triggers: { hash: "1" } });
      assert.deepEqual(await aws.diff(from, { ...from.inputs, triggers: { hash: "2" } }), {
        "triggers.hash": "update-replace",
      });
      assert.deepEqual(await aws.diff(from, { ...from.inputs, triggers: UNKNOWN }), { triggers: "update-replace" });
      const described = await aws.update(from, { ...from.inputs, description: "new" });
      assert.equal(described.outputs.description, "new");
      assert.equal((await aws.read(described))?.outputs.description, "new");
    });

    it("requires an API with a method", async () => {
      await assert.rejects(
        aws.create(types.deployment, "deployed", { restApi: "nosuchapi1" }),
        /NotFoundException: Invalid API identifier specified 000000000000:nosuchapi1/,
      );
      const empty = await aws.create(types.api, "empty", { name: "empty" });
      await assert.rejects(deployment(empty), /BadRequestException: The REST API doesn't contain any methods/);
    });
  });

  describe("a stage", () => {
    it("requires a deployment of its API", async () => {
      const created = await api();
      const other = await api({}, "other");
      const from = await deployment(other);
      await assert.rejects(stage(created, from), /NotFoundException: Invalid Deployment identifier specified/);
    });

    it("refuses a name, a variable and an access log that API Gateway refuses", async () => {
      const created = await api();
      const from = await deployment(created);
      await assert.rejects(stage(created, from, { stageName: "a.b" }), /Stage name only allows a-zA-Z0-9_-/);
      await assert.rejects(stage(created, from, { variables: { "a-b": "c" } }), /Stage variable a-b/);
      const destinationArn = "arn:aws:logs:eu-central-1:000000000000:log-group:x";
      const log = (settings: object) =>
        stage(created, from, { accessLogSettings: { destinationArn, format: "$context.requestId", ...settings } });
      await assert.rejects(log({}), /CloudWatch Logs role ARN must be set in account settings to enable logging/);
      await loggingRole(aws);
      await assert.rejects(log({ format: "{}" }), /must include either \$context\.requestId/);
      const stream = "arn:aws:firehose:eu-central-1:000000000000:deliverystream/amazon-apigateway-x";
      await assert.rejects(log({ destinationArn: stream }), /writes access logs to log groups of CloudWatch Logs/);
    });

    it("has no cache, or one of a size that API Gateway offers", async () => {
      const created = await api();
      const from = await deployment(created);
      const { failures } = await aws.check(types.stage, "x", {
        restApi: created.id,
        deployment: from.id,
        stageName: "live",
        cacheClusterSize: "1",
      });
      assert.deepEqual(failures, [
        'cacheClusterSize: expected cacheClusterSize to be one of 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237, got "1"',
      ]);
      const { outputs } = await stage(created, from, { cacheClusterEnabled: true, cacheClusterSize: "1.6" });
      assert.deepEqual([outputs.cacheClusterEnabled, outputs.cacheClusterSize], [true, "1.6"]);
    });

    it("must be the only stage of its API in the sandbox", async () => {
      const created = await api();
      const from = await deployment(created);
      await stage(created, from);
      const inputs = { restApi: created.id, deployment: from.id };
      await assert.rejects(
        aws.create(types.stage, "again", { ...inputs, stageName: "live" }),
        /ConflictException: Stage already exists/,
      );
      await assert.rejects(
        aws.create(types.stage, "second", { ...inputs, stageName: "second" }),
        /the sandbox serves one stage per API, and API [a-z0-9]{10} has the stage live already/,
      );
    });

    it("is replaced with its name or API, and clears the settings that the program omits", async () => {
      const created = await api();
      const live = await stage(created, await deployment(created), { description: "it", variables: { a: "b" } });
      assert.deepEqual(await aws.diff(live, { ...live.inputs, stageName: "v2" }), { stageName: "update-replace" });
      const { description: _description, variables: _variables, ...rest } = live.inputs;
      const bare = await aws.update(live, rest);
      assert.equal(bare.outputs.description, "");
      assert.deepEqual(served(cloud)[0]?.stage.variables, {});
    });
  });

  it("are imported by id, and so are their deployments and stages", async () => {
    const created = await api();
    const from = await deployment(created);
    const live = await stage(created, from);
    assert.equal((await aws.import(types.api, "orders", created.id))?.outputs.name, "orders");
    assert.equal(
      (await aws.import(types.api, "orders", created.id))?.inputs.body,
      undefined,
      "a body is never read back",
    );
    assert.equal((await aws.import(types.deployment, "deployed", `${created.id}/${from.id}`))?.id, from.id);
    assert.equal((await aws.import(types.stage, "live", `${created.id}/live`))?.id, live.id);
    await assert.rejects(aws.import(types.stage, "live", "live"), /expected REST-API-ID\/STAGE-NAME/);
    assert.equal(await aws.import(types.api, "orders", "nosuchapi1"), undefined);
  });

  it("show changes by others at a refresh", async () => {
    const created = await api({ description: "mine" });
    const from = await deployment(created);
    const live = await stage(created, from, { description: "mine" });
    await aws.update(created, { ...created.inputs, description: "theirs" });
    await aws.update(live, { ...live.inputs, description: "theirs" });
    assert.equal((await aws.read(created))?.inputs.description, "theirs");
    assert.equal((await aws.read(live))?.inputs.description, "theirs");
    await aws.delete(live);
    assert.equal(await aws.read(live), undefined);
  });

  it("are deleted with their stage and deployments", async () => {
    const created = await api();
    const from = await deployment(created);
    const live = await stage(created, from);
    await aws.delete(created);
    assert.deepEqual(cloud.gateways.served, []);
    for (const each of [created, from, live]) assert.equal(await aws.read(each), undefined);
    // The engine then deletes these resources too.
    await aws.delete(live);
    await aws.delete(from);
    assert.deepEqual(cloud.store.list("aws/"), []);
  });

  it("leave computed outputs unknown at preview", async () => {
    const foreseen = await aws.previewCreate(types.api, "orders", { name: "orders", body: UNKNOWN });
    assert.equal(foreseen.name, "orders");
    for (const name of ["executionArn", "rootResourceId", "createdDate"]) assert.equal(foreseen[name], UNKNOWN);
    assert.deepEqual(cloud.store.list(""), []);
  });
});
