import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { CompanionBench } from "../../../support/components/gcp/companion/companion-bench.ts";
import { bearing, tokenWith } from "../../../support/components/gcp/companion/companion-tokens.ts";
import { shopApi, shopBindings } from "../../../support/components/gcp/companion/shop-api.ts";

const open = { auth: "anyone" };
const limit = (requests: number, per: string, by: string, more = {}) => ({ requests, per, by, ...more });

const api = shopApi({
  "GET /second": { ...open, limits: [limit(5, "second", "route")] },
  "GET /minute/{x}": { ...open, limits: [limit(60, "minute", "route")] },
  "POST /minute/{x}": { ...open, limits: [limit(2, "minute", "route")] },
  "GET /day": { ...open, limits: [limit(3, "day", "route"), limit(4, "hour", "route")] },
  "GET /burst": { ...open, limits: [limit(2, "minute", "route", { burst: 4 })] },
  "GET /consumer": { limits: [limit(2, "minute", "consumer")] },
  "GET /other-consumer": { limits: [limit(2, "minute", "consumer")] },
  "GET /narrow": {
    limits: [limit(2, "hour", "consumer"), limit(6, "second", "consumer"), limit(4, "minute", "route")],
  },
  "GET /api/a": { ...open, limits: [limit(4, "minute", "api")] },
  "GET /api/b": { limits: [limit(4, "minute", "api"), limit(3, "minute", "consumer")] },
  "GET /api/c": { ...open, limits: [limit(5, "minute", "api")] },
  "GET /reply": { ...open, limits: [limit(1, "minute", "route")], reply: { status: 200, body: "yes" } },
  "GET /free": open,
});

describe("A companion limits requests", function () {
  this.timeout(60_000);
  let bench: CompanionBench;
  before(async () => {
    bench = await CompanionBench.start(api, shopBindings);
  });
  after(() => bench.stop());

  /** The number of requests that pass, out of this many. The others are refused by limits. */
  async function passing(path: string, count: number, sub?: string, method = "GET"): Promise<number> {
    let passed = 0;
    for (let index = 0; index < count; index++) {
      const { status } = await bench.send(path, {
        method,
        headers: sub === undefined ? {} : bearing(tokenWith({ sub })),
      });
      assert.ok(status === 200 || status === 429, `${status}`);
      if (status === 200) passed++;
    }
    return passed;
  }

  it("per second: the first pass, and never more than twice as many within a second", async () => {
    assert.equal(await passing("/second", 5), 5, "the first pass at once");
    await sleep(1_050);
    const passed: { readonly sent: number; readonly received: number }[] = [];
    const start = performance.now();
    for (let sent = start; sent - start < 2_500; sent = performance.now()) {
      const { status } = await bench.send("/second");
      if (status === 200) passed.push({ sent, received: performance.now() });
    }
    assert.ok(passed.length > 5 && passed.length <= 18, `${passed.length} pass in 2.5 seconds`);
    for (const { sent: from } of passed) {
      // A request is counted between these two times.
      const within = passed.filter(({ sent, received }) => sent >= from && received < from + 990);
      assert.ok(within.length <= 10, `${within.length} pass within a second from ${from}`);
    }
    await sleep(1_050);
    assert.equal(await passing("/second", 5), 5, "the first of the next window pass");
  });

  it("per minute: the first pass, and then as many as fill evenly", async () => {
    const start = performance.now();
    const most = (): number => 60 + Math.ceil((performance.now() - start) / 1000);
    const passed = await passing("/minute/a", 70);
    assert.ok(passed >= 60 && passed <= most(), `${passed} of at most ${most()}`);
    await sleep(1_100);
    const later = await passing("/minute/b", 5);
    assert.ok(later >= 1 && passed + later <= most(), `${passed} and ${later} of at most ${most()}`);
  });

  it("by route: each method of a path counts by itself, and each of several limits counts", async () => {
    assert.equal(await passing("/minute/a", 3, undefined, "POST"), 2);
    assert.equal(await passing("/day", 5), 3);
    assert.equal(await passing("/free", 30), 30);
  });

  it("with a burst of its own", async () => {
    assert.equal(await passing("/burst", 6), 4);
  });

  it("by consumer: more than twenty have a count of their own, on each route", async () => {
    const subjects = Array.from({ length: 40 }, (_, index) => `subject ${index}`);
    for (const sub of subjects) assert.equal(await passing("/consumer", 1, sub), 1, sub);
    for (const sub of subjects) assert.equal(await passing("/consumer", 2, sub), 1, sub);
    for (const sub of subjects) assert.equal(await passing("/consumer", 1, sub), 0, sub);
    assert.equal(await passing("/other-consumer", 3, "subject 0"), 2);
  });

  it("by consumer: a token without a subject is refused", async () => {
    for (const sub of [undefined, "", null]) {
      const { status, received } = await bench.send("/consumer", { headers: bearing(tokenWith({ sub })) });
      assert.deepEqual([status === 401 || status === 403, received], [true, undefined], `${sub}`);
    }
    assert.equal((await bench.send("/api/a", { headers: bearing(tokenWith({ sub: undefined })) })).status, 200);
  });

  it("so that a consumer over its own limit does not use up what others may send", async () => {
    assert.equal(await passing("/narrow", 20, "greedy"), 2);
    assert.equal(await passing("/narrow", 2, "modest"), 2);
    assert.equal(await passing("/narrow", 2, "late"), 0);
  });

  it("by API: over all routes with the same limit", async () => {
    // The test before sent one.
    assert.equal(await passing("/api/b", 2, "ann"), 2);
    assert.equal(await passing("/api/a", 3), 1);
    assert.equal(await passing("/api/b", 1, "ann"), 0);
    assert.equal(await passing("/api/c", 6), 5);
  });

  it("that it replies to itself", async () => {
    assert.equal(await passing("/reply", 3), 1);
  });

  it("after the token is checked, so that strangers use up nothing", async () => {
    for (let index = 0; index < 5; index++) assert.equal((await bench.send("/other-consumer")).status, 401);
    assert.equal(await passing("/other-consumer", 2, "subject 1"), 2);
  });
});
