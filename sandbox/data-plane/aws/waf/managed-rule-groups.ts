/**
 * AWS's managed rule groups that require no configuration and no further subscription, with their capacity units.
 *
 * AWS does not publish their rules. Here they match nothing.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
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
