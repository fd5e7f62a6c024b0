import type { Input } from "@pulumi/pulumi";
import type { Capabilities, Support } from "../../../api/capability/capabilities.ts";
import type { Problem } from "../../../api/problem.ts";
import { isLater, isObjectNow } from "../../../gateway/later.ts";
import type { Target } from "../../../gateway/target.ts";
import { type ManagedRules, managedRuleNames } from "./managed-rules.ts";

/** What stands where nothing else is said: what AWS advises for any application, and the addresses that it knows as bad. */
const usual: readonly ManagedRules[] = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
];

/** A web ACL of AWS WAF before a REST API: one of the gateway's own, or one that is there. */
export interface Firewall {
  /**
   * The groups of rules of a web ACL of the gateway's own, after its limits by client address. What a request must not
   * look like only AWS says, and changes; try a group on the API's own requests first. `AWSManagedRulesCommonRuleSet` refuses bodies of
   * more than 8 KB, among others. The sandbox does not know these rules: there they match nothing.
   *
   * Default: the IP reputation list, the common rule set and known bad inputs.
   */
  readonly managedRules?: readonly ManagedRules[];
  /**
   * A regional web ACL that is there, in the same Region, instead. Limits by client address are then that one's, and refused here unless
   * they are waived.
   */
  readonly webAclArn?: Input<string>;
}

/** The groups of a gateway's own web ACL, in order. */
export function managedRulesOf(firewall: Firewall | undefined): readonly ManagedRules[] {
  if (firewall === undefined || firewall.webAclArn !== undefined) return [];
  return firewall.managedRules ?? usual;
}

const elsewhere: Support = {
  support: "none",
  why: "its web ACL is one that is there (firewall.webAclArn), and Polygate writes no rules into it",
  instead: "Leave webAclArn out for a web ACL of the gateway's own, or have that one limit addresses, and say so.",
};

/** The target, which also checks what is to stand before the gateway, and leaves limits to a web ACL that is there. */
export function withFirewall<Document>(target: Target<Document>, given: unknown): Target<Document> {
  const own: Target<Document> = { ...target, check: (api) => [...target.check(api), ...checkFirewall(given)] };
  if (typeof given !== "object" || given === null || !("webAclArn" in given) || given.webAclArn === undefined)
    return own;
  const { features } = target.capabilities;
  const capabilities: Capabilities = { ...target.capabilities, features: { ...features, "limits.ip": elsewhere } };
  return { ...own, capabilities };
}

function checkFirewall(given: unknown): readonly Problem[] {
  if (given === undefined) return [];
  const complaint = (place: string, rule: string, remedy: string): Problem => ({
    code: "bad-firewall",
    place,
    rule,
    remedy,
  });
  if (!isObjectNow(given)) {
    const rule = "a firewall is an object that is known before the deployment";
    return [
      complaint("firewall", rule, 'Write {}, or { managedRules: ["…"] }, or { webAclArn }; leave it out for none.'),
    ];
  }
  const { managedRules, webAclArn, ...others } = given;
  const problems = Object.keys(others).map((name) =>
    complaint(`firewall.${name}`, "there is no such property", "Write managedRules or webAclArn."),
  );
  if (managedRules !== undefined && webAclArn !== undefined) {
    problems.push(complaint("firewall", "a stage has one web ACL", "Write managedRules or webAclArn, not both."));
  }
  return [...problems, ...checkManaged(managedRules, complaint), ...checkArn(webAclArn, complaint)];
}

type Complain = (place: string, rule: string, remedy: string) => Problem;

function checkManaged(given: unknown, complaint: Complain): readonly Problem[] {
  if (given === undefined) return [];
  const place = "firewall.managedRules";
  const names = managedRuleNames.join(", ");
  if (!Array.isArray(given) || given.length === 0) {
    return [
      complaint(
        place,
        "managed rules are a list of at least one group",
        `Write some of ${names}; or leave it out for the usual ones.`,
      ),
    ];
  }
  return given.flatMap((name, index): readonly Problem[] => {
    if (!managedRuleNames.includes(name)) {
      return [
        complaint(
          `${place}[${index}]`,
          `${JSON.stringify(name)} is no group of AWS's that needs no configuration`,
          `Write some of ${names}.`,
        ),
      ];
    }
    return given.indexOf(name) === index
      ? []
      : [complaint(`${place}[${index}]`, `${name} stands twice`, "Write it once.")];
  });
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html: `regional` is of what is not CloudFront. */
function checkArn(given: unknown, complaint: Complain): readonly Problem[] {
  if (given === undefined || isLater(given)) return [];
  if (typeof given === "string" && /^arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[\w-]+$/.test(given))
    return [];
  return [
    complaint(
      "firewall.webAclArn",
      "it is no ARN of a regional web ACL",
      "Write arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID.",
    ),
  ];
}
