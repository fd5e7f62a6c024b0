import assert from "node:assert/strict";
import { restCloud, restDocument, types } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import {
  type EngineStandIn,
  InitError,
  type TestCloud,
} from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("an AWS control plane that is throttled", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
  });
  afterEach(() => cloud.close());

  const inputs = { name: "orders", body: restDocument(["GET /a"]) };
  const create = () => aws.create(types.api, "orders", inputs);
  const refusal =
    /: operation error API Gateway: exceeded maximum number of attempts, 25, https response error StatusCode: 429, TooManyRequestsException: Too Many Requests$/;

  it("refuses the ordered number of requests without changing anything", async () => {
    cloud.throttle.refuse({ requests: 2 });
    for (let attempt = 0; attempt < 2; attempt++) {
      const failed = await create().catch((error: unknown) => error);
      assert.ok(failed instanceof Error && !(failed instanceof InitError), "the engine has nothing to keep");
      assert.match(failed.message, refusal);
      assert.deepEqual(cloud.store.list(""), []);
    }
    assert.equal(cloud.throttle.left, 0);
    assert.equal((await create()).outputs.name, "orders");
  });

  it("refuses updates, reads and deletions", async () => {
    const created = await create();
    cloud.throttle.refuse({ requests: 3 });
    await assert.rejects(aws.update(created, { ...inputs, body: restDocument(["GET /b"]) }), refusal);
    await assert.rejects(aws.read(created), refusal);
    await assert.rejects(aws.delete(created), refusal);
    assert.deepEqual(await aws.read(created), created);
  });

  it("refuses the first request and then every nth", async () => {
    const created = await create();
    cloud.throttle.refuse({ requests: 2, every: 3 });
    const answers: boolean[] = [];
    for (let request = 0; request < 8; request++) {
      answers.push(
        await aws.read(created).then(
          () => true,
          () => false,
        ),
      );
    }
    assert.deepEqual(answers, [false, true, true, false, true, true, true, true]);
  });

  it("accepts previews, checks and requests to other services, and ends with 0 requests", async () => {
    cloud.throttle.refuse({ requests: 5 });
    await aws.previewCreate(types.api, "orders", inputs);
    await aws.check(types.api, "orders", inputs);
    await aws.create(types.logGroup, "log", { name: "log" });
    assert.equal(cloud.throttle.left, 5);
    cloud.throttle.refuse({ requests: 0 });
    await create();
  });

  it("requires whole numbers of requests", () => {
    assert.throws(() => cloud.throttle.refuse({ requests: -1 }), /requests must be a whole number/);
    assert.throws(() => cloud.throttle.refuse({ requests: 1, every: 0 }), /every must be a whole number from 1/);
  });
});
