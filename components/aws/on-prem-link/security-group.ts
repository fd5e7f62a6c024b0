import type { SecurityGroupArgs } from "@pulumi/aws/ec2/index.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransform } from "../../gateway/child-transform.ts";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import { resourceName } from "../resource-name.ts";
import type { AwsOnPremLinkTransforms } from "./args.ts";

/** What the resources of an `AwsOnPremLink` have in common. */
export interface OnPremParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ChildTransforms<AwsOnPremLinkTransforms>;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html, GroupName. */
const longestName = 255;

/** Declares a security group without rules, which blocks all traffic. Its rules are separate resources because two groups refer to each other. */
function securityGroup(
  parts: OnPremParts,
  part: string,
  description: string,
  vpcId: pulumi.Input<string>,
  transform: ChildTransform<SecurityGroupArgs>,
): SecurityGroup {
  const { name, parent } = parts;
  return transform.declare(
    SecurityGroup,
    resourceName(`${name}-${part}`, longestName),
    { description, vpcId },
    { parent },
  );
}

/** The security group of the network interfaces that API Gateway creates for the VPC link. */
export function linkSecurityGroup(parts: OnPremParts, vpcId: pulumi.Input<string>): SecurityGroup {
  const description = "API Gateway's way to a load balancer";
  return securityGroup(parts, "link-security-group", description, vpcId, parts.transform.linkSecurityGroup);
}

/** The security group of the load balancer. */
export function balancerSecurityGroup(parts: OnPremParts, vpcId: pulumi.Input<string>): SecurityGroup {
  const description = "A load balancer's way to servers on premises";
  return securityGroup(parts, "balancer-security-group", description, vpcId, parts.transform.balancerSecurityGroup);
}

/** The other side of a rule: an address range, or the members of another security group. */
type Peer = { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: pulumi.Input<string> };

/** Allows outgoing TCP to one port of a peer. */
export function egressRule(
  { parent, transform }: OnPremParts,
  name: string,
  securityGroupId: pulumi.Input<string>,
  port: number,
  peer: Peer,
): SecurityGroupEgressRule {
  const rule = { securityGroupId, ipProtocol: "tcp", fromPort: port, toPort: port, ...peer };
  return transform.egressRule.declare(SecurityGroupEgressRule, name, rule, { parent });
}

/** Allows incoming TCP from a peer to one port. */
export function ingressRule(
  { parent, transform }: OnPremParts,
  name: string,
  securityGroupId: pulumi.Input<string>,
  port: number,
  peer: Peer,
): SecurityGroupIngressRule {
  const rule = { securityGroupId, ipProtocol: "tcp", fromPort: port, toPort: port, ...peer };
  return transform.ingressRule.declare(SecurityGroupIngressRule, name, rule, { parent });
}
