import assert from "node:assert/strict";
import { answer, staff, TestDataPlane, to } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const LIMITED = [429, '{"message":"Too Many Requests"}'] as const;

describe("An AWS HTTP API with throttles", () => {
  let stand: TestDataPlane;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
  });
  afterEach(() => stand.close());

  it("throttles each route by its own or the default settings, and refills the bucket", async () => {
    stand.frozen = 1_800_000_000_000;
    const url = await stand.serve(
      { "/a": { get: to("/a") }, "/b": { get: to("/b") }, "/c": { get: to("/c") } },
      {
        stage: {
          defaultRouteSettings: { throttlingBurstLimit: 1, throttlingRateLimit: 0.5 },
          routeSettings: { "GET /a": { throttlingBurstLimit: 3, throttlingRateLimit: 1 } },
        },
      },
    );
    const many = async (path: string, count: number): Promise<readonly number[]> => {
      const statuses: number[] = [];
      for (let index = 0; index < count; index++) statuses.push((await fetch(url + path)).status);
      return statuses;
    };
    assert.deepEqual(await many("/a", 5), [200, 200, 200, 429, 429]);
    assert.deepEqual(await many("/b", 2), [200, 429]);
    assert.deepEqual(await many("/c", 2), [200, 429]);
    stand.ahead = 1_000;
    assert.deepEqual(await many("/a", 2), [200, 429]);
    assert.deepEqual(await many("/b", 1), [429]);
    stand.ahead = 2_000;
    assert.deepEqual(await many("/b", 2), [200, 429]);
    assert.deepEqual(await answer(await fetch(`${url}/b`)), LIMITED);
    assert.equal(stand.log.at(-1)?.decision, "limited");
  });

  it("refuses every request when a throttle omits a field, because the provider sends 0", async () => {
    const paths = { "/a": { get: to("/a") } };
    await stand.readAs({ "aws-zero-rate": "refuses" });
    for (const settings of [
      {},
      { throttlingBurstLimit: 5 },
      { throttlingRateLimit: 5 },
      { throttlingBurstLimit: 0, throttlingRateLimit: 0 },
    ]) {
      const url = await stand.serve(paths, { stage: { defaultRouteSettings: settings } });
      assert.deepEqual(await answer(await fetch(`${url}/a`)), LIMITED, JSON.stringify(settings));
    }
    const open = { throttlingBurstLimit: 5, throttlingRateLimit: 5 };
    const url = await stand.serve(paths, { stage: { defaultRouteSettings: open, routeSettings: { "GET /a": {} } } });
    assert.deepEqual(await answer(await fetch(`${url}/a`)), LIMITED);
  });

  it("limits only the burst at a rate of zero, by the other reading of aws-zero-rate", async () => {
    stand.frozen = 1_800_000_000_000;
    const url = await stand.serve(
      { "/a": { get: to("/a") } },
      { stage: { defaultRouteSettings: { throttlingBurstLimit: 2 } } },
    );
    for (const status of [200, 200, 429]) assert.equal((await fetch(`${url}/a`)).status, status);
  });

  it("does not count requests that it refuses for another reason", async () => {
    stand.frozen = Date.now();
    const stage = { defaultRouteSettings: { throttlingBurstLimit: 1, throttlingRateLimit: 1 } };
    const url = await stand.serve({ "/a": { get: { ...to("/a"), ...staff() } } }, { stage });
    for (let count = 0; count < 3; count++) assert.equal((await fetch(`${url}/a`)).status, 401);
    const headers = { authorization: await stand.issuer.token() };
    assert.equal((await fetch(`${url}/a`, { headers })).status, 200);
    assert.equal((await fetch(`${url}/a`, { headers })).status, 429);
  });
});
