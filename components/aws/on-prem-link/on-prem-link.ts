import { VpcLink } from "@pulumi/aws/apigatewayv2/vpcLink.js";
import type { SecurityGroup } from "@pulumi/aws/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { checkedArguments } from "../../gateway/arguments.ts";
import { ComponentTransforms } from "../../gateway/component-transforms.ts";
import { vendorName } from "../../gateway/names.ts";
import type { AwsVpcLink } from "../link/link-inputs.ts";
import type { AwsExistingBalancer, AwsOnPremLinkArgs } from "./args.ts";
import { balancerTo } from "./balancer.ts";
import { checkOnPremLink } from "./check.ts";
import { listenerPort } from "./listener-port.ts";
import { egressRule, linkSecurityGroup, type OnPremParts } from "./security-group.ts";
import { onPremLinkShape } from "./shape.ts";
import { onPremLinkTransformRules } from "./transform-rules.ts";
import { vpnTo } from "./vpn.ts";

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html */
const longestLinkName = 128;

/**
 * The connection from API Gateway to servers on premises: a VPN to their network, a Network Load Balancer with their addresses and
 * health checks, and a VPC link to it. Bind its `link` to a backend of kind `onPrem`, of an `AwsHttpApi` or an `AwsRestApi`, in the same
 * stack or, through a stack reference, in another. Existing parts can be passed as arguments.
 *
 * Nothing is public: the load balancer is internal, accepts connections from the VPC link only, and opens connections to the targets
 * only. TLS is not terminated on the way.
 *
 * The tunnels come up when the device on premises is configured with `vpnConfiguration`. One of the two is enough.
 *
 * A part that cannot be changed in place, such as the link with its subnets, is replaced: the new one is created first, and gateways of
 * the same stack are updated before the old one is deleted. AWS does not delete a VPC link that an API of another stack still uses. To
 * replace such a link, declare a second `AwsOnPremLink`, bind it in the other stack, and then remove the first.
 *
 * AWS deactivates a VPC link without requests for 60 days. The first requests after that fail for some minutes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
 *
 * @example
 * ```ts
 * import { defineApi, jwt, onPrem } from "polygate";
 * import { AwsHttpApi, AwsOnPremLink } from "polygate/aws";
 *
 * const { link } = new AwsOnPremLink("erp-link", {
 *   vpcId: "vpc-0a1b2c3d",
 *   subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"],
 *   targets: [{ address: "10.20.0.5", port: 8443 }],
 *   vpn: {
 *     publicIp: "203.0.113.9",
 *     cidrs: ["10.20.0.0/16"],
 *     routeTableIds: { private: "rtb-0a1b2c3d" },
 *   },
 * });
 *
 * new AwsHttpApi("orders", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { erp: onPrem() },
 *     auth: { staff: jwt({ audiences: ["orders"] }) },
 *     routes: { "GET /orders/{id}": { to: "erp", auth: "staff" } },
 *   }),
 *   backends: { erp: { url: "https://erp.example.com", link } },
 *   auth: { staff: { issuer: "https://login.example.com" } },
 * });
 * ```
 */
export class AwsOnPremLink extends pulumi.ComponentResource {
  /** The link to bind to a backend. It contains ids and ARNs only, which are known once the resources behind them exist. */
  readonly link: pulumi.Output<pulumi.Unwrap<AwsVpcLink>>;
  /** The security group of the VPC link. An existing load balancer must accept its traffic. */
  readonly securityGroupId: pulumi.Output<string | undefined>;
  /** The addresses of both tunnels at AWS. Empty without a VPN. */
  readonly tunnelAddresses: pulumi.Output<readonly string[]>;
  /** The configuration of the device on premises, in XML. It is a secret because it contains the pre-shared keys. Empty without a VPN. */
  readonly vpnConfiguration: pulumi.Output<string>;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: AwsOnPremLinkArgs, options?: pulumi.ComponentResourceOptions) {
    const subject = `The link "${name}"`;
    const checked = checkedArguments(subject, args, onPremLinkShape, checkOnPremLink);
    super("polygate:index:AwsOnPremLink", name, {}, options);
    const transforms = new ComponentTransforms(subject, onPremLinkTransformRules, checked.transform, checked.tags);
    const parts: OnPremParts = { name, parent: this, transform: transforms.children };
    const port = listenerPort(checked);
    const vpn = checked.vpn === undefined ? undefined : vpnTo(parts, checked, checked.vpn);

    const existing = checked.vpcLink;
    const linkGroup = existing === undefined ? linkSecurityGroup(parts, checked.vpcId) : undefined;
    const securityGroupId = linkGroup?.id ?? existing?.securityGroupId;
    const balancer = checked.balancer ?? balancerTo(parts, checked, port, securityGroupId, vpn?.routes ?? []);
    const vpcLinkId =
      existing?.vpcLinkId ?? vpcLink(parts, checked.subnetIds, linkGroup as SecurityGroup, balancer, port);

    this.link = pulumi
      .all([vpcLinkId, balancer.listenerArn, balancer.loadBalancerArn])
      .apply(([id, listenerArn, loadBalancerArn]) => ({
        kind: "aws-vpc-link" as const,
        vpcLinkId: id,
        listenerArn,
        loadBalancerArn,
      }));
    this.securityGroupId = pulumi.output(securityGroupId);
    this.tunnelAddresses = vpn?.tunnelAddresses ?? pulumi.output([]);
    this.vpnConfiguration = pulumi.secret(vpn?.configuration ?? "");
    transforms.check();
    const { link, tunnelAddresses, vpnConfiguration } = this;
    this.registerOutputs({ link, securityGroupId: this.securityGroupId, tunnelAddresses, vpnConfiguration });
  }
}

/** Declares the VPC link. It depends on the rule that allows its outgoing traffic. Its subnets and security groups cannot be changed. */
function vpcLink(
  parts: OnPremParts,
  subnetIds: AwsOnPremLinkArgs["subnetIds"],
  { id }: SecurityGroup,
  balancer: AwsExistingBalancer,
  port: number,
): pulumi.Output<string> {
  const { name, parent, transform } = parts;
  const peer =
    balancer.securityGroupId === undefined
      ? { cidrIpv4: "0.0.0.0/0" }
      : { referencedSecurityGroupId: balancer.securityGroupId };
  const rule = egressRule(parts, `${name}-link-egress-${port}`, id, port, peer);
  return transform.vpcLink.declare(
    VpcLink,
    `${name}-vpc-link`,
    {
      name: vendorName(name, { longest: longestLinkName }),
      subnetIds: pulumi.output(subnetIds).apply((ids) => [...ids]),
      securityGroupIds: [id],
    },
    { parent, dependsOn: rule },
  ).id;
}
