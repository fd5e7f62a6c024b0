import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import { withoutRestOnly } from "../../../../../components/aws/http-api/rest-api-only.ts";
import { httpApiTarget } from "../../../../../components/aws/http-api/target.ts";
import {
  canaryAccessLogFields,
  restApiAccessLogFields,
} from "../../../../../components/aws/operations/access-log-format.ts";
import { withCanary } from "../../../../../components/aws/rest-api/canary/canary.ts";
import { restApiTarget } from "../../../../../components/aws/rest-api/target.ts";
import { documentHash } from "../../../../../components/aws/state/last-import.ts";
import {
  canary,
  described,
  limited,
  refusalOf,
} from "../../../../support/components/aws/rest-api/canary/canary-release.ts";
import { CanaryStack } from "../../../../support/components/aws/rest-api/canary/canary-stack.ts";

function problemsOf(given: unknown): readonly Problem[] {
  const target = withCanary(restApiTarget({ name: "orders" }), given);
  try {
    carry(normalise(described(1)), target.capabilities, {}, target.check);
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}
const triggersOf = (stack: CanaryStack, part: string) => stack.inputs(part)?.triggers as Record<string, string>;
const versionOf = (stack: CanaryStack) => JSON.parse(String(stack.inputs("api")?.body)).info.version as string;

describe("the argument canary", () => {
  it("is a share of the requests: more than none and fewer than all", () => {
    for (const percent of [0.000001, 0.5, 10, 33.333333, 99.999999]) assert.deepEqual(problemsOf({ percent }), []);
    for (const percent of [0, 100, -1, 101, Number.NaN, Number.POSITIVE_INFINITY, "10", undefined, null, [10]]) {
      const [problem, ...others] = problemsOf({ percent });
      assert.deepEqual([problem?.code, problem?.place, others], ["bad-canary", "canary.percent", []], String(percent));
    }
    const [finest] = problemsOf({ percent: 33.3333333 });
    assert.match(finest?.rule ?? "", /at most six decimal places\. 33\.3333333 has more\./);
    assert.equal(finest?.remedy, "Write 33.33.");
  });

  it("is known before the deployment", () => {
    for (const given of [true, 10, null, [], pulumi.output(canary), Promise.resolve(canary)]) {
      assert.deepEqual(
        problemsOf(given).map(({ code, place }) => `${code} ${place}`),
        ["bad-canary canary"],
      );
    }
  });

  it("adds one resource, and a caution that a stricter rule does not apply to all requests", () => {
    const target = restApiTarget({ name: "orders" });
    const api = normalise(described(1));
    assert.equal(withCanary(target, undefined), target);
    assert.equal(withCanary(target, canary).resources(api), target.resources(api) + 1);
    const [caution, ...others] = withCanary(target, canary).cautions(api).slice(target.cautions(api).length);
    assert.deepEqual(others, []);
    assert.equal(caution?.route, "all 2 routes");
    assert.match(
      caution?.what ?? "",
      /applies to about 10 % of the requests only\. The other requests are still allowed what it forbids/,
    );
  });

  it("is refused by an HTTP API", () => {
    const [problem, ...others] = withoutRestOnly(httpApiTarget({ name: "orders" }), { canary }).check(
      normalise(described(1)),
    );
    assert.deepEqual(
      [problem?.code, problem?.place, problem?.remedy, others],
      [...["rest-only", "canary", "Leave it out, or use AwsRestApi."], []],
    );
  });

  it("adds a last field to the access log: whether the canary responded", () => {
    assert.deepEqual(Object.entries(canaryAccessLogFields), [
      ...Object.entries(restApiAccessLogFields),
      ["canary", "isCanaryRequest"],
    ]);
  });
});

describe("AwsRestApi with a canary", () => {
  let stack: CanaryStack;

  beforeEach(() => {
    stack = new CanaryStack();
  });

  it("has the same resources, with the same names, when the canary is removed", async () => {
    await stack.up(described(1));
    const before = stack.names;
    await stack.up(described(1), { canary });
    assert.deepEqual(
      stack.names.filter((name) => !before.includes(name)),
      ["orders-canary-deployment"],
    );
    assert.equal(stack.inputs("api")?.body !== undefined, true);
    await stack.up(described(1));
    assert.deepEqual(stack.names, before);
    assert.equal(stack.inputs("stage")?.canarySettings, undefined);
  });

  it("has two deployments of one description at first, and changes nothing as long as nothing changes", async () => {
    await stack.up(described(1), { canary });
    const first = stack.all;
    const hash = documentHash(String(stack.inputs("api")?.body));
    assert.equal(triggersOf(stack, "deployment").document, hash);
    assert.equal(triggersOf(stack, "canary-deployment").document, hash);
    assert.deepEqual(stack.inputs("stage")?.canarySettings, {
      deploymentId: stack.id("canary-deployment"),
      percentTraffic: 10,
      useStageCache: false,
    });
    await stack.up(described(1), { canary });
    assert.deepEqual(stack.all, first);
  });

  it("keeps the stable deployment and adds one of the new description", async () => {
    await stack.up(described(1));
    const [before, stable] = [triggersOf(stack, "deployment"), stack.id("deployment")];
    for (const version of [2, 3]) {
      await stack.up(described(version), { canary });
      assert.deepEqual(triggersOf(stack, "deployment"), before);
      assert.equal(stack.id("deployment"), stable);
      assert.equal(stack.inputs("stage")?.deployment, stable);
      const { document, stable: beside = "" } = triggersOf(stack, "canary-deployment");
      assert.equal(document, documentHash(String(stack.inputs("api")?.body)));
      assert.equal(JSON.parse(beside).document, before.document);
      const settings = stack.inputs("stage")?.canarySettings as { readonly deploymentId: string };
      assert.equal(settings.deploymentId, stack.id("canary-deployment"));
      const now = stack.all;
      await stack.up(described(version), { canary });
      assert.deepEqual(stack.all, now, "a repeated update changes nothing");
    }
  });

  it("is promoted by a deployment of its description when it is removed", async () => {
    await stack.up(described(1));
    const stable = stack.id("deployment");
    await stack.up(described(2), { canary });
    await stack.up(described(2));
    assert.notEqual(stack.id("deployment"), stable);
    assert.equal(stack.inputs("stage")?.deployment, stack.id("deployment"));
    assert.equal(versionOf(stack), "1", "the document no longer contains the mark");
    const promoted = stack.all;
    await stack.up(described(2));
    assert.deepEqual(stack.all, promoted);
  });

  it("serves the earlier description again when the change is reverted", async () => {
    await stack.up(described(1));
    const stable = stack.id("deployment");
    await stack.up(described(2), { canary });
    await stack.up(described(1), { canary });
    assert.equal(stack.id("deployment"), stable);
    const calls = (part: string) => JSON.parse(String(stack.inputs(part)?.body)).paths;
    assert.match(JSON.stringify(calls("api")), /version\\*":1/);
    await stack.up(described(1));
    assert.equal(stack.id("deployment"), stable, "removing the canary moves nothing");
  });

  it("continues after an update that ended before the canary's deployment was created", async () => {
    await stack.up(described(1));
    const [before, stable] = [triggersOf(stack, "deployment"), stack.id("deployment")];
    await stack.up(described(2), { canary });
    stack.edit("canary-deployment", undefined);
    stack.edit("stage", { canarySettings: undefined });
    await stack.up(described(2), { canary });
    assert.equal(stack.id("deployment"), stable);
    assert.match(
      versionOf(stack),
      new RegExp(`^1 \\(import [0-9a-f]{8}\\) \\(beside ${before.document?.slice(0, 8)}\\)$`),
    );
    const now = stack.all;
    await stack.up(described(2), { canary });
    assert.deepEqual(stack.all, now);
  });

  it("continues after a first update that ended before its limits were created", async () => {
    const description = described(1, { "POST /orders": limited(5) });
    await stack.up(description, { canary });
    const all = Object.keys(stack.all);
    for (const entry of ["throttle-*/*", "throttle-~1orders/POST"]) stack.edit(entry, undefined);
    assert.deepEqual(await refusalOf(stack, description), []);
    assert.notDeepEqual(await refusalOf(stack, described(2, { "POST /orders": limited(5) })), []);
    await stack.up(description, { canary });
    assert.deepEqual(Object.keys(stack.all).toSorted(), all.toSorted());
    assert.deepEqual(await refusalOf(stack, described(1, { "POST /orders": limited(6) })), [
      "canary-changes-limit POST /orders",
    ]);
  });

  it("refuses to rename a parameter of a limited route, since the limit of the other requests would go", async () => {
    const path = (name: string) => described(1, { [`GET /items/{${name}}`]: limited(5) });
    await stack.up(path("id"));
    const part = "throttle-~1items~1{p2}/GET";
    assert.equal(stack.inputs(part)?.methodPath, "~1items~1{id}/GET");
    const names = stack.names;
    assert.deepEqual(await refusalOf(stack, path("number")), [
      'canary-changes-limit routes["GET /items/{id}"]',
      "canary-changes-limit GET /items/{number}",
    ]);
    await stack.up(path("number"));
    assert.equal(stack.inputs(part)?.methodPath, "~1items~1{number}/GET");
    assert.deepEqual(stack.names, names, "the names of resources stay the same");
  });

  it("moves the stage first if an update ended before the stage moved", async () => {
    await stack.up(described(1));
    const old = stack.id("deployment");
    await stack.up(described(2));
    stack.edit("stage", { deployment: old });
    await stack.up(described(3), { canary });
    assert.equal(stack.inputs("stage")?.deployment, stack.id("deployment"));
    assert.equal(stack.inputs("stage")?.canarySettings, undefined);
    await stack.up(described(3), { canary });
    assert.notEqual(stack.inputs("stage")?.canarySettings, undefined);
  });

  it("works for a private API too, whose document is imported by a resource of its own", async () => {
    const place = { privateTo: { vpcEndpoints: ["vpce-0123456789abcdef0"] } };
    await stack.up(described(1), place);
    const [before, stable] = [triggersOf(stack, "deployment"), stack.id("deployment")];
    await stack.up(described(2), { canary, ...place });
    assert.deepEqual([triggersOf(stack, "deployment"), stack.id("deployment")], [before, stable]);
    const { document } = triggersOf(stack, "canary-deployment");
    assert.equal(document, documentHash(String(stack.inputs("import")?.body)));
    const now = stack.all;
    await stack.up(described(2), { canary, ...place });
    assert.deepEqual(stack.all, now);
    stack.edit("canary-deployment", undefined);
    await stack.up(described(2), { canary, ...place });
    assert.deepEqual([triggersOf(stack, "deployment"), stack.id("deployment")], [before, stable]);
    await stack.up(described(2), place);
    assert.notEqual(stack.id("deployment"), stable);
  });

  it("has cached responses of its own if the stage has a cache", async () => {
    const cached = { "GET /prices": { to: "erp", auth: "anyone" } };
    const cache = { sizeGb: "0.5", routes: { "GET /prices": { ttlSeconds: 60 } } } as const;
    await stack.up(described(1, cached), { canary, cache });
    const settings = stack.inputs("stage")?.canarySettings as { readonly useStageCache: boolean };
    assert.equal(settings.useStageCache, true);
  });

  it("changes both deployments with one transform", async () => {
    const transform = {
      deployment: (args: { description?: pulumi.Input<string> }) => {
        args.description = "changed";
      },
    };
    await stack.up(described(1), { canary, transform: transform as never });
    for (const part of ["deployment", "canary-deployment"]) {
      assert.equal(stack.inputs(part)?.description, "changed");
      assert.equal(typeof triggersOf(stack, part).document, "string");
    }
  });
});
