import assert from "node:assert/strict";
import fc from "fast-check";
import {
  field,
  openApi,
  policies,
  refused,
  type Service,
  service,
} from "../../../../support/sandbox/data-plane/azure/api-management/service.ts";

const limited = (policy: string, sku = "Developer"): Service =>
  service({ policy: policies({ inbound: policy }), document: openApi("GET /a", "GET /b") }, { sku });
const rate = (attributes: string) => `<rate-limit-by-key ${attributes} />`;
const at = (policy: string, place: RegExp, problem: RegExp, sku = "Developer") =>
  refused(() => limited(policy, sku), place, problem);
const decision = async (subject: Service, line = "GET /shop/a", headers = {}) =>
  (await subject.decide(line, headers)).decision;

describe("rate-limit-by-key", () => {
  it("accepts the calls of a window, rejects the next with 429, and sends the time to wait", async () => {
    const subject = limited(rate('calls="2" renewal-period="60" counter-key="k"'));
    assert.equal(await decision(subject), "proxied");
    subject.clock.now += 10_500;
    assert.equal(await decision(subject), "proxied");
    const outcome = await subject.decide("GET /shop/a");
    assert.equal(outcome.decision, "limited");
    assert.deepEqual("reply" in outcome && outcome.reply, {
      status: 429,
      headers: [
        ["Content-Type", "application/json"],
        ["Retry-After", "50"],
      ],
      body: '{ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 50 seconds." }',
    });
    subject.clock.now += 49_500;
    assert.equal(await decision(subject), "proxied");
    assert.equal(await decision(subject), "limited");
  });

  it("uses one counter for each value of the key, whatever the operation", async () => {
    const shared = limited(rate('calls="1" renewal-period="60" counter-key="k"'));
    assert.equal(await decision(shared, "GET /shop/a"), "proxied");
    assert.equal(await decision(shared, "GET /shop/b"), "limited");
    const apart = limited(rate('calls="1" renewal-period="60" counter-key="@(context.Operation.Id)"'));
    assert.equal(await decision(apart, "GET /shop/a"), "proxied");
    assert.equal(await decision(apart, "GET /shop/b"), "proxied");
    assert.equal(await decision(apart, "GET /shop/b"), "limited");
  });

  it("accepts expressions for calls and period, and can count a request more than once", async () => {
    const subject = limited(
      rate(
        'calls="@(context.Operation.Id == &quot;get-a&quot; ? 4 : 2)" renewal-period="@(60)" counter-key="@(context.Operation.Id)" increment-count="2"',
      ),
    );
    assert.equal(await decision(subject), "proxied");
    assert.equal(await decision(subject), "proxied");
    assert.equal(await decision(subject), "limited");
    assert.equal(await decision(subject, "GET /shop/b"), "proxied");
    assert.equal(await decision(subject, "GET /shop/b"), "limited");
  });

  it("counts by the response with an increment condition", async () => {
    const subject = limited(
      rate('calls="1" renewal-period="60" counter-key="k" increment-condition="@(context.Response.StatusCode == 200)"'),
    );
    for (const status of [404, 500, 200]) (await subject.forward("GET /shop/a")).response?.(status, []);
    assert.equal(await decision(subject), "limited");
    const down = limited(
      rate('calls="1" renewal-period="60" counter-key="k" increment-condition="@(context.Response.StatusCode == 500)"'),
    );
    (await down.forward("GET /shop/a")).down("refused");
    assert.equal(await decision(down), "limited");
    const failing = limited(
      rate(
        'calls="1" renewal-period="60" counter-key="k" increment-condition="@((bool)context.Variables[&quot;x&quot;])"',
      ),
    );
    (await failing.forward("GET /shop/a")).response?.(200, []);
    assert.equal(await decision(failing), "limited");
  });

  it("uses the names of headers in the policy", async () => {
    const subject = limited(
      rate(
        'calls="1" renewal-period="60" counter-key="k" retry-after-header-name="X-Wait" total-calls-header-name="X-Total"',
      ),
    );
    assert.equal(
      field({ headers: (await subject.forward("GET /shop/a")).response?.(200, []).headers ?? [] }, "x-total"),
      "1",
    );
    const reply = await subject.reply("GET /shop/a");
    assert.equal(field(reply, "x-wait"), "60");
    assert.equal(field(reply, "retry-after"), undefined);
    assert.equal(field(reply, "x-total"), "1");
  });

  it("never accepts more than the calls in any window, and at most twice as many in the v2 tiers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 40 }),
        fc.boolean(),
        async (calls, steps, v2) => {
          const subject = limited(
            rate(`calls="${calls}" renewal-period="5" counter-key="k"`),
            v2 ? "StandardV2" : "Developer",
          );
          const passed: number[] = [];
          for (const step of steps) {
            subject.clock.now += step;
            if ((await decision(subject)) === "proxied") passed.push(subject.clock.now);
          }
          for (const from of passed) {
            const within = passed.filter((time) => time >= from && time < from + 5_000).length;
            assert.ok(within <= (v2 ? 2 * calls : calls), `${within} of ${calls}`);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is rejected out of bounds, and in a tier without it", () => {
    at(rate('calls="2" renewal-period="301" counter-key="k"'), /@renewal-period$/, /from 1 to 300/);
    at(rate('calls="0" renewal-period="60" counter-key="k"'), /@calls$/, /from 1/);
    at(rate('calls="2" renewal-period="60"'), /@counter-key$/, /required/);
    at(
      rate('calls="2" renewal-period="60" counter-key="k" remaining-calls-header-name="X"'),
      /@remaining-calls-header-name$/,
      /the sandbox does not model this attribute/,
    );
    at(
      rate('calls="2" renewal-period="60" counter-key="k"'),
      /rate-limit-by-key\[1\]$/,
      /not allowed in 'Consumption' sku/,
      "Consumption",
    );
    at(
      rate('calls="2" renewal-period="60" counter-key="k" increment-condition="true"'),
      /@increment-condition$/,
      /v2 tiers/,
      "BasicV2",
    );
  });
});

describe("quota-by-key", () => {
  const quota = (attributes: string) => `<quota-by-key ${attributes} />`;

  it("accepts the calls of a fixed period, and rejects the next with 403 until the period ends", async () => {
    const subject = limited(quota('calls="2" renewal-period="3600" counter-key="k"'));
    subject.clock.now += 3_500_000;
    assert.equal(await decision(subject), "proxied");
    assert.equal(await decision(subject), "proxied");
    const reply = await subject.reply("GET /shop/a");
    assert.equal(reply.status, 403);
    assert.equal(field(reply, "retry-after"), "100");
    assert.equal(
      reply.body,
      '{ "statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in 00:01:40." }',
    );
    assert.equal(await decision(subject), "limited");
    subject.clock.now += 100_000;
    assert.equal(await decision(subject), "proxied");
  });

  it("starts its periods at first-period-start, or has one endless period", async () => {
    const subject = limited(
      quota('calls="1" renewal-period="600" counter-key="k" first-period-start="2025-12-31T23:55:00Z"'),
    );
    assert.equal(await decision(subject), "proxied");
    subject.clock.now += 299_999;
    assert.equal(await decision(subject), "limited");
    subject.clock.now += 1;
    assert.equal(await decision(subject), "proxied");
    const endless = limited(quota('calls="1" renewal-period="0" counter-key="k"'));
    assert.equal(await decision(endless), "proxied");
    endless.clock.now += 1e12;
    assert.equal(await decision(endless), "limited");
  });

  it("counts a key once for each request, however many policies use it", async () => {
    const one = quota('calls="2" renewal-period="600" counter-key="k"');
    const subject = limited(one + one);
    assert.equal(await decision(subject), "proxied");
    assert.equal(await decision(subject), "proxied");
    assert.equal(await decision(subject), "limited");
  });

  it("counts by the response with an increment condition", async () => {
    const subject = limited(
      quota(
        'calls="1" renewal-period="600" counter-key="k" increment-condition="@(context.Response.StatusCode < 400)"',
      ),
    );
    (await subject.forward("GET /shop/a")).response?.(404, []);
    (await subject.forward("GET /shop/a")).response?.(200, []);
    assert.equal(await decision(subject), "limited");
  });

  it("is rejected out of bounds, with expressions, and in the tiers without it", () => {
    at(quota('calls="2" renewal-period="299" counter-key="k"'), /@renewal-period$/, /at least 300/);
    at(
      quota('calls="@(2)" renewal-period="300" counter-key="k"'),
      /@calls$/,
      /the sandbox does not model an expression here/,
    );
    at(
      quota('calls="2" renewal-period="300" counter-key="k" first-period-start="tomorrow"'),
      /@first-period-start$/,
      /yyyy/,
    );
    at(
      quota('calls="2" bandwidth="2" renewal-period="300" counter-key="k"'),
      /@bandwidth$/,
      /the sandbox does not model this attribute/,
    );
    for (const sku of ["Consumption", "BasicV2", "StandardV2", "PremiumV2"]) {
      at(
        quota('calls="2" renewal-period="300" counter-key="k"'),
        /quota-by-key\[1\]$/,
        new RegExp(`not allowed in '${sku}' sku`),
        sku,
      );
    }
  });
});
