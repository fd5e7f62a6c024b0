import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { TargetGroupAttachment } from "@pulumi/aws/lb/targetGroupAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { resourceName } from "../resource-name.ts";
import type { AwsExistingBalancer, AwsOnPremLinkArgs, OnPremTarget } from "./args.ts";
import { balancerSecurityGroup, egressRule, ingressRule, type OnPremParts } from "./security-group.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html and API_CreateTargetGroup, Name. */
const longestName = 32;

/** The port of targets without one. Each target has one, so it is not used. Changing it would replace the target group. */
const UNUSED_PORT = 443;

/**
 * Two checks within 20 seconds. AWS's default of five checks takes 150 seconds, during which a new load balancer has no healthy target
 * and an existing one sends connections to a target that is down.
 */
const healthCheckTiming = { interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 } as const;

/**
 * Declares an internal Network Load Balancer in front of servers on premises. It passes TCP through, so that TLS is between API Gateway
 * and the servers.
 *
 * @param linkSecurityGroupId the only security group whose traffic it accepts
 * @param routes to the servers, which the listener depends on
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
 */
export function balancerTo(
  parts: OnPremParts,
  args: AwsOnPremLinkArgs,
  port: number,
  linkSecurityGroupId: pulumi.Input<string> | undefined,
  routes: readonly pulumi.Resource[],
): AwsExistingBalancer {
  if (linkSecurityGroupId === undefined) throw new RangeError("The link's security group is unknown.");
  const { id: securityGroupId } = balancerSecurityGroup(parts, args.vpcId);
  const ingress = ingressRule(parts, `${parts.name}-balancer-ingress-${port}`, securityGroupId, port, {
    referencedSecurityGroupId: linkSecurityGroupId,
  });
  const balancer = loadBalancer(parts, args.subnetIds, securityGroupId);
  const group = targetGroup(parts, args, balancer);
  const attachments = (args.targets ?? []).map((target) => attachment(parts, group, target, securityGroupId));
  const { arn: listenerArn } = listener(parts, port, balancer, group, [ingress, ...attachments, ...routes]);
  return { listenerArn, loadBalancerArn: balancer.arn, securityGroupId };
}

function loadBalancer(
  { name, parent, transform }: OnPremParts,
  subnetIds: AwsOnPremLinkArgs["subnetIds"],
  securityGroupId: pulumi.Input<string>,
): LoadBalancer {
  return transform.balancer.declare(
    LoadBalancer,
    resourceName(`${name}-balancer`, longestName),
    {
      loadBalancerType: "network",
      internal: true,
      subnets: pulumi.output(subnetIds).apply((ids) => [...ids]),
      // A load balancer that is created without a security group can never get one.
      securityGroups: [securityGroupId],
    },
    { parent },
  );
}

function targetGroup(
  { name, parent, transform }: OnPremParts,
  { vpcId, protocol = "https", healthCheck }: AwsOnPremLinkArgs,
  balancer: LoadBalancer,
): TargetGroup {
  const check =
    healthCheck === undefined
      ? { protocol: "TCP" }
      : { protocol: protocol === "https" ? "HTTPS" : "HTTP", path: healthCheck.path, matcher: "200-399" };
  return transform.targetGroup.declare(
    TargetGroup,
    resourceName(`${name}-targets`, longestName),
    {
      targetType: "ip",
      protocol: "TCP",
      port: UNUSED_PORT,
      vpcId,
      healthCheck: { ...check, ...healthCheckTiming },
    },
    // A target group belongs to one load balancer at a time.
    { parent, replaceWith: [balancer] },
  );
}

function listener(
  { name, parent, transform }: OnPremParts,
  port: number,
  balancer: LoadBalancer,
  group: TargetGroup,
  dependsOn: pulumi.Resource[],
): Listener {
  // A new port is a new listener, so that gateways can use the old one until they are updated.
  return transform.listener.declare(
    Listener,
    `${name}-listener-${port}`,
    {
      loadBalancerArn: balancer.arn,
      protocol: "TCP",
      port,
      defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
    },
    { parent, dependsOn },
  );
}

/** Declares a target and the rule that lets the load balancer reach it. The rule is created before the target and deleted after it. */
function attachment(
  parts: OnPremParts,
  group: TargetGroup,
  { address, port }: OnPremTarget,
  securityGroupId: pulumi.Input<string>,
): TargetGroupAttachment {
  const { name, parent, transform } = parts;
  const egress = egressRule(parts, `${name}-balancer-egress-${address}-${port}`, securityGroupId, port, {
    cidrIpv4: `${address}/32`,
  });
  return transform.target.declare(
    TargetGroupAttachment,
    `${name}-target-${address}-${port}`,
    // "all" is for addresses outside of the VPC: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
    { targetGroupArn: group.arn, targetId: address, port, availabilityZone: "all" },
    { parent, dependsOn: egress },
  );
}
