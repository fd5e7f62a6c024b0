import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { UNKNOWN } from "../../../../sandbox/control-plane/property-value.ts";
import type { AwsHttpApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import {
  type Deployed,
  type EngineStandIn,
  InitError,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const apiType = "aws:apigatewayv2/api:Api";
const stageType = "aws:apigatewayv2/stage:Stage";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";

describe("the aws provider of the sandbox", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await testCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const api = (inputs: Properties = {}, name = "orders") =>
    aws.create(apiType, name, {
      name: "orders",
      protocolType: "HTTP",
      version: "1",
      body: openApi(["GET /a"]),
      ...inputs,
    });
  const stage = (owner: Deployed, inputs: Properties = {}) =>
    aws.create(stageType, "live", { apiId: owner.id, name: "$default", autoDeploy: true, ...inputs });
  const artefacts = () => cloud.gateways.served.map((gateway) => gateway.artefacts as AwsHttpApiArtefacts);

  it("serves an API at its output URL while its stage exists", async () => {
    const created = await api();
    assert.deepEqual(cloud.gateways.served, []);
    const live = await stage(created);
    assert.equal(created.outputs.apiEndpoint, "http://127.0.0.1:40000");
    assert.equal(live.outputs.invokeUrl, "http://127.0.0.1:40000/");
    assert.deepEqual(cloud.gateways.served, [
      {
        key: `aws/eu-central-1/${created.id}`,
        name: "orders",
        vendor: "aws",
        region: "eu-central-1",
        artefacts: {
          kind: "aws-http-api",
          document: openApi(["GET /a"]),
          executionArn: `arn:aws:execute-api:eu-central-1:000000000000:${created.id}`,
          functions: {},
          stage: { name: "$default", variables: {}, routeSettings: {} },
        },
      },
    ]);
    await aws.delete(live);
    assert.deepEqual(cloud.gateways.served, []);
  });

  it("appends the name of another stage to the URL, as the provider does", async () => {
    const live = await stage(await api(), { name: "prod" });
    assert.equal(live.outputs.invokeUrl, "http://127.0.0.1:40000/prod");
  });

  it("returns ids and ARNs in the vendor's form and with the provider's Region", async () => {
    const created = await api();
    const live = await stage(created);
    assert.match(created.id, /^[a-z0-9]{10}$/);
    assert.equal(created.outputs.arn, `arn:aws:apigateway:eu-central-1::/apis/${created.id}`);
    assert.equal(created.outputs.executionArn, `arn:aws:execute-api:eu-central-1:000000000000:${created.id}`);
    assert.equal(live.outputs.executionArn, `arn:aws:execute-api:eu-central-1:000000000000:${created.id}/$default`);
  });

  it("separates the Regions of two provider instances", async () => {
    const virginia = await cloud.provider("aws", { region: "us-east-1" });
    const german = await api();
    const american = await virginia.create(apiType, "orders", german.inputs);
    assert.notEqual(american.id, german.id);
    assert.equal(american.outputs.region, "us-east-1");
    assert.deepEqual(await virginia.invoke("aws:index/getRegion:getRegion").then(({ region }) => region), "us-east-1");
    const unknown = { ...german, outputs: { ...german.outputs, region: "us-east-1" } };
    assert.equal(await virginia.read(unknown), undefined, "the American provider finds no German API");
    await assert.rejects(
      virginia.create(stageType, "live", { apiId: german.id, name: "$default" }),
      /NotFoundException: Invalid API identifier specified/,
    );
  });

  it("prefers the Region of a resource to the provider's", async () => {
    const created = await api({ region: "eu-west-1" });
    assert.equal(created.outputs.arn, `arn:aws:apigateway:eu-west-1::/apis/${created.id}`);
    assert.deepEqual(await aws.read(created), created);
  });

  it("shows no difference after a create or a refresh", async () => {
    const created = await api({ tags: { team: "orders" }, corsConfiguration: { allowOrigins: ["https://a.example"] } });
    const live = await stage(created, {
      defaultRouteSettings: { throttlingBurstLimit: 1, throttlingRateLimit: 2 },
      routeSettings: [{ routeKey: "GET /a", throttlingBurstLimit: 3, throttlingRateLimit: 4 }],
    });
    for (const deployed of [created, live]) {
      assert.deepEqual(await aws.diff(deployed, deployed.inputs), {});
      assert.deepEqual(await aws.read(deployed), deployed);
    }
  });

  describe("importing a document", () => {
    it("ignores the formatting of documents", async () => {
      const created = await api();
      const pretty = JSON.stringify(JSON.parse(openApi(["GET /a"])), null, 2);
      const yaml =
        'openapi: "3.0.1"\npaths: {/a: {get: {operationId: GET /a, responses: {}}}}\ninfo: {version: "1", title: orders}\n';
      assert.deepEqual(await aws.diff(created, { ...created.inputs, body: pretty }), {});
      assert.deepEqual(await aws.diff(created, { ...created.inputs, body: yaml }), {});
      assert.deepEqual(await aws.diff(created, { ...created.inputs, body: openApi(["GET /b"]) }), { body: "update" });
    });

    it("prefers the document's name, description and version to the arguments", async () => {
      const created = await api({ description: "by argument" });
      assert.equal(created.outputs.description, "by argument", "the document has no description");
      const named = await api(
        {
          name: "argument",
          version: "9",
          body: openApi(["GET /a"], { info: { title: "document", version: "2", description: "by document" } }),
        },
        "named",
      );
      assert.equal(named.outputs.name, "document");
      assert.equal(named.outputs.version, "2");
      assert.equal(named.outputs.description, "by document");
      assert.deepEqual(await aws.diff(named, named.inputs), {
        name: "update",
        version: "update",
        description: "delete",
      });
    });

    it("deletes CORS that only the document declares", async () => {
      const created = await api({ body: openApi(["GET /a"], { "x-amazon-apigateway-cors": { allowOrigins: ["*"] } }) });
      assert.equal(created.outputs.corsConfiguration, undefined);
      await stage(created);
      assert.equal(artefacts()[0]?.cors, undefined);
    });

    it("restores the CORS argument after each import", async () => {
      const cors = { allowOrigins: ["https://a.example"], allowMethods: ["GET"], maxAge: 60 };
      const created = await api({ corsConfiguration: cors });
      await stage(created);
      const changed = await aws.update(created, { ...created.inputs, body: openApi(["GET /b"]) });
      const restored = { allowCredentials: false, allowHeaders: [], exposeHeaders: [], ...cors };
      assert.deepEqual(changed.outputs.corsConfiguration, restored);
      assert.deepEqual(artefacts()[0]?.cors, restored);
      assert.deepEqual(artefacts()[0]?.document, openApi(["GET /b"]));
    });

    it("disables the default endpoint as the document says, whatever the argument is", async () => {
      const created = await api({ disableExecuteApiEndpoint: true });
      await stage(created);
      assert.equal(artefacts()[0]?.defaultEndpointDisabled, undefined, "the document does not set it");
      const servers = [{ "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } }];
      await aws.update(created, { ...created.inputs, body: openApi(["GET /a"], { servers }) });
      assert.equal(artefacts()[0]?.defaultEndpointDisabled, true);
    });

    it("disables the default endpoint at the next change of a stage without autoDeploy", async () => {
      const servers = [{ "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } }];
      const created = await api();
      const live = await stage(created, { autoDeploy: false });
      await aws.update(created, {
        ...created.inputs,
        disableExecuteApiEndpoint: true,
        body: openApi(["GET /a"], { servers }),
      });
      assert.equal(artefacts()[0]?.defaultEndpointDisabled, undefined);
      await aws.update(live, { ...live.inputs, description: "changed" });
      assert.equal(artefacts()[0]?.defaultEndpointDisabled, true);
    });

    it("stores a refused document in the state and does not import it again at the next update", async () => {
      const refused = openApi(["GET /a"], { "x-refused": true });
      const failed = await api({ body: refused }).catch((error: unknown) => error);
      assert.ok(failed instanceof InitError);
      assert.match(failed.message, /reimporting API Gateway v2 API .* BadRequestException: paths\.\/x\.get\.x-refused/);
      assert.equal(failed.left.outputs.body, refused, "the engine stores the refused document as deployed");
      const inputs = { name: "orders", protocolType: "HTTP", version: "1", body: refused };
      const left: Deployed = { urn: `urn:pulumi:dev::test::${apiType}::orders`, inputs, ...failed.left };
      // The engine then updates without a change, because of the init error.
      const again = await aws.update(left, inputs);
      assert.equal(again.outputs.body, refused);
      await stage(again);
      assert.deepEqual(JSON.parse(artefacts()[0]?.document ?? "").paths, {}, "no import succeeded");
      assert.equal((await aws.read(again))?.outputs.body, refused, "a refresh does not show it");
    });

    it("serves the old document when the import of a new one fails", async () => {
      const created = await api();
      await stage(created);
      await assert.rejects(
        aws.update(created, { ...created.inputs, body: openApi([], { "x-refused": 1 }) }),
        InitError,
      );
      assert.equal(artefacts()[0]?.document, openApi(["GET /a"]));
    });

    it("refuses a document that contains the text of an Output", async () => {
      const warning = "Calling [toJSON] on an [Output<T>] is not supported.";
      const body = openApi([], { info: { title: "orders", version: "1", description: warning } });
      await assert.rejects(api({ body }), /pulumi\.jsonStringify/);
    });

    it("refuses text that is not a document at Check", async () => {
      const { failures } = await aws.check(apiType, "orders", { protocolType: "HTTP", body: "{" });
      assert.deepEqual(failures, ['body: "body" contains an invalid JSON or YAML document']);
    });
  });

  it("refuses a deployment of an API without routes", async () => {
    const created = await api({ body: openApi([]) });
    await assert.rejects(
      aws.create(deploymentType, "first", { apiId: created.id }),
      /At least one route is required before deploying the Api/,
    );
  });

  it("replaces as the vendor does and shows the leaf that differs", async () => {
    const created = await api({ corsConfiguration: { allowOrigins: ["https://a.example"], allowMethods: ["GET"] } });
    const live = await stage(created);
    assert.deepEqual(await aws.diff(created, { ...created.inputs, protocolType: "WEBSOCKET" }), {
      protocolType: "update-replace",
    });
    assert.deepEqual(await aws.diff(live, { ...live.inputs, name: "other" }), { name: "update-replace" });
    assert.deepEqual(await aws.diff(live, { ...live.inputs, apiId: UNKNOWN }), { apiId: "update-replace" });
    assert.deepEqual(
      await aws.diff(created, {
        ...created.inputs,
        corsConfiguration: { allowOrigins: ["https://b.example"], allowMethods: ["GET"] },
      }),
      { "corsConfiguration.allowOrigins[0]": "update" },
    );
  });

  it("leaves computed outputs unknown at preview and creates nothing", async () => {
    const outputs = await aws.previewCreate(apiType, "orders", { name: "orders", protocolType: "HTTP", body: UNKNOWN });
    assert.equal(outputs.name, "orders");
    assert.equal(outputs.body, UNKNOWN);
    assert.equal(outputs.apiEndpoint, UNKNOWN);
    assert.deepEqual(cloud.store.list("aws/"), []);
  });

  it("refuses an unknown value outside a preview", async () => {
    await assert.rejects(api({ body: UNKNOWN }), /body: The value must be known, except at preview/);
  });

  it("imports an API by its id and a stage by both ids", async () => {
    const created = await api();
    const live = await stage(created);
    const { body: _body, ...readable } = created.inputs;
    const imported = await aws.import(apiType, "orders", created.id);
    assert.deepEqual(
      { name: imported?.inputs.name, protocolType: imported?.inputs.protocolType, version: imported?.inputs.version },
      readable,
    );
    assert.equal(imported?.outputs.body, undefined, "the provider never reads a document back");
    assert.equal(
      (await aws.import(stageType, "live", `${created.id}/$default`))?.outputs.invokeUrl,
      live.outputs.invokeUrl,
    );
    assert.equal(await aws.import(apiType, "orders", "nothing000"), undefined);
  });

  it("deletes the stages, deployments and routes of an API with the API", async () => {
    const created = await api();
    const live = await stage(created);
    await aws.delete(created);
    assert.equal(await aws.read(live), undefined);
    assert.deepEqual(cloud.store.list("aws/"), []);
  });

  it("answers the functions that stacks call and names an unknown one", async () => {
    assert.equal((await aws.invoke("aws:index/getCallerIdentity:getCallerIdentity")).accountId, "000000000000");
    assert.deepEqual(await aws.invoke("aws:index/getPartition:getPartition"), {
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      id: "aws",
      reverseDnsPrefix: "com.amazonaws",
    });
    await assert.rejects(
      aws.invoke("aws:ec2/getAmi:getAmi"),
      /^Error: the sandbox does not answer aws:ec2\/getAmi:getAmi, which reads from the cloud; .*$/,
    );
  });

  it("stores and echoes a resource without a model", async () => {
    const type = "aws:s3/bucket:Bucket";
    const created = await aws.create(type, "bucket", { tags: { team: "orders" }, forceDestroy: true });
    assert.match(created.id, /^bucket-[a-z0-9]{7}$/);
    assert.equal(created.outputs.arn, `arn:aws:s3:::${created.id}`);
    assert.deepEqual(await aws.read(created), created);
    assert.deepEqual(await aws.diff(created, created.inputs), {});
    const changed = await aws.update(created, { forceDestroy: false });
    const { tags, ...kept } = created.outputs;
    assert.deepEqual(tags, { team: "orders" });
    assert.deepEqual(changed.outputs, { ...kept, tagsAll: {}, forceDestroy: false });
    assert.deepEqual((await aws.import(type, "bucket", created.id))?.inputs, { forceDestroy: false });
    await aws.delete(changed);
    assert.equal(await aws.read(changed), undefined);
  });
});
