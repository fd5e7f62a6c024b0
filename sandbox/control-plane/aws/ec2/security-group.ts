import { text, texts } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { vpcLinks } from "../apigatewayv2/record.ts";
import { completeName } from "../automatic-name.ts";
import { loadBalancers } from "../lb/record.ts";
import { accountId } from "../region.ts";
import { sameSet } from "../same-set.ts";
import { allOf } from "../stored-resource.ts";
import { egressRules, ingressRules, securityGroupRules, securityGroups, vpcEndpoints } from "./record.ts";
import { ec2Id, ec2Resource } from "./resource.ts";

/**
 * `aws:ec2/securityGroup:SecurityGroup`. AWS creates a group with a rule that allows all outgoing traffic. The provider removes that rule,
 * so that a group without rules allows no traffic (terraform-provider-aws, internal/service/ec2/vpc_security_group.go).
 */
export const securityGroup = ec2Resource(
  securityGroups,
  "sg",
  "Security Group",
  {
    replaces: ["description", "name", "namePrefix", "vpcId"],
    same: { ingress: sameSet, egress: sameSet },
    complete: completeName,
    outputs: (_records, { region }) => ({
      description: "Managed by Pulumi",
      egress: [],
      ingress: [],
      namePrefix: "",
      ownerId: accountId,
      vpcId: ec2Id("vpc", region),
    }),
    beforeDelete(call, { id, region }, operation) {
      const users = [
        ...allOf(vpcLinks, call.records, region).map((link) => texts(link.arguments.securityGroupIds)),
        ...allOf(loadBalancers, call.records, region).map((balancer) => texts(balancer.arguments.securityGroups)),
        ...allOf(vpcEndpoints, call.records, region).map((endpoint) => texts(endpoint.arguments.securityGroupIds)),
      ];
      if (users.some((groups) => groups?.includes(id) === true)) {
        throw new VendorError(`${operation}: DependencyViolation: resource ${id} has a dependent object`);
      }
      for (const kind of [ingressRules, egressRules, securityGroupRules]) {
        for (const rule of allOf(kind, call.records, region)) {
          if (text(rule.arguments, "securityGroupId") === id) kind.delete(call.records, region, rule.id);
        }
      }
    },
  },
  "security-group",
);
