import type { Input } from "@pulumi/pulumi";
import type { Capabilities, ReadingSupport, Support } from "../../../api/capability/capabilities.ts";
import { type Problem, ProblemList } from "../../../api/problem.ts";
import { isLater, isObjectNow } from "../../../gateway/later.ts";
import type { Target } from "../../../gateway/target.ts";
import { type ManagedRules, managedRuleNames } from "./managed-rules.ts";

/** The default rule groups: what AWS recommends for any application, and addresses with a bad reputation. */
const defaultManagedRules: readonly ManagedRules[] = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
];

/**
 * A web ACL of AWS WAF in front of a REST API: one that the gateway creates, or an existing one.
 *
 * @example
 * ```ts
 * import { apiKey, defineApi, http } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * new AwsRestApi("shop", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { catalog: http() },
 *     auth: { partners: apiKey() },
 *     plans: { free: {} },
 *     routes: { "GET /prices": { to: "catalog", auth: "partners" } },
 *   }),
 *   backends: { catalog: { url: "https://catalog.example.com" } },
 *   firewall: { managedRules: ["AWSManagedRulesSQLiRuleSet"] },
 * });
 * ```
 */
export interface Firewall {
  /**
   * The rule groups of the web ACL that the gateway creates. They are evaluated after the limits by client address.
   *
   * AWS maintains the groups and decides which requests they block. Try a group on your own requests first: for example,
   * `AWSManagedRulesCommonRuleSet` blocks bodies of more than 8 KB. In the sandbox, the groups match no request.
   *
   * @default the IP reputation list, the common rule set and the known bad inputs
   */
  readonly managedRules?: readonly ManagedRules[];
  /**
   * The ARN of an existing regional web ACL in the same Region, to use instead. Limits by client address are then up to that web ACL, and
   * refused here unless you waive them. `refuseOtherReadings` is refused, too.
   *
   * @default the gateway creates a web ACL
   */
  readonly webAclArn?: Input<string>;
}

/** Returns the rule groups of the web ACL that a gateway creates, in order. */
export function managedRulesOf(firewall: Firewall | undefined): readonly ManagedRules[] {
  if (firewall === undefined || firewall.webAclArn !== undefined) return [];
  return firewall.managedRules ?? defaultManagedRules;
}

const existingWebAcl: Support = {
  support: "none",
  why: "the gateway uses an existing web ACL (firewall.webAclArn), and Polygate adds no rules to it",
  instead: "Leave webAclArn out so that the gateway creates a web ACL, or limit addresses in the existing one.",
};

/** Adds the check of the firewall to a target. With an existing web ACL, the target has no limits by client address. */
export function withFirewall<Document>(target: Target<Document>, firewall: unknown): Target<Document> {
  const checked: Target<Document> = {
    ...target,
    check: (api) => [...target.check(api), ...checkFirewall(firewall)],
  };
  if (!hasWebAclArn(firewall)) return checked;
  const { features, readings } = target.capabilities;
  const capabilities: Capabilities = {
    ...target.capabilities,
    features: { ...features, "limits.ip": existingWebAcl },
    readings: withoutOption(readings),
  };
  return { ...checked, capabilities };
}

/** What the gateway does with other readings where `refuseOtherReadings` cannot be set. */
export function withoutOption({ instead: _, ...readings }: ReadingSupport): ReadingSupport {
  return readings;
}

export function hasWebAclArn(firewall: unknown): boolean {
  if (typeof firewall !== "object" || firewall === null) return false;
  return "webAclArn" in firewall && firewall.webAclArn !== undefined;
}

function checkFirewall(firewall: unknown): readonly Problem[] {
  const problems = new ProblemList();
  if (firewall === undefined) return problems.all;
  if (!isObjectNow(firewall)) {
    problems.refuse(
      "bad-firewall",
      "A firewall is an object, known before the deployment.",
      'Write {}, { managedRules: ["…"] } or { webAclArn }, or leave firewall out.',
      { place: "firewall" },
    );
    return problems.all;
  }
  const { managedRules, webAclArn } = firewall;
  if (managedRules !== undefined && webAclArn !== undefined) {
    problems.refuse("bad-firewall", "A stage has only one web ACL.", "Write managedRules or webAclArn, not both.", {
      place: "firewall",
    });
  }
  if (managedRules !== undefined) checkManagedRules(problems, managedRules);
  if (webAclArn !== undefined) checkWebAclArn(problems, webAclArn);
  return problems.all;
}

function checkManagedRules(problems: ProblemList, managedRules: unknown): void {
  const place = "firewall.managedRules";
  const known = managedRuleNames.join(", ");
  if (!Array.isArray(managedRules) || managedRules.length === 0) {
    problems.refuse(
      "bad-firewall",
      "Managed rules are a list of at least one rule group.",
      `Write some of ${known}, or leave managedRules out for the default groups.`,
      { place },
    );
    return;
  }
  for (const [index, name] of managedRules.entries()) {
    const context = { place: `${place}[${index}]` };
    if (!managedRuleNames.includes(name)) {
      const rule = `${JSON.stringify(name)} is not a rule group of AWS that works without configuration.`;
      problems.refuse("bad-firewall", rule, `Write some of ${known}.`, context);
    } else if (managedRules.indexOf(name) !== index) {
      problems.refuse("bad-firewall", `${name} is listed twice.`, "List it once.", context);
    }
  }
}

/** `regional` means any resource but CloudFront: https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html */
const webAclArnForm = /^arn:[a-z-]+:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[\w-]+$/;

function checkWebAclArn(problems: ProblemList, webAclArn: unknown): void {
  if (isLater(webAclArn)) return;
  if (typeof webAclArn === "string" && webAclArnForm.test(webAclArn)) return;
  problems.refuse(
    "bad-firewall",
    "This is not the ARN of a regional web ACL.",
    "Write arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID.",
    { place: "firewall.webAclArn" },
  );
}
