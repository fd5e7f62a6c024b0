/**
 * The rule groups of AWS's own that ask for no configuration and no further subscription, with what they cost in capacity
 * units: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 *
 * What is in them only AWS knows. Here they match nothing.
 */
export const managedRuleGroups: ReadonlyMap<string, number> = new Map([
  ["AWSManagedRulesCommonRuleSet", 700],
  ["AWSManagedRulesAdminProtectionRuleSet", 100],
  ["AWSManagedRulesKnownBadInputsRuleSet", 200],
  ["AWSManagedRulesSQLiRuleSet", 200],
  ["AWSManagedRulesLinuxRuleSet", 200],
  ["AWSManagedRulesUnixRuleSet", 100],
  ["AWSManagedRulesWindowsRuleSet", 200],
  ["AWSManagedRulesPHPRuleSet", 100],
  ["AWSManagedRulesWordPressRuleSet", 100],
  ["AWSManagedRulesAmazonIpReputationList", 25],
  ["AWSManagedRulesAnonymousIpList", 50],
]);
