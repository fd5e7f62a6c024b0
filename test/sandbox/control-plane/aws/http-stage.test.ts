import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import type { AwsHttpApiArtefacts } from "../../../../sandbox/data-plane/aws/artefacts/http-api.ts";
import {
  type Deployed,
  type EngineStandIn,
  openApi,
  type TestCloud,
  testCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const apiType = "aws:apigatewayv2/api:Api";
const stageType = "aws:apigatewayv2/stage:Stage";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";

describe("stages of HTTP APIs in the sandbox's aws provider", () => {
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

  describe("a stage", () => {
    it("sets an omitted throttle to 0, as the provider sends it", async () => {
      const live = await stage(await api(), {
        defaultRouteSettings: { throttlingRateLimit: 5 },
        routeSettings: [{ routeKey: "GET /a", throttlingBurstLimit: 7 }],
      });
      assert.deepEqual(live.outputs.defaultRouteSettings, {
        dataTraceEnabled: false,
        detailedMetricsEnabled: false,
        loggingLevel: "",
        throttlingBurstLimit: 0,
        throttlingRateLimit: 5,
      });
      assert.deepEqual(artefacts()[0]?.stage.defaultRouteSettings, { throttlingBurstLimit: 0, throttlingRateLimit: 5 });
      assert.deepEqual(artefacts()[0]?.stage.routeSettings, {
        "GET /a": { throttlingBurstLimit: 7, throttlingRateLimit: 0 },
      });
    });

    it("refuses settings of a route that does not exist", async () => {
      const created = await api();
      const routeSettings = [{ routeKey: "GET /b", throttlingBurstLimit: 1, throttlingRateLimit: 1 }];
      await assert.rejects(
        stage(created, { routeSettings }),
        /NotFoundException: Unable to find Route by key GET \/b within the provided RouteSettings/,
      );
      assert.deepEqual(cloud.gateways.served, []);
    });

    it("keeps the settings of a removed route without effect until the program removes them", async () => {
      const created = await api({ body: openApi(["GET /a", "GET /b"]) });
      const routeSettings = ["GET /a", "GET /b"].map((routeKey) => ({
        routeKey,
        throttlingBurstLimit: 1,
        throttlingRateLimit: 1,
      }));
      const live = await stage(created, { routeSettings });
      await aws.update(created, { ...created.inputs, body: openApi(["GET /b"]) });
      assert.deepEqual(Object.keys(artefacts()[0]?.stage.routeSettings ?? {}), ["GET /b"]);
      const less = await aws.update(live, { ...live.inputs, routeSettings: routeSettings.slice(1) });
      assert.equal((less.outputs.routeSettings as readonly unknown[]).length, 1);
    });

    it("ignores the order of route settings", async () => {
      const created = await api({ body: openApi(["GET /a", "GET /b"]) });
      const routeSettings = ["GET /a", "GET /b"].map((routeKey) => ({
        routeKey,
        throttlingBurstLimit: 1,
        throttlingRateLimit: 1,
      }));
      const live = await stage(created, { routeSettings });
      assert.deepEqual(await aws.diff(live, { ...live.inputs, routeSettings: routeSettings.toReversed() }), {});
    });

    it("refuses a deployment id together with autoDeploy", async () => {
      const created = await api();
      const deployment = await aws.create(deploymentType, "first", { apiId: created.id });
      await assert.rejects(
        stage(created, { deploymentId: deployment.id }),
        /Deployment ID cannot be set on this stage because AutoDeploy is enabled/,
      );
    });

    it("serves the snapshot of its deployment until the program sets another", async () => {
      const created = await api();
      const first = await aws.create(deploymentType, "first", { apiId: created.id, triggers: { hash: "1" } });
      const live = await stage(created, { autoDeploy: false, deploymentId: first.id });
      const changed = await aws.update(created, { ...created.inputs, body: openApi(["GET /b"]) });
      assert.equal(artefacts()[0]?.document, openApi(["GET /a"]), "the API changed, the deployment did not");
      const second = await aws.create(deploymentType, "second", { apiId: changed.id, triggers: { hash: "2" } });
      await assert.rejects(
        aws.delete(first),
        /Active stages pointing to this deployment must be moved or deleted before deleting this deployment/,
      );
      await aws.update(live, { ...live.inputs, deploymentId: second.id });
      assert.equal(artefacts()[0]?.document, openApi(["GET /b"]));
      await aws.delete(first);
      assert.deepEqual(await aws.diff(second, { ...second.inputs, triggers: { hash: "3" } }), {
        "triggers.hash": "update-replace",
      });
    });

    it("keeps the last automatic deployment when autoDeploy is turned off", async () => {
      const created = await api();
      const live = await stage(created);
      await aws.update(live, { ...live.inputs, autoDeploy: false });
      await aws.update(created, { ...created.inputs, body: openApi(["GET /b"]) });
      assert.equal(artefacts()[0]?.document, openApi(["GET /a"]));
    });

    it("has no routes without a deployment", async () => {
      await stage(await api(), { autoDeploy: false });
      assert.deepEqual(JSON.parse(artefacts()[0]?.document ?? "").paths, {});
    });

    it("must be the only stage of its API in the sandbox", async () => {
      const created = await api();
      await stage(created);
      await assert.rejects(
        aws.create(stageType, "second", { apiId: created.id, name: "second" }),
        /the sandbox serves one stage per API/,
      );
    });
  });
});
