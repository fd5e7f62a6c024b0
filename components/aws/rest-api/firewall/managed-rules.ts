/**
 * The rule groups of AWS that require no configuration and no extra fee, with their cost in capacity units:
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const groups = {
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesWordPressRuleSet: 100,
} as const;

/** The name of a rule group that AWS maintains. */
export type ManagedRules = keyof typeof groups;

export const managedRuleNames: readonly string[] = Object.keys(groups);

/** Returns the cost of a rule group in capacity units. */
export function managedUnits(name: ManagedRules): number {
  return groups[name];
}
