import assert from "node:assert/strict";
import { awsResources } from "../../cli/aws-resources.ts";
import { awsWhereaboutsOf } from "../../cli/aws-whereabouts.ts";
import type { PendingCreate } from "../../cli/pending-creates.ts";
import type { Sought } from "../../cli/sought.ts";

/** A pending operation whose every argument is its own name. */
function pending(type: string, inputs: PendingCreate["inputs"] = {}, known: readonly string[] = []): PendingCreate {
  const anyArgument = new Proxy<Record<string, unknown>>(
    { region: "eu-west-1", namePrefix: undefined, statementId: undefined, qualifier: undefined, ...inputs },
    { get: (own, name) => (name in own ? own[String(name)] : String(name)) },
  );
  return {
    urn: `urn:pulumi:dev::shop::aws:${type}:T::it`,
    name: "it",
    type: `aws:${type}:T`,
    inputs: anyArgument,
    parent: undefined,
    provider: undefined,
    known,
  } as unknown as PendingCreate;
}

function soughtOf(...args: Parameters<typeof pending>): Sought {
  const whereabouts = awsWhereaboutsOf(pending(...args));
  assert.ok(whereabouts !== undefined && whereabouts.kind !== "same");
  return whereabouts;
}

const listed = Object.keys(awsResources).filter((type) => awsResources[type] !== "same");

describe("the whereabouts of a resource on AWS", () => {
  it("are a complete command in the resource's region, for every type in the table", () => {
    for (const type of listed) {
      const { look } = soughtOf(type);
      assert.ok(look.length >= 8, type);
      assert.doesNotMatch(look.join(" "), /undefined|\{\w+\}/, type);
      assert.deepEqual(look.slice(-4), ["--output", "text", "--region", "eu-west-1"], type);
    }
  });

  it("are an id that depends on what was found only if AWS chose a part of it", () => {
    for (const type of listed) {
      const { kind, id } = soughtOf(type);
      assert.equal(kind === "named", id("one") === id("other"), type);
      assert.doesNotMatch(id("one"), /undefined|\{\w+\}/, type);
    }
  });

  it("leave out the resources that the state contains, if AWS chose the id", () => {
    const { look } = soughtOf("apigatewayv2/api", { name: "orders" }, ["a1", "it's"]);
    assert.deepEqual(look, [
      ...["apigatewayv2", "get-apis", "--query"],
      "Items[?Name=='orders' && ApiId!='a1' && ApiId!='it\\'s'].ApiId",
      ...["--output", "text", "--region", "eu-west-1"],
    ]);
  });

  it("compare numbers as numbers", () => {
    const { look } = soughtOf("vpc/securityGroupIngressRule", { fromPort: 443 });
    assert.ok(look.includes("SecurityGroupRules[?!IsEgress && FromPort==`443`].SecurityGroupRuleId"), look.join(" "));
  });

  it("do not exist for other types", () => {
    for (const type of ["sqs/queue", "toString", ""]) assert.equal(awsWhereaboutsOf(pending(type)), undefined, type);
  });

  it("are not needed for a resource that the next update creates again", () => {
    assert.deepEqual(awsWhereaboutsOf(pending("apigateway/account")), { kind: "same" });
  });
});
