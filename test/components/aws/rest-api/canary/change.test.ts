import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { type Description, jwt, open } from "../../../../../components/api/description.ts";
import {
  canary,
  described,
  limited,
  refusal,
  refusalOf,
  releaseOf,
} from "../../../../support/components/aws/rest-api/canary/canary-release.ts";
import { CanaryStack } from "../../../../support/components/aws/rest-api/canary/canary-stack.ts";

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
