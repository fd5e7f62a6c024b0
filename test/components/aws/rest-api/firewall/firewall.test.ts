import assert from "node:assert/strict";
import { carry } from "../../../../../components/api/capability/carry.ts";
import { normalise } from "../../../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../../../components/api/problem.ts";
import { withoutRestOnly } from "../../../../../components/aws/http-api/rest-api-only.ts";
import { httpApiTarget } from "../../../../../components/aws/http-api/target.ts";
import { managedRulesOf, withFirewall } from "../../../../../components/aws/rest-api/firewall/firewall.ts";
import { webAclOf } from "../../../../../components/aws/rest-api/firewall/rules.ts";
import { unitsOf } from "../../../../../components/aws/rest-api/firewall/web-acl.ts";
import { restApiTarget } from "../../../../../components/aws/rest-api/target.ts";

const api = normalise({
  version: 1,
  backends: { shop: { kind: "http" } },
  auth: { anyone: { kind: "open", reason: "a test" } },
  default: { auth: "anyone" },
  routes: { "GET /a": { to: "shop", limits: [{ requests: 10, per: "minute", by: "ip" }] }, "GET /b": { to: "shop" } },
});
const webAclArn = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shared/0a1b2c3d-0000-1111-2222-333344445555";

function problemsOf(firewall: unknown, waive = {}): readonly Problem[] {
  const target = withFirewall(restApiTarget({ name: "orders" }), firewall);
  try {
    carry(api, target.capabilities, waive, target.check);
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

describe("a firewall", () => {
  it("adds nothing without the argument", () => {
    assert.deepEqual(managedRulesOf(undefined), []);
    assert.deepEqual(problemsOf(undefined), []);
  });

  it("has the listed rule groups, or the default ones, after the limits, each with its own actions", () => {
    assert.deepEqual(managedRulesOf({ managedRules: ["AWSManagedRulesSQLiRuleSet"] }), ["AWSManagedRulesSQLiRuleSet"]);
    const rules = webAclOf(api, managedRulesOf({}))?.rules ?? [];
    assert.deepEqual(
      rules.slice(2),
      [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
      ].map((name, index) => ({
        name,
        priority: 2 + index,
        statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
        overrideAction: { none: {} },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: name, sampledRequestsEnabled: false },
      })),
    );
    // The price of a web ACL includes all of these units.
    assert.ok(unitsOf(rules) <= 1_500);
    const none = webAclOf({ ...api, routes: [] }, ["AWSManagedRulesSQLiRuleSet"]);
    assert.deepEqual([none?.rules.length, none?.rules[0]?.priority, none?.customResponseBodies], [1, 0, []]);
  });

  it("with an existing web ACL refuses limits by client address unless they are waived", () => {
    assert.deepEqual(managedRulesOf({ webAclArn }), []);
    const [problem, ...others] = problemsOf({ webAclArn });
    assert.deepEqual(
      [problem?.code, problem?.route, problem?.feature, others],
      ["not-carried", "GET /a", "limits.ip", []],
    );
    assert.match(
      problem?.rule ?? "",
      /the gateway uses an existing web ACL \(firewall\.webAclArn\), and Polygate adds no rules to it/,
    );
    assert.deepEqual(problemsOf({ webAclArn }, { limits: "the shared web ACL limits addresses" }), []);
  });

  it("is refused with an unknown value", () => {
    for (const [firewall, place, rule] of [
      [true, "firewall", /^A firewall is an object/],
      [Promise.resolve({}), "firewall", /^A firewall is an object, known before the deployment/],
      [{ managedRules: [] }, "firewall.managedRules", /^Managed rules are a list of at least one rule group/],
      [
        { managedRules: ["AWSManagedRulesATPRuleSet"] },
        "firewall.managedRules[0]",
        /^"AWSManagedRulesATPRuleSet" is not a rule group of AWS that works without configuration/,
      ],
      [
        { managedRules: ["AWSManagedRulesSQLiRuleSet", "AWSManagedRulesSQLiRuleSet"] },
        "firewall.managedRules[1]",
        /is listed twice\.$/,
      ],
    ] as const) {
      const [problem, ...others] = problemsOf(firewall);
      assert.deepEqual([problem?.code, problem?.place, others], ["bad-firewall", place, []]);
      assert.match(problem?.rule ?? "", rule);
    }
    const cloudFront = webAclArn.replace("regional", "global");
    const bad = problemsOf({ webAclArn: cloudFront }, { limits: "a test" });
    assert.deepEqual(
      bad.map(({ place, rule }) => [place, rule]),
      [["firewall.webAclArn", "This is not the ARN of a regional web ACL."]],
    );
    const both = problemsOf({ webAclArn, managedRules: ["AWSManagedRulesSQLiRuleSet"] }, { limits: "a test" });
    assert.deepEqual(
      both.map(({ rule }) => rule),
      ["A stage has only one web ACL."],
    );
  });

  it("is refused by an HTTP API", () => {
    const target = httpApiTarget({ name: "orders" });
    assert.equal(withoutRestOnly(target, {}), target);
    const problems = withoutRestOnly(target, { firewall: {} }).check({ ...api, routes: api.routes.slice(1) });
    assert.deepEqual(problems, [
      {
        code: "rest-only",
        place: "firewall",
        vendor: "aws",
        rule: "AWS WAF cannot protect an HTTP API.",
        remedy: "Leave it out, or use AwsRestApi.",
      },
    ]);
  });
});
