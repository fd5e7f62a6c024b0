import assert from "node:assert/strict";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import {
  loggingRole,
  restCloud,
  restDocument,
  served,
  types,
} from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

const defaults = {
  cacheDataEncrypted: false,
  cacheTtlInSeconds: 300,
  cachingEnabled: false,
  dataTraceEnabled: false,
  loggingLevel: "OFF",
  metricsEnabled: false,
  requireAuthorizationForCacheControl: true,
  throttlingBurstLimit: -1,
  throttlingRateLimit: -1,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};

describe("limits of REST APIs in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let api: Deployed;
  let deployment: Deployed;
  let stage: Deployed;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    api = await aws.create(types.api, "orders", {
      name: "orders",
      body: restDocument(["GET /", "GET /orders", "POST /orders/new"]),
    });
    deployment = await deploy("first");
    stage = await aws.create(types.stage, "live", { restApi: api.id, deployment: deployment.id, stageName: "live" });
  });
  afterEach(() => cloud.close());

  const deploy = (name: string) => aws.create(types.deployment, name, { restApi: api.id });
  /** Changes the API and its stage to other methods. */
  const move = async (methods: readonly string[]) => {
    api = await aws.update(api, { ...api.inputs, body: restDocument(methods) });
    const next = await deploy("next");
    stage = await aws.update(stage, { ...stage.inputs, deployment: next.id });
  };

  describe("method settings", () => {
    const settings = (methodPath: string, given: Properties, name = methodPath) =>
      aws.create(types.methodSettings, name, { restApi: api.id, stageName: "live", methodPath, settings: given });
    const inForce = () => served(cloud)[0]?.stage.methodSettings;

    it("are an entry of the stage, in which API Gateway fills in omitted settings", async () => {
      const all = await settings("*/*", { throttlingRateLimit: 50, throttlingBurstLimit: 100 });
      assert.equal(all.id, `${api.id}-live-*/*`);
      assert.deepEqual(all.outputs.settings, { ...defaults, throttlingRateLimit: 50, throttlingBurstLimit: 100 });
      const one = await settings("~1orders~1new/POST", { metricsEnabled: true, throttlingRateLimit: 0.5 });
      assert.deepEqual(inForce(), {
        "*/*": { ...defaults, throttlingRateLimit: 50, throttlingBurstLimit: 100 },
        "~1orders~1new/POST": { ...defaults, metricsEnabled: true, throttlingRateLimit: 0.5 },
      });
      for (const each of [all, one]) {
        assert.deepEqual(await aws.diff(each, each.inputs), {});
        assert.deepEqual(await aws.read(each), each);
      }
    });

    it("accept ~1 for the root, and a single segment with or without its slash", async () => {
      for (const path of ["~1/GET", "~1orders/GET", "orders/GET"]) await settings(path, { metricsEnabled: true });
      assert.deepEqual(Object.keys(inForce() ?? {}), ["~1/GET", "~1orders/GET", "orders/GET"]);
    });

    for (const path of ["orders/new/POST", "/orders/GET", "orders~1new/POST", "~1orders", "~1orders/get", "/GET"]) {
      it(`refuse the path ${path}, which has no effect in API Gateway`, async () => {
        await assert.rejects(
          settings(path, {}),
          /BadRequestException: Invalid method setting path: .*~1orders~1\{id\}\/GET/,
        );
      });
    }

    it("refuse a method that the stage does not serve, and a missing stage or API", async () => {
      await assert.rejects(settings("~1orders/POST", {}), /NotFoundException: .*the stage has no POST \/orders/);
      await assert.rejects(
        aws.create(types.methodSettings, "x", { restApi: api.id, stageName: "v2", methodPath: "*/*", settings: {} }),
        /NotFoundException: Invalid stage identifier specified/,
      );
      await assert.rejects(
        aws.create(types.methodSettings, "x", { restApi: "none", stageName: "live", methodPath: "*/*", settings: {} }),
        /NotFoundException: Invalid API identifier specified/,
      );
    });

    it("refuse an unknown logging level and a negative throttle", async () => {
      const { failures } = await aws.check(types.methodSettings, "x", {
        restApi: "a",
        stageName: "b",
        methodPath: "*/*",
        settings: { loggingLevel: "DEBUG" },
      });
      assert.deepEqual(failures, [
        'settings.loggingLevel: expected loggingLevel to be one of OFF, ERROR, INFO, got "DEBUG"',
      ]);
      await assert.rejects(settings("*/*", { throttlingRateLimit: -2 }), /Invalid throttle/);
      assert.deepEqual(inForce(), {});
    });

    it("stay without effect when the next deployment lacks the method, and can be deleted", async () => {
      const one = await settings("~1orders/GET", { throttlingRateLimit: 1 });
      await move(["GET /other"]);
      assert.deepEqual(Object.keys(inForce() ?? {}), ["~1orders/GET"]);
      await aws.delete(one);
      assert.deepEqual(inForce(), {});
      assert.equal(await aws.read(one), undefined);
      await aws.delete(one);
    });

    it("can be created for a new method once the stage has the new deployment", async () => {
      await assert.rejects(settings("~1other/GET", {}), /the stage has no GET \/other/);
      await move(["GET /orders", "GET /other"]);
      await settings("~1other/GET", {});
    });

    it("keep omitted settings at an update, except for throttles", async () => {
      await loggingRole(aws);
      const created = await settings("*/*", { metricsEnabled: true, throttlingRateLimit: 5 });
      const after = await aws.update(created, { ...created.inputs, settings: { loggingLevel: "INFO" } });
      assert.deepEqual(after.outputs.settings, { ...defaults, metricsEnabled: true, loggingLevel: "INFO" });
    });

    it("store a rate with six decimals, which differs from one with more at every update", async () => {
      const created = await settings("*/*", { throttlingRateLimit: 1 / 60 });
      assert.equal(inForce()?.["*/*"]?.throttlingRateLimit, 0.016667);
      const path = "settings.throttlingRateLimit";
      assert.equal((await aws.diff(created, created.inputs))[path], "update");
      const again = await aws.update(created, created.inputs);
      assert.equal((await aws.diff(again, again.inputs))[path], "update");
      const rounded = await aws.update(created, { ...created.inputs, settings: { throttlingRateLimit: 0.016667 } });
      assert.deepEqual(await aws.diff(rounded, rounded.inputs), {});
    });

    it("are deleted with their stage and kept when its deployment changes", async () => {
      const created = await settings("*/*", {});
      await move(["GET /orders"]);
      assert.ok((await aws.read(created)) !== undefined);
      assert.equal((await aws.import(types.methodSettings, "x", `${api.id}/live/*/*`))?.id, created.id);
      await aws.delete(stage);
      assert.equal(await aws.read(created), undefined);
      await aws.delete(created);
    });

    it("are replaced when their path changes", async () => {
      const created = await settings("*/*", {});
      assert.deepEqual(await aws.diff(created, { ...created.inputs, methodPath: "~1orders/GET" }), {
        methodPath: "update-replace",
      });
    });
  });

  it("refuses parts of an API that it serves in documents only", async () => {
    for (const part of ["authorizer:Authorizer", "restApiPolicy:RestApiPolicy"]) {
      const inputs: Properties =
        part === "authorizer:Authorizer" ? { restApi: api.id } : { restApiId: api.id, policy: "{}" };
      await assert.rejects(aws.create(`aws:apigateway/${part}`, "part", inputs), /aws\.apigateway\.RestApi/);
    }
  });

  it("serves stages and plans again after a restart", async () => {
    const gold = await aws.create(types.usagePlan, "gold", { apiStages: [{ apiId: api.id, stage: "live" }] });
    const acme = await aws.create(types.apiKey, "acme", {});
    await aws.create(types.usagePlanKey, "joined", { usagePlanId: gold.id, keyId: acme.id, keyType: "API_KEY" });
    const methodPath = "~1orders/GET";
    await aws.create(types.methodSettings, "x", { restApi: api.id, stageName: "live", methodPath, settings: {} });
    const before = cloud.gateways.served;
    const copy = mkdtempSync(join(tmpdir(), "polygate-restart-"));
    cpSync(cloud.directory, copy, { recursive: true });
    const restarted = await restCloud(copy);
    try {
      await restarted.cloud.resume((message) => assert.fail(message));
      assert.deepEqual(restarted.gateways.served, before);
      assert.equal(served(restarted)[0]?.usagePlans[0]?.keys[0]?.value, acme.outputs.value);
    } finally {
      await restarted.close();
    }
  });
});
