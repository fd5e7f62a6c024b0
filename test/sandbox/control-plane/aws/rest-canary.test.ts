import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("canaries of REST APIs in the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let api: Deployed;
  let old: Deployed;
  let next: Deployed;
  let plain: Properties;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    api = await aws.create(types.api, "orders", { name: "orders", body: restDocument(["GET /old"]) });
    old = await deploy("old");
    next = await deploy("next", ["GET /new"]);
    plain = { restApi: api.id, deployment: old.id, stageName: "live" };
  });
  afterEach(() => cloud.close());

  async function deploy(name: string, methods?: readonly string[]): Promise<Deployed> {
    if (methods !== undefined) api = await aws.update(api, { ...api.inputs, body: restDocument(methods) });
    return aws.create(types.deployment, name, { restApi: api.id });
  }
  const create = (inputs: Properties = {}) => aws.create(types.stage, "live", { ...plain, ...inputs });
  const canary = (members: Properties = {}): Properties => ({
    canarySettings: { deploymentId: next.id, percentTraffic: 10, ...members },
  });
  const without = ({ canarySettings: _canarySettings, ...inputs }: Properties): Properties => inputs;
  const pathsOf = (document: string | undefined) => Object.keys(JSON.parse(document ?? "{}").paths ?? {});
  /** The paths of the stage's deployment and of its canary's. */
  const paths = () => served(cloud).map((each) => [pathsOf(each.document), pathsOf(each.canary?.document)]);

  it("are served beside the stage's deployment, for a new and an existing stage", async () => {
    const live = await create(canary());
    assert.deepEqual(paths(), [[["/old"], ["/new"]]]);
    assert.deepEqual(live.outputs.canarySettings, { deploymentId: next.id, percentTraffic: 10, useStageCache: false });
    await aws.delete(live);
    const bare = await create();
    assert.equal(bare.outputs.canarySettings, undefined);
    await aws.update(bare, { ...bare.inputs, ...canary({ useStageCache: true, percentTraffic: 99.5 }) });
    assert.deepEqual(paths(), [[["/old"], ["/new"]]]);
    assert.equal(served(cloud)[0]?.canary?.percentTraffic, 99.5);
  });

  it("override variables of the stage and use a cache only if the stage has one", async () => {
    const variables = { tier: "gold", color: "red" };
    const overriding = canary({ stageVariableOverrides: { tier: "tin", size: "s" }, useStageCache: true });
    const live = await create({ variables, ...overriding });
    const [first] = served(cloud);
    assert.deepEqual(first?.stage.variables, variables);
    assert.deepEqual(first?.canary?.variables, { tier: "tin", color: "red", size: "s" });
    assert.equal(first?.canary?.cached, false);
    await aws.update(live, { ...live.inputs, cacheClusterEnabled: true, cacheClusterSize: "0.5" });
    assert.deepEqual([served(cloud)[0]?.canary?.cached, served(cloud)[0]?.canary?.sameDeployment], [true, false]);
    await aws.update(live, { ...live.inputs, ...canary({ deploymentId: old.id }) });
    assert.equal(served(cloud)[0]?.canary?.sameDeployment, true);
    await assert.rejects(
      aws.update(live, { ...live.inputs, ...canary({ stageVariableOverrides: { "a-b": "c" } }) }),
      /Stage variable a-b/,
    );
  });

  it("are removed when the program omits them, in one call with a change of the stage's deployment", async () => {
    const live = await create(canary());
    assert.deepEqual(await aws.diff(live, without(live.inputs)), { canarySettings: "delete" });
    const moved = await aws.update(live, { ...without(live.inputs), deployment: next.id });
    assert.equal(moved.outputs.canarySettings, undefined);
    assert.deepEqual(paths(), [[["/new"], []]]);
  });

  it("allow the stage to change only to the canary's deployment", async () => {
    const live = await create(canary());
    const third = await deploy("third", ["GET /third"]);
    await assert.rejects(
      aws.update(live, { ...live.inputs, deployment: third.id }),
      /the stage has a canary, and cannot be associated with another deployment than the canary's/,
    );
    const moved = await aws.update(live, { ...live.inputs, deployment: next.id });
    assert.deepEqual(paths(), [[["/new"], ["/new"]]]);
    const other = await aws.update(moved, { ...moved.inputs, ...canary({ deploymentId: third.id }) });
    assert.deepEqual(other.outputs.canarySettings, {
      deploymentId: third.id,
      percentTraffic: 10,
      useStageCache: false,
    });
  });

  it("require a deployment that exists and a share from 0 to 100", async () => {
    await assert.rejects(create(canary({ deploymentId: "nosuch" })), /Deployment id does not exist/);
    for (const percentTraffic of [-1, 100.5]) {
      await assert.rejects(create(canary({ percentTraffic })), /Invalid canary traffic/);
    }
    await create(canary({ percentTraffic: 100 }));
  });

  it("store a changed share with six decimals", async () => {
    const live = await create(canary());
    const changed = await aws.update(live, {
      ...live.inputs,
      ...canary({ percentTraffic: 33.3333333, useStageCache: false }),
    });
    assert.equal((changed.outputs.canarySettings as Properties).percentTraffic, 33.333333);
    assert.deepEqual(await aws.diff(changed, changed.inputs), { "canarySettings.percentTraffic": "update" });
  });

  it("block the deletion of their deployment", async () => {
    const live = await create(canary());
    const refusal =
      /BadRequestException: Active stages with canary settings pointing to this deployment must be moved or deleted/;
    await assert.rejects(aws.delete(next), refusal);
    await aws.update(live, without(live.inputs));
    await aws.delete(next);
    assert.deepEqual(paths(), [[["/old"], []]]);
  });

  it("add no methods to which settings of the stage can refer", async () => {
    await create(canary());
    const settings = (methodPath: string) =>
      aws.create(types.methodSettings, methodPath, { restApi: api.id, stageName: "live", methodPath, settings: {} });
    await settings("~1old/GET");
    await assert.rejects(settings("~1new/GET"), /the stage has no GET \/new/);
  });

  it("are read by a refresh", async () => {
    const live = await create(canary({ useStageCache: true }));
    const stated = { deploymentId: next.id, percentTraffic: 10, useStageCache: true };
    assert.deepEqual((await aws.read(live))?.inputs.canarySettings, stated);
    assert.deepEqual(await aws.diff(live, live.inputs), {});
  });
});
