import assert from "node:assert/strict";
import fc from "fast-check";
import { type Allowance, type Counters, ProcessCounters } from "../../../../sandbox/data-plane/verifying/counters.ts";

const periodMs = 60_000;
const kinds: Readonly<Record<string, (counters: Counters, limit: number, now: number) => Allowance>> = {
  "a token bucket": (counters, limit, now) =>
    counters.take("k", { capacity: limit, refillPerSecond: (limit * 1000) / periodMs }, now),
  "a sliding window": (counters, limit, now) => counters.slide("k", limit, periodMs, now),
  "a fixed window from the first request": (counters, limit, now) => counters.fixed("k", limit, periodMs, now),
  "a fixed window from a set start": (counters, limit, now) => counters.fixed("k", limit, periodMs, now, 12_345),
};

/** Gaps between requests, in milliseconds: bursts, trickles, and idle times of several periods. */
const gaps = fc.array(
  fc.oneof(fc.constant(0), fc.nat(50), fc.nat(periodMs / 4), fc.integer({ min: periodMs - 2, max: periodMs * 3 })),
  { minLength: 1, maxLength: 300 },
);

describe("Counters", () => {
  for (const [kind, ask] of Object.entries(kinds)) {
    it(`let the first N of a period pass, and never more than 2 N in any period: ${kind}`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(1_000_000), gaps, (limit, start, steps) => {
          const counters = new ProcessCounters();
          const passed: number[] = [];
          let asked = 0;
          let now = start;
          for (const step of steps) {
            now += step;
            asked++;
            const { allowed } = ask(counters, limit, now);
            if (asked <= limit) assert.ok(allowed, `request ${asked} of ${limit} was refused`);
            if (allowed) passed.push(now);
          }
          for (const from of passed) {
            const within = passed.filter((time) => time >= from && time < from + periodMs).length;
            assert.ok(within <= 2 * limit, `${within} passed within a period, of ${limit}`);
          }
        }),
      );
    });

    it(`say exactly when the next request passes, and not before: ${kind}`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 20 }), gaps, (limit, steps) => {
          const counters = new ProcessCounters();
          let now = 1_000_000;
          for (const step of steps) {
            now += step;
            const answer = ask(counters, limit, now);
            if (answer.allowed) continue;
            assert.ok(answer.retryAfterMs > 0);
            const early = now + Math.ceil(answer.retryAfterMs) - 1;
            if (early > now)
              assert.equal(ask(counters, limit, early).allowed, false, "it passed before the time named");
            now += Math.ceil(answer.retryAfterMs);
            assert.equal(ask(counters, limit, now).allowed, true, "it did not pass at the time named");
          }
        }),
      );
    });

    it(`refuse everything at a limit of zero, for ever: ${kind}`, () => {
      const counters = new ProcessCounters();
      for (const now of [0, periodMs, 1e12]) {
        assert.deepEqual(ask(counters, 0, now), { allowed: false, retryAfterMs: Number.POSITIVE_INFINITY });
      }
      assert.equal(counters.size, 0);
    });
  }

  it("agree with a naive count for a sliding window over any sequence", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), gaps, (limit, steps) => {
        const counters = new ProcessCounters();
        const passed: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step;
          const expected = passed.filter((time) => time > now - periodMs).length < limit;
          assert.equal(counters.slide("k", limit, periodMs, now).allowed, expected);
          if (expected) passed.push(now);
        }
      }),
    );
  });

  it("agree with exact arithmetic over a long time for a bucket with a third of a token a second", () => {
    const counters = new ProcessCounters();
    const bucket = { capacity: 1, refillPerSecond: 1 / 3 };
    let passed = 0;
    for (let second = 0; second < 300_000; second++) {
      if (counters.take("k", bucket, second * 1000).allowed) passed++;
    }
    assert.equal(passed, 100_000);
  });

  it("subtract the cost of a request, and refuse one that costs more than is left", () => {
    const counters = new ProcessCounters();
    assert.equal(counters.fixed("k", 10, periodMs, 0, 0, 7).allowed, true);
    assert.deepEqual(counters.fixed("k", 10, periodMs, 10, 0, 4), { allowed: false, retryAfterMs: periodMs - 10 });
    assert.equal(counters.fixed("k", 10, periodMs, 10, 0, 3).allowed, true);
  });

  it("keep the count of a changed limit, so that a lower limit applies at once", () => {
    const counters = new ProcessCounters();
    for (let count = 0; count < 5; count++) assert.equal(counters.slide("k", 10, periodMs, 0).allowed, true);
    assert.equal(counters.slide("k", 5, periodMs, 1).allowed, false);
    const wide = { capacity: 10, refillPerSecond: 1 };
    for (let count = 0; count < 5; count++) assert.equal(counters.take("k", wide, 0).allowed, true);
    assert.equal(counters.take("k", { capacity: 2, refillPerSecond: 1 }, 0).allowed, true);
    assert.equal(counters.take("k", { capacity: 2, refillPerSecond: 1 }, 0).allowed, true);
    assert.equal(counters.take("k", { capacity: 2, refillPerSecond: 1 }, 0).allowed, false);
  });

  it("grant nothing for a clock that steps back", () => {
    const counters = new ProcessCounters();
    assert.equal(counters.take("k", { capacity: 1, refillPerSecond: 1 }, 10_000).allowed, true);
    assert.equal(counters.take("k", { capacity: 1, refillPerSecond: 1 }, 0).allowed, false);
    assert.equal(counters.slide("k", 1, periodMs, 100_000).allowed, true);
    assert.equal(counters.slide("k", 1, periodMs, 0).allowed, false);
    assert.equal(counters.fixed("k", 1, periodMs, 100_000).allowed, true);
    assert.equal(counters.fixed("k", 1, periodMs, 0).allowed, false);
  });

  it("drop idle keys, so that a million of them fit", () => {
    const counters = new ProcessCounters(1_000);
    for (let index = 0; index < 1_000_000; index++) {
      assert.equal(counters.slide(`ip-${index}`, 5, 100, index).allowed, true, `key ${index}`);
    }
    assert.ok(counters.size <= 1_000, `${counters.size} keys are held`);
  });

  it("refuse a new key rather than drop one in use, and return when a place becomes free", () => {
    const counters = new ProcessCounters(2);
    assert.equal(counters.fixed("a", 1, periodMs, 0).allowed, true);
    assert.equal(counters.fixed("b", 1, periodMs, 1_000).allowed, true);
    assert.deepEqual(counters.fixed("c", 1, periodMs, 2_000), { allowed: false, retryAfterMs: periodMs - 2_000 });
    assert.equal(counters.fixed("a", 1, periodMs, 2_000).allowed, false);
    assert.equal(counters.fixed("c", 1, periodMs, periodMs).allowed, true);
  });
});
