import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { normalise } from "../../../../components/api/check/normalise.ts";
import type { Api } from "../../../../components/api/checked-api.ts";
import { withConsumers } from "../../../../components/aws/rest-api/consumer.ts";
import type { Target } from "../../../../components/gateway/target.ts";

const api = normalise({
  version: 1,
  backends: {},
  auth: { partners: { kind: "apiKey" } },
  default: { auth: "partners" },
  plans: { free: {}, gold: {} },
  routes: { "GET /": { reply: { status: 204 } } },
});
const own = { code: "own", rule: "the target's own", remedy: "None." };
const target = { check: () => [own] } as unknown as Target<unknown>;

/** The code and place of each problem with consumers, without the problems that the target itself finds. */
function wrong(consumers: Readonly<Record<string, unknown>>, of: Api = api): readonly (readonly unknown[])[] {
  const [first, ...more] = withConsumers(target, consumers).check(of);
  assert.equal(first, own);
  return more.map(({ code, place }) => [code, place]);
}

describe("a consumer of an AWS REST API", () => {
  const key = "k".repeat(20);

  it("has a plan that the description declares", () => {
    assert.deepEqual(wrong({ acme: { plan: "gold" }, other: { plan: "free" } }), []);
    for (const given of [{ plan: "silver" }, { plan: "toString" }, { plan: 7 }, {}, null]) {
      assert.deepEqual(wrong({ acme: given }), [["unknown-plan", "consumers.acme.plan"]], JSON.stringify(given));
    }
    const remedy = (of: Api) => withConsumers(target, { acme: { plan: "silver" } }).check(of)[1]?.remedy;
    assert.equal(remedy(api), "Write one of free, gold.");
    assert.match(remedy({ ...api, plans: {} }) ?? "", /^Require an API key on a route/);
  });

  it("has a key of 20 to 128 printable characters, from the user or from AWS, known now or later", () => {
    for (const value of [key, "~".repeat(128), pulumi.output("later"), Promise.resolve("later"), undefined]) {
      assert.deepEqual(wrong({ acme: { plan: "free", value } }), []);
    }
    for (const value of ["k".repeat(19), "k".repeat(129), `${key} `, `${key}\n`, `${key}é`, "", 7, null]) {
      assert.deepEqual(wrong({ acme: { plan: "free", value } }), [["bad-key", "consumers.acme.value"]]);
    }
  });

  it("has a key that no other consumer has, if the keys are known", () => {
    const same = { plan: "free", value: key };
    assert.deepEqual(wrong({ acme: same, other: same, third: { plan: "free" }, fourth: { plan: "free" } }), [
      ["same-key", "consumers.other.value"],
    ]);
    const [, problem] = withConsumers(target, { acme: same, other: same }).check(api);
    assert.deepEqual(problem, {
      code: "same-key",
      place: "consumers.other.value",
      rule: 'This is also the key of "acme". A key has to identify one consumer.',
      remedy: "Give each consumer a key of its own, or let AWS generate the keys.",
    });
  });

  it("is reported without its bad key, since logs show the error", () => {
    const secret = `${key}\n`;
    const found = JSON.stringify(withConsumers(target, { acme: { plan: "free", value: secret } }).check(api));
    assert.ok(found.includes("bad-key") && !found.includes(key));
  });

  it("has a name of the usual form", () => {
    for (const name of ["", "7", "a b", "a".repeat(64), "é"]) {
      assert.deepEqual(wrong({ [name]: { plan: "free" } }), [["bad-name", `consumers.${name}`]]);
    }
  });
});
