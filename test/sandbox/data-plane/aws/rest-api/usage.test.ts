import assert from "node:assert/strict";
import {
  any,
  KEY_SCHEME,
  lambdaAuthorizer,
  RestStand,
  to,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer, raw } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

const FORBIDDEN = [403, '{"message":"Forbidden"}'] as const;
const LIMITED = [429, '{"message":"Too Many Requests"}'] as const;
const OVER_QUOTA = [429, '{"message":"Limit Exceeded"}'] as const;
const PASSED = [200, "from the backend"] as const;

describe("An AWS REST API with limits", () => {
  let stand: RestStand;
  const last = () => stand.log.at(-1);

  beforeEach(async () => {
    stand = await new RestStand().start();
  });
  afterEach(() => stand.close());

  describe("throttles", () => {
    const settings = (rate: number | undefined, burst: number | undefined) => ({
      ...(rate === undefined ? {} : { throttlingRateLimit: rate }),
      ...(burst === undefined ? {} : { throttlingBurstLimit: burst }),
    });
    const count = async (url: string, times: number): Promise<number> => {
      let passed = 0;
      for (let index = 0; index < times; index++) if ((await fetch(url)).status === 200) passed++;
      return passed;
    };

    it("each method separately, by its own settings or those for all methods", async () => {
      stand.frozen = 1_000_000;
      const url = stand.serve(
        { "/": { get: to("/") }, "/a/{x}": { get: to("/{x}"), [any]: to("/{x}") }, "/b": { get: to("/") } },
        {
          stage: { methodSettings: { "*/*": settings(1, 2), "a~1{x}/GET": settings(2, 4), "~1/GET": settings(1, 1) } },
        },
      );
      assert.equal(await count(`${url}/a/1`, 6), 4);
      assert.equal(await count(`${url}/a/2`, 2), 0);
      assert.equal(await count(`${url}/b`, 4), 2);
      assert.equal(await count(url, 3), 1);
      const response = await fetch(url);
      assert.equal(response.headers.get("x-amzn-errortype"), "TooManyRequestsException");
      assert.deepEqual(await answer(response), LIMITED);
      assert.deepEqual([last()?.decision, last()?.route], ["limited", "GET /"]);
      stand.ahead = 1_000;
      assert.equal(await count(`${url}/a/1`, 6), 2);
      assert.equal(await count(`${url}/b`, 6), 1);
    });

    it("nothing without settings or at -1, and every request at zero", async () => {
      const paths = { "/a": { get: to("/") } };
      const served = (value: object) => stand.serve(paths, { stage: { methodSettings: { "*/*": value } } });
      assert.equal(await count(`${served({})}/a`, 20), 20);
      assert.equal(await count(`${served(settings(-1, -1))}/a`, 20), 20);
      assert.equal(await count(`${served({ metricsEnabled: true, loggingLevel: "INFO" })}/a`, 20), 20);
      stand.frozen = 1_000_000;
      assert.equal(await count(`${served(settings(0, 5))}/a`, 7), 5);
      stand.readings = { "aws-zero-rate": "refuses" };
      assert.equal(await count(`${served(settings(0, 5))}/a`, 3), 0);
      assert.equal(await count(`${served(settings(5, 0))}/a`, 3), 0);
    });

    it("despite settings of a method that no longer exists", async () => {
      const url = stand.serve(
        { "/a": { get: to("/") } },
        { stage: { methodSettings: { "gone/GET": settings(0, 0) } } },
      );
      assert.equal(await count(`${url}/a`, 3), 3);
    });
  });

  describe("requires API keys", () => {
    const key = (id: string, enabled = true) => ({ id, value: `${id}-0123456789abcdefghij`, enabled });
    const plan = { id: "gold", methodThrottles: {}, keys: [key("k1"), key("k2"), key("off", false)] };
    const components = { securitySchemes: { key: KEY_SCHEME } };
    const paths = {
      "/a": { get: to("/", {}, { security: [{ key: [] }] }), post: to("/", {}, { security: [{ key: [] }] }) },
      "/open": { get: to("/") },
      "/": { get: to("/", {}, { security: [{ key: [] }] }) },
    };
    const get = (url: string, id: string | undefined, method = "GET") =>
      fetch(url, { method, headers: id === undefined ? {} : { "X-Api-Key": `${id}-0123456789abcdefghij` } });
    const passed = async (url: string, id: string, times: number, method = "GET"): Promise<number> => {
      let count = 0;
      for (let index = 0; index < times; index++) if ((await get(url, id, method)).status === 200) count++;
      return count;
    };

    it("and accepts only enabled ones of the stage's usage plans", async () => {
      const url = stand.serve(paths, { components, usagePlans: [plan] });
      assert.deepEqual(await answer(get(`${url}/a`, "k1")), PASSED);
      assert.deepEqual(await answer(fetch(`${url}/open`)), PASSED);
      for (const id of [undefined, "off", "unknown", ""]) {
        const response = await get(`${url}/a`, id);
        assert.equal(response.headers.get("x-amzn-errortype"), "ForbiddenException");
        assert.deepEqual(await answer(response), FORBIDDEN, id);
        assert.equal(last()?.decision, "unauthenticated");
      }
      const header = "X-Api-Key: k1-0123456789abcdefghij\r\n";
      assert.match(
        await raw(url, `GET /prod/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}X-Api-Key: other\r\n\r\n`),
        /^HTTP\/1\.1 403 /,
      );
      assert.equal(stand.backend.seen.length, 2);
    });

    it("and accepts none when the stage has no usage plan", async () => {
      const url = stand.serve(paths, { components });
      assert.deepEqual(await answer(get(`${url}/a`, "k1")), FORBIDDEN);
    });

    it("and throttles each key by its plan over all methods, and by the plan's throttle of a method", async () => {
      stand.frozen = 1_000_000;
      stand.readings = { "rest-plan-throttle": "both" };
      const url = stand.serve(paths, {
        components,
        usagePlans: [
          {
            ...plan,
            throttle: { rateLimit: 1, burstLimit: 5 },
            methodThrottles: { "/a/GET": { rateLimit: 1, burstLimit: 2 }, "//GET": { rateLimit: 1, burstLimit: 0 } },
          },
        ],
      });
      assert.equal(await passed(`${url}/a`, "k1", 4), 2);
      assert.equal(await passed(`${url}/a`, "k1", 5, "POST"), 3);
      assert.equal(await passed(url, "k2", 2), 0);
      assert.equal(await passed(`${url}/a`, "k2", 4, "POST"), 4);
      const response = await get(`${url}/a`, "k1");
      assert.equal(response.headers.get("x-amzn-errortype"), "TooManyRequestsException");
      assert.deepEqual(await answer(response), LIMITED);
    });

    it("and counts a method with a throttle of its own only there, by the other reading of rest-plan-throttle", async () => {
      stand.frozen = 1_000_000;
      const limited = {
        ...plan,
        throttle: { rateLimit: 1, burstLimit: 3 },
        methodThrottles: { "/a/GET": { rateLimit: 1, burstLimit: 2 }, "//GET": { rateLimit: -1, burstLimit: -1 } },
      };
      const url = stand.serve(paths, { components, usagePlans: [limited] });
      assert.equal(await passed(`${url}/a`, "k1", 4), 2);
      assert.equal(await passed(url, "k1", 5), 5, "a throttle of its own without a limit");
      assert.equal(await passed(`${url}/a`, "k1", 5, "POST"), 3);
    });

    it("and limits each key to its plan's quota until the next calendar month begins", async () => {
      const quota = { limit: 3, offset: 0, period: "MONTH" as const };
      const url = stand.serve(paths, { components, usagePlans: [{ ...plan, quota }] });
      stand.frozen = Date.UTC(2026, 0, 31, 23, 59);
      assert.equal(await passed(`${url}/a`, "k1", 5), 3);
      const response = await get(`${url}/a`, "k1");
      assert.equal(response.headers.get("x-amzn-errortype"), "LimitExceededException");
      assert.deepEqual(await answer(response), OVER_QUOTA);
      assert.equal(last()?.decision, "limited");
      assert.equal(await passed(`${url}/a`, "k2", 5), 3);
      stand.frozen = Date.UTC(2026, 1, 1);
      assert.equal(await passed(`${url}/a`, "k1", 5), 3);
      stand.frozen = Date.UTC(2026, 1, 28, 23, 59);
      assert.equal(await passed(`${url}/a`, "k1", 1), 0);
      // February is shorter than January, and its count must not continue into March.
      stand.frozen = Date.UTC(2026, 2, 1);
      assert.equal(await passed(`${url}/a`, "k1", 5), 3);
    });
  });

  it("does not count requests that it refuses for another reason", async () => {
    stand.frozen = 1_000_000;
    const url = stand.serve(
      { "/a": { get: to("/", {}, { security: [{ key: [] }] }) } },
      {
        components: { securitySchemes: { key: KEY_SCHEME, unused: lambdaAuthorizer("gone") } },
        usagePlans: [{ id: "p", methodThrottles: {}, keys: [{ id: "k", value: "k", enabled: true }] }],
        stage: { methodSettings: { "a/GET": { throttlingRateLimit: 1, throttlingBurstLimit: 1 } } },
      },
    );
    for (let index = 0; index < 5; index++) assert.equal((await fetch(`${url}/a`)).status, 403);
    assert.equal((await fetch(`${url}/a`, { headers: { "x-api-key": "k" } })).status, 200);
    assert.equal((await fetch(`${url}/a`, { headers: { "x-api-key": "k" } })).status, 429);
  });
});
