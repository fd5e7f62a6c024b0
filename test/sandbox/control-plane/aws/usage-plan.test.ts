import assert from "node:assert/strict";
import type { Properties } from "../../../../sandbox/control-plane/property-value.ts";
import { restCloud, restDocument, served, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("usage plans of the sandbox's aws provider", () => {
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

  describe("usage plans", () => {
    const plan = (inputs: Properties = {}, name = "gold") =>
      aws.create(types.usagePlan, name, { name, apiStages: [{ apiId: api.id, stage: "live" }], ...inputs });
    const key = (inputs: Properties = {}, name = "acme") => aws.create(types.apiKey, name, { name, ...inputs });
    const assign = (usagePlan: Deployed, apiKey: Deployed, name = "joined") =>
      aws.create(types.usagePlanKey, name, { usagePlanId: usagePlan.id, keyId: apiKey.id, keyType: "API_KEY" });
    const value = "0123456789abcdefghij";
    const throttles = [{ path: "/orders/GET", burstLimit: 2, rateLimit: 1 }];
    const throttleSettings = { burstLimit: 20, rateLimit: 10 };

    it("pass their limits and keys to the gateway of their stage", async () => {
      const gold = await plan({
        apiStages: [{ apiId: api.id, stage: "live", throttles }],
        throttleSettings,
        quotaSettings: { limit: 1000, period: "MONTH", offset: 3 },
      });
      const acme = await key({ value });
      await assign(gold, acme);
      assert.deepEqual(served(cloud)[0]?.usagePlans, [
        {
          id: gold.id,
          throttle: throttleSettings,
          quota: { limit: 1000, period: "MONTH", offset: 3 },
          methodThrottles: { "/orders/GET": { burstLimit: 2, rateLimit: 1 } },
          keys: [{ id: acme.id, value, enabled: true }],
        },
      ]);
      assert.deepEqual(await aws.diff(gold, gold.inputs), {});
      assert.deepEqual(await aws.read(gold), gold);
      assert.equal(gold.outputs.arn, `arn:aws:apigateway:eu-central-1::/usageplans/${gold.id}`);
    });

    it("set an omitted limit to 0, as the provider sends it", async () => {
      await plan({ throttleSettings: { rateLimit: 10 } });
      assert.deepEqual(served(cloud)[0]?.usagePlans[0]?.throttle, { burstLimit: 0, rateLimit: 10 });
    });

    it("ignore the order of stages and throttles", async () => {
      const two = [...throttles, { path: "//GET", burstLimit: 1, rateLimit: 1 }];
      const gold = await plan({ apiStages: [{ apiId: api.id, stage: "live", throttles: two }], throttleSettings });
      const apiStages = [{ apiId: api.id, stage: "live", throttles: two.toReversed() }];
      assert.deepEqual(await aws.diff(gold, { ...gold.inputs, apiStages }), {});
    });

    for (const [what, inputs, reason] of [
      [
        "a stage that does not exist",
        { apiStages: [{ apiId: "none", stage: "live" }] },
        /BadRequestException: Invalid API Stage \{api: none, stage: live\}/,
      ],
      [
        "a quota of a day with an offset",
        { quotaSettings: { limit: 1, period: "DAY", offset: 1 } },
        /offset must be zero in the DAY period/,
      ],
      [
        "a quota of a month with an invalid offset",
        { quotaSettings: { limit: 1, period: "MONTH", offset: 28 } },
        /between 0 and 27 inclusive in the MONTH period/,
      ],
      [
        "a quota of a year",
        { quotaSettings: { limit: 1, period: "YEAR" } },
        /expected period to be one of DAY, WEEK, MONTH/,
      ],
      ["a throttle without limits", { throttleSettings: {} }, /must be specified/],
    ] as const) {
      it(`refuse ${what}`, async () => {
        await assert.rejects(plan(inputs as Properties), reason);
      });
    }

    it("refuse throttles of methods that are missing or malformed, or without a throttle of the plan", async () => {
      const withThrottles = (path: string, more: Properties = { throttleSettings }) =>
        plan({
          apiStages: [{ apiId: api.id, stage: "live", throttles: [{ path, burstLimit: 1, rateLimit: 1 }] }],
          ...more,
        });
      await assert.rejects(withThrottles("/none/GET"), /NotFoundException: Invalid method: .* has no GET \/none/);
      await assert.rejects(withThrottles("*/*"), /BadRequestException: Invalid throttle path \*\/\*/);
      await assert.rejects(withThrottles("orders/GET"), /Invalid throttle path orders\/GET/);
      await assert.rejects(
        withThrottles("/orders/GET", {}),
        /Can not define fine grain throttling if usage plan throttle is not defined\./,
      );
    });

    it("refuse more than 20 throttles for a stage", async () => {
      const methods = Array.from({ length: 21 }, (_, index) => `GET /r${index}`);
      await move(methods);
      const many = methods.map((_, index) => ({ path: `/r${index}/GET`, burstLimit: 1, rateLimit: 1 }));
      const apiStages = [{ apiId: api.id, stage: "live", throttles: many }];
      await assert.rejects(plan({ apiStages, throttleSettings }), /LimitExceededException: 21 method throttles/);
    });

    it("accept a renamed route when the stage changes before the plan", async () => {
      const gold = await plan({ apiStages: [{ apiId: api.id, stage: "live", throttles }], throttleSettings });
      await move(["GET /bestellungen"]);
      const apiStages = [{ apiId: api.id, stage: "live", throttles: [{ ...throttles[0], path: "/bestellungen/GET" }] }];
      const after = await aws.update(gold, { ...gold.inputs, apiStages });
      assert.deepEqual(served(cloud)[0]?.usagePlans[0]?.methodThrottles, {
        "/bestellungen/GET": { burstLimit: 2, rateLimit: 1 },
      });
      await assert.rejects(aws.update(after, gold.inputs), /has no GET \/orders/);
    });

    it("lose the settings that the program removes", async () => {
      const gold = await plan({ throttleSettings, quotaSettings: { limit: 1, period: "DAY" }, description: "it" });
      const bare = await aws.update(gold, { name: "gold" });
      assert.deepEqual(served(cloud)[0]?.usagePlans, []);
      assert.equal(bare.outputs.description, "");
      assert.equal(bare.outputs.throttleSettings, undefined);
      assert.deepEqual(bare.outputs.apiStages, []);
    });

    it("lose a deleted stage, which a refresh shows", async () => {
      const gold = await plan();
      await aws.delete(stage);
      assert.deepEqual((await aws.read(gold))?.outputs.apiStages, []);
      await aws.delete(gold);
      assert.equal(await aws.read(gold), undefined);
    });

    it("cannot be deleted with a stage that is not in the state", async () => {
      const gold = await plan();
      const left = { ...gold, outputs: { ...gold.outputs, apiStages: [] } };
      await assert.rejects(
        aws.delete(left),
        /Cannot delete Usage Plan .* API Stages associated with it, including .*:live/,
      );
    });

    it("are deleted with their memberships, while the keys stay", async () => {
      const gold = await plan();
      const acme = await key({ value });
      const joined = await assign(gold, acme);
      await aws.delete(gold);
      assert.deepEqual(served(cloud)[0]?.usagePlans, []);
      assert.equal(await aws.read(joined), undefined);
      assert.ok((await aws.read(acme)) !== undefined);
    });

    describe("a key", () => {
      it("is generated by API Gateway when the program omits its value", async () => {
        const [one, other] = [await key(), await key({}, "other")];
        assert.match(String(one.outputs.value), /^[A-Za-z0-9]{40}$/);
        assert.notEqual(one.outputs.value, other.outputs.value);
        assert.deepEqual(await aws.diff(one, one.inputs), {});
        assert.deepEqual(await aws.read(one), one);
        assert.equal(one.outputs.description, "Managed by Pulumi");
        assert.equal(one.outputs.enabled, true);
      });

      it("must have 20 to 128 characters, and errors omit its value", async () => {
        for (const length of [19, 129]) {
          const { failures } = await aws.check(types.apiKey, "acme", { value: "s".repeat(length) });
          assert.deepEqual(failures, [`value: expected length of value to be in the range (20 - 128), got ${length}`]);
        }
        await key({ value });
        const again = await key({ value }, "again").catch((error: Error) => error.message);
        assert.equal(again, "creating API Gateway API Key (again): ConflictException: API Key already exists");
      });

      it("is disabled in place and replaced with its name or value", async () => {
        const gold = await plan();
        const acme = await key({ value });
        await assign(gold, acme);
        await aws.update(acme, { ...acme.inputs, enabled: false });
        assert.equal(served(cloud)[0]?.usagePlans[0]?.keys[0]?.enabled, false);
        assert.deepEqual(await aws.diff(acme, { ...acme.inputs, value: `${value}!`, name: "b" }), {
          name: "update-replace",
          value: "update-replace",
        });
      });

      it("can be in one plan of a stage only", async () => {
        const [gold, free] = [await plan(), await plan({}, "free")];
        const acme = await key({ value });
        const joined = await assign(gold, acme);
        await assert.rejects(assign(gold, acme, "twice"), /ConflictException: API Key .* is already in Usage Plan/);
        await assert.rejects(
          assign(free, acme, "other"),
          new RegExp(`cannot reference multiple Usage Plans with the same API stage: ${api.id}:live`),
        );
        await aws.delete(joined);
        await assign(free, acme, "other");
        assert.deepEqual(
          served(cloud)[0]?.usagePlans.map(({ keys }) => keys.length),
          [0, 1],
        );
      });

      it("cannot get a second plan of its stage by an update of the plan", async () => {
        const [gold, elsewhere] = [await plan(), await plan({ apiStages: [] }, "elsewhere")];
        const acme = await key({ value });
        await assign(gold, acme);
        await assign(elsewhere, acme, "elsewhere");
        const apiStages = [{ apiId: api.id, stage: "live" }];
        await assert.rejects(
          aws.update(elsewhere, { ...elsewhere.inputs, apiStages }),
          /cannot reference multiple Usage Plans with the same API stage/,
        );
      });

      it("returns its name and value in its membership, which is deleted with the key", async () => {
        const gold = await plan();
        const acme = await key({ value });
        const joined = await assign(gold, acme);
        assert.deepEqual(joined.outputs, {
          keyId: acme.id,
          keyType: "API_KEY",
          name: "acme",
          region: "eu-central-1",
          usagePlanId: gold.id,
          value,
        });
        assert.equal(joined.id, acme.id);
        assert.deepEqual(await aws.read(joined), joined);
        assert.equal((await aws.import(types.usagePlanKey, "joined", `${gold.id}/${acme.id}`))?.id, acme.id);
        await aws.delete(acme);
        assert.equal(await aws.read(joined), undefined);
        assert.deepEqual(served(cloud)[0]?.usagePlans[0]?.keys, []);
        await aws.delete(joined);
      });

      it("requires a plan and a key that exist, and the type API_KEY", async () => {
        const gold = await plan();
        const acme = await key({ value });
        await assert.rejects(assign({ ...gold, id: "none" }, acme), /Invalid Usage Plan ID specified/);
        await assert.rejects(assign(gold, { ...acme, id: "none" }), /Invalid API Key identifier specified/);
        await assert.rejects(
          aws.create(types.usagePlanKey, "x", { usagePlanId: gold.id, keyId: acme.id, keyType: "OTHER" }),
          /must be API_KEY/,
        );
      });
    });
  });
});
