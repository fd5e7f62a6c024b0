import assert from "node:assert/strict";
import fc from "fast-check";
import type { AwsRestApiCanary } from "../../../../../sandbox/data-plane/aws/artefacts/rest-api.ts";
import { interpretAwsRestApi } from "../../../../../sandbox/data-plane/aws/rest-api/rest-api.ts";
import { UnsupportedArtefact } from "../../../../../sandbox/data-plane/interpreter.ts";
import {
  mock,
  type RestApiOptions,
  RestStand,
  restApi,
  to,
} from "../../../../support/sandbox/data-plane/aws/rest-api/service.ts";
import { answer } from "../../../../support/sandbox/data-plane/test-data-plane.ts";

describe("a canary of an AWS REST API's stage", () => {
  const stand = new RestStand();
  before(() => stand.start());
  after(() => stand.close());
  beforeEach(() => {
    stand.accessLog.length = 0;
    stand.log.length = 0;
    stand.chance = undefined;
  });

  const canaryOf = (paths: object, members: Partial<AwsRestApiCanary> = {}): AwsRestApiCanary => {
    const { document, apiKeySource, binaryMediaTypes, functions } = restApi(paths);
    const snapshot = { deploymentId: "canary", document, apiKeySource, binaryMediaTypes, functions };
    return { ...snapshot, percentTraffic: 25, variables: {}, cached: false, sameDeployment: false, ...members };
  };
  const told = (text: string) => mock(200, { responseTemplates: { "application/json": text } });
  const old = {
    "/a": { get: told("old $context.isCanaryRequest $stageVariables.tier") },
    "/gone": { get: told("old") },
  };
  const fresh = {
    "/a": { get: told("new $context.isCanaryRequest $stageVariables.tier") },
    "/more": { get: told("new") },
  };
  const stage = { variables: { tier: "gold" } };
  const serve = (members: Partial<AwsRestApiCanary> = {}, options: RestApiOptions = {}) =>
    stand.serve(old, { stage, canary: canaryOf(fresh, { variables: { tier: "tin" }, ...members }), ...options });

  it("serves a random share of the requests, and the stage's deployment serves the others", async () => {
    const url = serve();
    for (const [chance, body] of [
      [0, "new true tin"],
      [0.2499, "new true tin"],
      [0.25, "old false gold"],
      [0.9999, "old false gold"],
    ] as const) {
      stand.chance = chance;
      assert.deepEqual(await answer(fetch(`${url}/a`)), [200, body], String(chance));
    }
  });

  it("serves only its own routes", async () => {
    const url = serve();
    const statuses = async (path: string) => {
      const found: number[] = [];
      for (stand.chance of [0, 0.5]) found.push((await fetch(`${url}${path}`)).status);
      return found;
    };
    assert.deepEqual(
      [await statuses("/gone"), await statuses("/more")],
      [
        [403, 200],
        [200, 403],
      ],
    );
    const { routes } = interpretAwsRestApi(restApi(old, { stage, canary: canaryOf(fresh, stage) }), stand.surroundings);
    assert.deepEqual(routes, ["GET /a", "GET /gone", "GET /more"]);
  });

  it("appears in the sandbox's log, and also writes its access log to a log group of its own", async () => {
    const accessLog = { logGroup: "orders", format: "$context.requestId $context.isCanaryRequest" };
    const url = serve({}, { stage: { ...stage, accessLog } });
    for (stand.chance of [0, 0.5]) await answer(fetch(`${url}/a`));
    await stand.settled(3);
    assert.deepEqual(
      stand.accessLog.map(({ logGroup, message }) => [logGroup, message.split(" ")[1]]),
      [
        ["orders", "true"],
        ["orders/Canary", "true"],
        ["orders", "false"],
      ],
    );
    assert.deepEqual(
      stand.log.map(({ reason }) => reason),
      ["canary: a mock's reply", "a mock's reply"],
    );
    const bare = stand.serve(old, { stage: { ...stage, accessLog } });
    await answer(fetch(`${bare}/a`));
    await stand.settled(4);
    assert.equal(stand.accessLog.at(-1)?.message.split(" ")[1], "-", "without a canary the variable is empty");
  });

  it("shares the stage's throttles, so that a limit applies to both together", async () => {
    stand.frozen = 1_000_000;
    const methodSettings = { "a/GET": { throttlingRateLimit: 0.001, throttlingBurstLimit: 3 } };
    const url = serve({}, { stage: { ...stage, methodSettings } });
    const statuses: number[] = [];
    for (stand.chance of [0, 0.5, 0, 0.5, 0]) statuses.push((await fetch(`${url}/a`)).status);
    stand.frozen = undefined;
    assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
  });

  it("has a cache apart from the stage's deployment, unless it is the same one or caching is off", async () => {
    const methodSettings = { "a/GET": { cachingEnabled: true, cacheTtlInSeconds: 60 } };
    const paths = { "/a": { get: to("/a") } };
    let count = 0;
    stand.backend.answer = (_request, response) => response.writeHead(200).end(String(++count));
    const answers = async (members: Partial<AwsRestApiCanary>) => {
      count = 0;
      const canary = canaryOf(paths, members);
      const url = stand.serve(paths, { stage: { methodSettings, cached: true }, canary });
      const found: string[] = [];
      for (stand.chance of [0.5, 0, 0.5, 0]) found.push(await (await fetch(`${url}/a`)).text());
      return found;
    };
    assert.deepEqual(await answers({ cached: true }), ["1", "2", "1", "2"]);
    assert.deepEqual(await answers({ cached: true, sameDeployment: true }), ["1", "1", "1", "1"]);
    assert.deepEqual(await answers({ cached: false }), ["1", "2", "1", "3"]);
  });

  it("is private or disabled like its API", async () => {
    for (const closed of [{ private: true }, { defaultEndpointDisabled: true }]) {
      const url = serve({}, closed);
      for (stand.chance of [0, 0.5]) assert.equal((await fetch(`${url}/a`)).status, 403, JSON.stringify(closed));
    }
  });

  it("is refused when its deployment cannot be served", () => {
    const canary = canaryOf({ "/a": { get: { "x-amazon-apigateway-integration": { type: "aws" } } } });
    assert.throws(() => interpretAwsRestApi(restApi(old, { stage, canary }), stand.surroundings), UnsupportedArtefact);
  });

  it("receives its configured share of the requests", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (percentTraffic) => {
        const chances = Array.from({ length: 1_000 }, (_, index) => (index + 0.5) / 1_000);
        let next = 0;
        const random = () => chances[next++] ?? 0;
        const artefacts = restApi(old, { stage, canary: canaryOf(fresh, { ...stage, percentTraffic }) });
        const gateway = interpretAwsRestApi(artefacts, { ...stand.surroundings, random });
        const request = {
          ...{ method: "GET", path: "/prod/gone", query: "", headers: [] },
          ...{ header: () => undefined, remoteAddress: "127.0.0.1" },
        };
        const canary = chances.filter(() => {
          const outcome = gateway.decide(request);
          return "decision" in outcome && outcome.decision === "no route";
        });
        assert.ok(
          Math.abs(canary.length - percentTraffic * 10) <= 1,
          `${canary.length} of 1,000 at ${percentTraffic} %`,
        );
      }),
      { numRuns: 20 },
    );
  });
});
