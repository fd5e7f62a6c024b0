import {
  Listener,
  type ListenerArgs,
  LoadBalancer,
  type LoadBalancerArgs,
  TargetGroup,
  type TargetGroupArgs,
  TargetGroupAttachment,
  type TargetGroupAttachmentArgs,
} from "@pulumi/aws/lb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../gateway/transform.ts";
import { resourceName } from "../resource-name.ts";
import type { AwsExistingBalancer, AwsOnPremLinkArgs, OnPremTarget } from "./args.ts";
import { balancerSecurityGroup, egressRule, ingressRule, type OnPremParts } from "./security-group.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html and API_CreateTargetGroup, Name. */
const longestName = 32;

/** Of targets that say none: each says its own. Another one would be another target group. */
const UNUSED_PORT = 443;

/**
 * Twice within 20 seconds, where AWS would take five checks and 150 seconds: for so long a new load balancer has no target that it
 * knows to be there, and an old one sends connections to a target that is gone.
 */
const promptly = { interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 } as const;

/**
 * An internal Network Load Balancer before servers on premises. TCP passes as it is, so that TLS is between API Gateway and the
 * servers.
 *
 * @param linkSecurityGroupId whose traffic alone it takes
 * @param routes on the way to the servers, which the listener waits for
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
 */
export function balancerTo(
  parts: OnPremParts,
  { vpcId, subnetIds, targets = [], protocol = "https", healthCheck }: AwsOnPremLinkArgs,
  port: number,
  linkSecurityGroupId: pulumi.Input<string> | undefined,
  routes: readonly pulumi.Resource[],
): AwsExistingBalancer {
  if (linkSecurityGroupId === undefined) throw new RangeError("whose traffic the load balancer takes is not known");
  const { name, parent, transform } = parts;
  const { id: securityGroupId } = balancerSecurityGroup(parts, vpcId);
  const ingress = ingressRule(parts, `${name}-balancer-ingress-${port}`, securityGroupId, port, {
    referencedSecurityGroupId: linkSecurityGroupId,
  });
  const [balancerArgs, balancerOptions] = transformed<LoadBalancerArgs>(
    transform.balancer,
    {
      loadBalancerType: "network",
      internal: true,
      subnets: pulumi.output(subnetIds).apply((ids) => [...ids]),
      // Only when it is made can it be given one, so that it never goes without.
      securityGroups: [securityGroupId],
    },
    { parent },
    ["loadBalancerType", "internal", "subnets", "subnetMappings", "securityGroups", "region"],
  );
  const balancer = new LoadBalancer(resourceName(`${name}-balancer`, longestName), balancerArgs, balancerOptions);
  const [groupArgs, groupOptions] = transformed<TargetGroupArgs>(
    transform.targetGroup,
    {
      targetType: "ip",
      protocol: "TCP",
      port: UNUSED_PORT,
      vpcId,
      healthCheck: {
        ...(healthCheck === undefined
          ? { protocol: "TCP" }
          : { protocol: protocol === "https" ? "HTTPS" : "HTTP", path: healthCheck.path, matcher: "200-399" }),
        ...promptly,
      },
    },
    // It belongs to one load balancer at a time: another one gets another.
    { parent, replaceWith: [balancer] },
    ["targetType", "protocol", "port", "vpcId", "region"],
  );
  const group = new TargetGroup(resourceName(`${name}-targets`, longestName), groupArgs, groupOptions);
  const attached = targets.map((target) => targetIn(parts, group, target, securityGroupId));
  const [listenerArgs, listenerOptions] = transformed<ListenerArgs>(
    transform.listener,
    {
      loadBalancerArn: balancer.arn,
      protocol: "TCP",
      port,
      defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
    },
    { parent, dependsOn: [ingress, ...attached, ...routes] },
    ["loadBalancerArn", "protocol", "port", "defaultActions", "region"],
  );
  // Another port is another listener, beside the one that gateways still name.
  const { arn: listenerArn } = new Listener(`${name}-listener-${port}`, listenerArgs, listenerOptions);
  return { listenerArn, loadBalancerArn: balancer.arn, securityGroupId };
}

/** A target, which is let through to before it is there, and until it is gone. */
function targetIn(
  parts: OnPremParts,
  group: TargetGroup,
  target: OnPremTarget,
  securityGroupId: pulumi.Input<string>,
): TargetGroupAttachment {
  const { name, parent, transform } = parts;
  const { address, port } = target;
  const egress = egressRule(parts, `${name}-balancer-egress-${named(target)}`, securityGroupId, port, {
    cidrIpv4: `${address}/32`,
  });
  const [args, options] = transformed<TargetGroupAttachmentArgs>(
    transform.target,
    // Of an address outside of the VPC: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
    { targetGroupArn: group.arn, targetId: address, port, availabilityZone: "all" },
    { parent, dependsOn: egress },
    ["targetGroupArn", "targetId", "port", "availabilityZone", "region"],
  );
  return new TargetGroupAttachment(`${name}-target-${named(target)}`, args, options);
}

/** As in the names of its resources. */
function named({ address, port }: OnPremTarget): string {
  return `${address}-${port}`;
}
