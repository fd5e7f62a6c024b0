import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { normalise } from "../../../../components/api/check/normalise.ts";
import { withLabels } from "../../../../components/gcp/api-gateway/labels.ts";
import { apiGatewayTarget } from "../../../../components/gcp/api-gateway/target.ts";
import { orders } from "../../../support/components/gcp/api-gateway/orders.ts";

function problemsOf(labels: unknown): readonly string[] {
  const target = withLabels(apiGatewayTarget({ title: "orders" }), labels);
  return target.check(normalise(orders)).map(({ code, place }) => `${code} ${place}`);
}

describe("the labels of a gateway on Google Cloud", () => {
  it("accept names and values that Google Cloud accepts, and Outputs as values", () => {
    assert.deepEqual(problemsOf(undefined), []);
    assert.deepEqual(problemsOf({}), []);
    assert.deepEqual(
      problemsOf({ team: "orders-1", "cost_center-2": "", größe: "klein", late: pulumi.output("A") }),
      [],
    );
    assert.deepEqual(problemsOf({ ["a".repeat(63)]: "b".repeat(63) }), []);
  });

  it("reject names that do not begin with a lowercase letter, are too long or have other characters", () => {
    for (const name of ["", "Team", "1st", "-a", "a b", "a.b", "a".repeat(64)]) {
      assert.deepEqual(problemsOf({ [name]: "x" }), [`bad-label labels[${JSON.stringify(name)}]`]);
    }
  });

  it("reject values that are no strings, are too long or have other characters", () => {
    for (const value of [1, null, undefined, "A", "a b", "a".repeat(64)]) {
      assert.deepEqual(problemsOf({ team: value }), ['bad-label labels["team"]']);
    }
  });

  it("reject more labels than a resource can have, and names that are not known at preview", () => {
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`label${index}`, ""]));
    assert.deepEqual(problemsOf(many), ["too-many-labels labels"]);
    for (const labels of [null, "team", ["team"], pulumi.output({ team: "orders" }), Promise.resolve({})]) {
      assert.deepEqual(problemsOf(labels), ["bad-label labels"]);
    }
  });
});
