import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../../../components/api/binding/binding.ts";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { type Description, http, jwt, open } from "../../../../../components/api/description.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import { withoutRestOnly } from "../../../../../components/aws/http-api/rest-api-only.ts";
import { httpApiTarget } from "../../../../../components/aws/http-api/target.ts";
import {
  canaryAccessLogFields,
  restApiAccessLogFields,
} from "../../../../../components/aws/operations/access-log-format.ts";
import { withCanary } from "../../../../../components/aws/rest-api/canary/canary.ts";
import { CanaryRelease } from "../../../../../components/aws/rest-api/canary/release.ts";
import { webAclOf } from "../../../../../components/aws/rest-api/firewall/rules.ts";
import { restApiTarget, settingsOf } from "../../../../../components/aws/rest-api/target.ts";
import { documentHash } from "../../../../../components/aws/state/last-import.ts";
import { CanaryStack } from "./canary-stack.ts";

/** An API that replies with its version. */
function described(version: number, more: object = {}, members: object = {}): Description {
  return {
    version: 1,
    backends: { erp: http() },
    auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test") },
    default: { auth: "staff" },
    routes: {
      "GET /version": { reply: { status: 200, body: { version } }, auth: "anyone" },
      "GET /orders/{id}": { to: "erp" },
      ...more,
    },
    ...members,
  } as Description;
}

const canary = { percent: 10 };

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

interface Place {
  readonly issuer?: string;
  /** Why the state cannot be read. */
  readonly unreadable?: string;
}

/** The canary of the gateway `orders` in this state, before any resource is registered. */
async function releaseOf(
  stack: CanaryStack,
  description: Description,
  { issuer = "https://login.example.com", unreadable }: Place = {},
): Promise<CanaryRelease> {
  await stack.mocked(undefined, unreadable);
  const api = normalise(description);
  const bindings: Bindings = { backends: { erp: { url: "https://erp.example.com" } }, auth: { staff: { issuer } } };
  const urn = (type: string, part: string) =>
    pulumi.output(`urn:pulumi:dev::shops::polygate:index:AwsRestApi$aws:apigateway/${type}::orders-${part}`);
  return new CanaryRelease(canary, {
    owner: {
      name: "orders",
      apiName: "orders",
      subject: "a test",
      parent: undefined as never,
      transform: {},
    },
    urns: {
      api: urn("restApi:RestApi", "api"),
      document: urn("restApi:RestApi", "api"),
      deployment: urn("deployment:Deployment", "deployment"),
      canary: urn("deployment:Deployment", "canary-deployment"),
      stage: urn("stage:Stage", "stage"),
    },
    api,
    bindings: pulumi.output(bindings),
    document: pulumi.output(restApiTarget({ name: "orders" }).compile(api, bindings)),
    settings: settingsOf(api),
    metrics: undefined,
    webAcl: webAclOf(api),
  });
}

/** The codes and places of the problems that an output fails with; empty if it resolves. */
async function refusal(output: pulumi.Output<unknown>): Promise<readonly string[]> {
  try {
    await (output as unknown as { promise(): Promise<unknown> }).promise();
    return [];
  } catch (error) {
    if (error instanceof PolygateError)
      return error.problems.map(({ code, route, place = route }) => `${code} ${place}`);
    throw error;
  }
}

/** The problems that the bindings fail with, on which every resource of a gateway depends. */
async function refusalOf(...args: Parameters<typeof releaseOf>): Promise<readonly string[]> {
  return refusal((await releaseOf(...args)).bindings);
}

const limited = (requests: number) => ({ to: "erp", limits: [{ requests, per: "minute", by: "route" }] });
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

  it("changes both deployments with one transform, but not what they are snapshots of", async () => {
    const transform = {
      deployment: (args: { description?: pulumi.Input<string>; triggers?: unknown }) => {
        args.description = "changed";
        args.triggers = {};
      },
    };
    await stack.up(described(1), { canary, transform: transform as never });
    for (const part of ["deployment", "canary-deployment"]) {
      assert.equal(stack.inputs(part)?.description, "changed");
      assert.equal(typeof triggersOf(stack, part).document, "string");
    }
  });
});

describe("a change with a canary", () => {
  let stack: CanaryStack;
  const plans = { plans: { free: { limits: [{ requests: 5, per: "second" }] } } };
  const keyed = { auth: { staff: jwt({ audiences: ["orders"] }), anyone: open("a test"), keys: { kind: "apiKey" } } };
  const first = described(
    1,
    { "POST /orders": limited(5), "GET /own": { to: "erp", auth: "keys" } },
    { ...keyed, ...plans },
  );
  const changed = (more: object = {}, members: object = {}) =>
    described(
      2,
      { "POST /orders": limited(5), "GET /own": { to: "erp", auth: "keys" }, ...more },
      { ...keyed, ...plans, ...members },
    );

  beforeEach(async () => {
    stack = new CanaryStack();
    await stack.up(first);
  });

  it("is accepted if it removes nothing", async () => {
    assert.deepEqual(await refusalOf(stack, changed()), []);
    assert.deepEqual(await refusalOf(stack, changed({ "GET /more": { to: "erp", scopes: ["more"] } })), []);
  });

  it("is refused if the function that verifies tokens for the stable deployment would be deleted or replaced", async () => {
    const staff = { staff: jwt({ audiences: ["other"] }) };
    assert.deepEqual(await refusalOf(stack, changed({}, { auth: { ...keyed.auth, ...staff } })), [
      "canary-takes-authorizer auth.staff",
    ]);
    assert.deepEqual(await refusalOf(stack, changed(), { issuer: "https://other.example.com" }), [
      "canary-takes-authorizer auth.staff",
    ]);
    const part = stack.names.find((name) => /^orders-authorizer-staff_[0-9a-f]+$/.test(name))?.slice("orders-".length);
    stack.edit(part ?? "", { arn: "arn:aws:lambda:eu-central-1:123456789012:function:another" });
    assert.deepEqual(await refusalOf(stack, changed()), ["canary-takes-authorizer auth.staff"]);
  });

  it("is refused if a limit of the stage would change, which both deployments share", async () => {
    for (const [more, place] of [
      [{ "POST /orders": limited(6) }, "POST /orders"],
      [{ "POST /orders": { to: "erp" } }, "POST /orders"],
      [{ "POST /new/{id}": limited(5) }, "POST /new/{id}"],
    ] as const) {
      assert.deepEqual(await refusalOf(stack, changed(more)), [`canary-changes-limit ${place}`]);
    }
    const { "POST /orders": _gone, ...others } = changed().routes as Record<string, object>;
    assert.deepEqual(await refusalOf(stack, { ...changed(), routes: others } as Description), [
      'canary-changes-limit routes["POST /orders"]',
    ]);
    const routes = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`POST /n${index}`, limited(5)]));
    assert.ok((await refusalOf(stack, changed(routes))).includes("canary-changes-limit routes"));
  });

  it("is refused if a plan would change, appear or disappear", async () => {
    const of = (plan: object) => refusalOf(stack, changed({}, { plans: { ...plan } }));
    assert.deepEqual(await of({ free: { limits: [{ requests: 6, per: "second" }] } }), [
      "canary-changes-limit plans.free",
    ]);
    assert.deepEqual(await of({ ...plans.plans, paid: {} }), ["canary-changes-limit plans.paid"]);
    assert.deepEqual(await of({ paid: {} }), ["canary-changes-limit plans.free", "canary-changes-limit plans.paid"]);
    const quota = { free: { ...plans.plans.free, quota: { requests: 9, per: "day" } } };
    assert.deepEqual(await of(quota), ["canary-changes-limit plans.free"]);
    const own = { free: { ...plans.plans.free, routes: { "GET /own": [{ requests: 1, per: "second" }] } } };
    assert.deepEqual(await of(own), ["canary-changes-limit plans.free"]);
  });

  it("is refused if a limit by client address would appear, disappear or change", async () => {
    const byAddress = (requests: number) => ({
      "GET /own": { to: "erp", auth: "keys", limits: [{ requests, per: "minute", by: "ip" }] },
    });
    assert.deepEqual(await refusalOf(stack, changed(byAddress(10))), ["canary-changes-limit firewall"]);
    await stack.up(changed(byAddress(10)));
    assert.deepEqual(await refusalOf(stack, changed(byAddress(10), { title: "Another" })), []);
    assert.deepEqual(await refusalOf(stack, changed(byAddress(11))), ["canary-changes-limit firewall"]);
    assert.deepEqual(await refusalOf(stack, changed()), ["canary-changes-limit firewall"]);
    // The provider returns the rules in another order and with defaults.
    const rules = stack.inputs("web-acl")?.rules as readonly Readonly<Record<string, unknown>>[];
    stack.edit("web-acl", {
      rules: rules.toReversed().map((rule) => ({ ...rule, ruleLabels: [], captchaConfig: null })),
    });
    assert.deepEqual(await refusalOf(stack, changed(byAddress(10), { title: "Another" })), []);
  });

  it("is refused with every problem at once", async () => {
    const staff = { staff: jwt({ audiences: ["other"] }) };
    const all = changed({ "POST /orders": limited(6) }, { auth: { ...keyed.auth, ...staff }, plans: { paid: {} } });
    assert.equal((await refusalOf(stack, all)).length, 4);
  });

  it("is refused if the stable deployment cannot be identified", async () => {
    const unknown = ["canary-unknown-stable canary"];
    assert.deepEqual(await refusalOf(stack, changed(), { unreadable: "no backend client is available" }), unknown);
    const known = { ...stack.state };
    stack.edit("api", { body: '{"info":{"version":"1"}}' });
    assert.deepEqual(await refusalOf(stack, changed()), unknown, "another document has been imported");
    stack.state = { ...known };
    stack.edit("deployment", { triggers: undefined });
    assert.deepEqual(await refusalOf(stack, changed()), unknown, "something else created the deployment");
    stack.state = { ...known };
    stack.edit("deployment", undefined);
    assert.deepEqual(await refusalOf(stack, changed()), unknown, "the deployment does not exist");
    stack.state = {};
    assert.deepEqual(await refusalOf(stack, changed()), [], "no deployment is served");
  });

  it("is refused if the gateway is renamed in the same update, since all requests would get it", async () => {
    const triggersOfApi = async (id: string) => {
      const restApi = { id: pulumi.output(id) } as never;
      const source = {
        restApi,
        imported: restApi,
        restApiId: pulumi.output(id),
        triggers: pulumi.output({ document: "new" }) as never,
      };
      return refusal((await releaseOf(stack, changed())).stableTriggers(source));
    };
    stack.state = Object.fromEntries(
      Object.entries(stack.state).map(([urn, held]) => [urn.replace("::orders-", "::former-"), held]),
    );
    assert.deepEqual(await triggersOfApi("a1b2c3d4e5"), ["canary-unknown-stable canary"]);
    assert.deepEqual(await triggersOfApi("f6g7h8i9j0"), [], "another API has no stable deployment");
  });

  it("may remove what an earlier canary added", async () => {
    await stack.up(changed({ "GET /more": { to: "erp", scopes: ["more"] } }), { canary });
    assert.deepEqual(await refusalOf(stack, changed()), []);
    assert.deepEqual(await refusalOf(stack, first), []);
  });
});
