import { VpcLink, type VpcLinkArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type {
  CustomerGatewayArgs,
  RouteArgs,
  SecurityGroup,
  SecurityGroupArgs,
  VpnConnectionArgs,
  VpnConnectionRouteArgs,
  VpnGatewayArgs,
  VpnGatewayRoutePropagationArgs,
} from "@pulumi/aws/ec2/index.js";
import type {
  TransitGatewayArgs,
  RouteArgs as TransitGatewayRouteArgs,
  VpcAttachmentArgs,
} from "@pulumi/aws/ec2transitgateway/index.js";
import type {
  ListenerArgs,
  LoadBalancerArgs,
  TargetGroupArgs,
  TargetGroupAttachmentArgs,
} from "@pulumi/aws/lb/index.js";
import type { SecurityGroupEgressRuleArgs, SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/index.js";
import * as pulumi from "@pulumi/pulumi";
import { vendorName } from "../names.ts";
import { PolygateError } from "../spec/error.ts";
import { type Transform, transformed } from "../transform.ts";
import type { AwsVpcLink } from "./link-inputs.ts";
import { balancerTo } from "./on-prem-balancer.ts";
import { checkOnPremLink, listenerPort } from "./on-prem-check.ts";
import { egressRule, linkSecurityGroup, type OnPremParts } from "./on-prem-security-group.ts";
import { vpnTo } from "./on-prem-vpn.ts";
import { type Tags, taggedTransforms } from "./operations.ts";

/** A server on premises. */
export interface OnPremTarget {
  /** Its private IPv4 address: of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, as AWS asks. */
  readonly address: string;
  readonly port: number;
}

/** How the load balancer sees whether a server on premises is there. */
export interface OnPremHealthCheck {
  /** A path that answers with 200 to 399, such as `/health`. */
  readonly path: string;
}

/** A Site-to-Site VPN to the device at the edge of the network on premises. */
export interface AwsVpn {
  /** The device's public IPv4 address. May be an Output. */
  readonly publicIp: pulumi.Input<string>;
  /**
   * The device's autonomous system, where it speaks BGP. Default: it does not, and `cidrs` are static routes.
   */
  readonly asn?: number;
  /**
   * The networks on premises, such as `10.20.0.0/16`; every target lies in one of them. Needed for static routes and for a transit
   * gateway; with BGP over a virtual private gateway the device says them. Default: none.
   */
  readonly cidrs?: readonly string[];
  /** The route tables of the subnets, each by a name of your own, such as `{ private: table.id }`. At least one. */
  readonly routeTableIds: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * What it ends at in AWS. Default: a virtual private gateway that is made for the VPC.
   *
   * That costs nothing beside the connection, and passes routes on by itself; a VPC has one at most. A transit gateway is for many
   * VPCs behind one VPN.
   */
  readonly end?: AwsVpnGateway | AwsTransitGateway;
}

/** A virtual private gateway of the VPC. */
export interface AwsVpnGateway {
  readonly kind: "vpn-gateway";
  /** One that is attached to the VPC. Default: it is made. */
  readonly vpnGatewayId?: pulumi.Input<string>;
}

/** A transit gateway. */
export interface AwsTransitGateway {
  readonly kind: "transit-gateway";
  /** One that is there. Default: it is made. */
  readonly transitGatewayId?: pulumi.Input<string>;
  /** Of one that is there: its route table, for static routes. */
  readonly routeTableId?: pulumi.Input<string>;
  /** Of one that is there: whether the VPC is attached to it. Default: false, and it is attached. */
  readonly attached?: boolean;
}

/** A load balancer that is there, with a listener that leads on premises. */
export interface AwsExistingBalancer {
  readonly loadBalancerArn: pulumi.Input<string>;
  readonly listenerArn: pulumi.Input<string>;
  /** Its security group, to which the link's traffic is confined. Default: none, and it may go anywhere on the port. */
  readonly securityGroupId?: pulumi.Input<string>;
}

/** A VPC link (V2) that is there. */
export interface AwsExistingVpcLink {
  readonly vpcLinkId: pulumi.Input<string>;
  /** Its security group, from which alone a load balancer that is made takes traffic; it has to let that out. */
  readonly securityGroupId?: pulumi.Input<string>;
}

/** Changes to the arguments and options of {@link AwsOnPremLink}'s resources. */
export interface AwsOnPremLinkTransforms {
  readonly customerGateway?: Transform<CustomerGatewayArgs>;
  readonly vpnGateway?: Transform<VpnGatewayArgs>;
  readonly vpnConnection?: Transform<VpnConnectionArgs>;
  /** Of each static route of the VPN connection. */
  readonly vpnRoute?: Transform<VpnConnectionRouteArgs>;
  /** Of each route table that the virtual private gateway passes routes on to. */
  readonly routePropagation?: Transform<VpnGatewayRoutePropagationArgs>;
  readonly transitGateway?: Transform<TransitGatewayArgs>;
  readonly transitGatewayAttachment?: Transform<VpcAttachmentArgs>;
  /** Of each static route of the transit gateway. */
  readonly transitGatewayRoute?: Transform<TransitGatewayRouteArgs>;
  /** Of each route of the VPC to the transit gateway. */
  readonly route?: Transform<RouteArgs>;
  readonly linkSecurityGroup?: Transform<SecurityGroupArgs>;
  readonly balancerSecurityGroup?: Transform<SecurityGroupArgs>;
  /** Of the rule that lets the link reach the load balancer, and of those that let the load balancer reach each target. */
  readonly egressRule?: Transform<SecurityGroupEgressRuleArgs>;
  /** Of the rule that lets the load balancer take the link's traffic. */
  readonly ingressRule?: Transform<SecurityGroupIngressRuleArgs>;
  readonly balancer?: Transform<LoadBalancerArgs>;
  readonly targetGroup?: Transform<TargetGroupArgs>;
  /** Of each target in the target group. */
  readonly target?: Transform<TargetGroupAttachmentArgs>;
  readonly listener?: Transform<ListenerArgs>;
  readonly vpcLink?: Transform<VpcLinkArgs>;
}

/** What {@link AwsOnPremLink} is made from. */
export interface AwsOnPremLinkArgs {
  /** The VPC that the way leads through. */
  readonly vpcId: pulumi.Input<string>;
  /** Subnets of it, best in two Availability Zones: of the load balancer, of the link. 1 to 10. */
  readonly subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** The servers on premises, at least one; left out where the load balancer is there. */
  readonly targets?: readonly OnPremTarget[];
  /** What they speak. TLS goes through to them: API Gateway checks their certificate. Default: `https`. */
  readonly protocol?: "http" | "https";
  /** The listener's port, which is that of the backend's URL. Default: 443, or 80 for `http`. */
  readonly port?: number;
  /** Default: whether the port takes a connection. */
  readonly healthCheck?: OnPremHealthCheck;
  /** The VPN. Default: none; the VPC reaches the network on premises already. */
  readonly vpn?: AwsVpn;
  /** A load balancer that is there. Default: a Network Load Balancer is made. */
  readonly balancer?: AwsExistingBalancer;
  /** A VPC link that is there. Default: it is made. */
  readonly vpcLink?: AwsExistingVpcLink;
  /** Tags of each resource that takes tags. Default: none. */
  readonly tags?: Tags;
  readonly transform?: AwsOnPremLinkTransforms;
}

const taggable = {
  customerGateway: true,
  vpnGateway: true,
  vpnConnection: true,
  transitGateway: true,
  transitGatewayAttachment: true,
  linkSecurityGroup: true,
  balancerSecurityGroup: true,
  egressRule: true,
  ingressRule: true,
  balancer: true,
  targetGroup: true,
  listener: true,
  vpcLink: true,
} as const;

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks.html */
const longestLinkName = 128;

/**
 * The way from API Gateway to servers on premises: a VPN to their network, a Network Load Balancer with their addresses and health
 * checks, and a VPC link to it. Its `link` is bound to a backend of kind `onPrem`, of an `AwsHttpApi` as of an `AwsRestApi`, in this
 * stack or, through a stack reference, in another. What is there already is handed in.
 *
 * Nothing is open: the load balancer is internal, takes connections from the link alone, and makes them to the targets alone. TLS is
 * not ended on the way.
 *
 * The tunnels come up when the device on premises is set up by `vpnConfiguration`; each of both is enough.
 *
 * What cannot be changed in place, such as the link with its subnets, is made anew before the old one goes; gateways of the same
 * stack move over in between. AWS keeps a VPC link that an API in another stack still names: to replace one, declare a second
 * `AwsOnPremLink`, have the other stack bind it, and take the first away. A link without requests for 60 days is put to sleep by
 * AWS, and the first requests after that fail for some minutes.
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
  /** To bind to a backend: ids and ARNs alone, of which none is known before what they lead to is in place. */
  readonly link: pulumi.Output<pulumi.Unwrap<AwsVpcLink>>;
  /** The security group of the VPC link: what lets it in, where the load balancer is handed in. */
  readonly securityGroupId: pulumi.Output<string | undefined>;
  /** The addresses of both tunnels in AWS; none without a VPN. */
  readonly tunnelAddresses: pulumi.Output<readonly string[]>;
  /** How the device on premises is to be set up, in XML, with the pre-shared keys: a secret. Empty without a VPN. */
  readonly vpnConfiguration: pulumi.Output<string>;

  /** @throws {PolygateError} with all that is wrong, before anything is registered. */
  constructor(name: string, args: AwsOnPremLinkArgs, options?: pulumi.ComponentResourceOptions) {
    const problems = checkOnPremLink(args);
    if (problems.length > 0) throw new PolygateError(`The link "${name}"`, problems);
    super("polygate:index:AwsOnPremLink", name, {}, options);
    const transform = taggedTransforms<AwsOnPremLinkTransforms>(args.transform ?? {}, taggable, args.tags);
    const parts: OnPremParts = { name, parent: this, transform };
    const port = listenerPort(args);
    const vpn = args.vpn === undefined ? undefined : vpnTo(parts, args, args.vpn);

    const existing = args.vpcLink;
    const own = existing === undefined ? linkSecurityGroup(parts, args.vpcId) : undefined;
    const securityGroupId = own?.id ?? existing?.securityGroupId;
    const balancer = args.balancer ?? balancerTo(parts, args, port, securityGroupId, vpn?.routes ?? []);
    const vpcLinkId = existing?.vpcLinkId ?? vpcLink(parts, args.subnetIds, own as SecurityGroup, balancer, port);

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
    const { link, tunnelAddresses, vpnConfiguration } = this;
    this.registerOutputs({ link, securityGroupId: this.securityGroupId, tunnelAddresses, vpnConfiguration });
  }
}

/** It waits for the rule that lets its traffic out. Neither its subnets nor its security groups can be changed. */
function vpcLink(
  parts: OnPremParts,
  subnetIds: AwsOnPremLinkArgs["subnetIds"],
  { id }: SecurityGroup,
  balancer: AwsExistingBalancer,
  port: number,
): pulumi.Output<string> {
  const { name, parent, transform } = parts;
  const rule = egressRule(parts, `${name}-link-egress-${port}`, id, port, {
    ...(balancer.securityGroupId === undefined
      ? { cidrIpv4: "0.0.0.0/0" }
      : { referencedSecurityGroupId: balancer.securityGroupId }),
  });
  const [args, options] = transformed<VpcLinkArgs>(
    transform.vpcLink,
    {
      name: vendorName(name, { longest: longestLinkName }),
      subnetIds: pulumi.output(subnetIds).apply((ids) => [...ids]),
      securityGroupIds: [id],
    },
    { parent, dependsOn: rule },
    ["subnetIds", "securityGroupIds", "region"],
  );
  return new VpcLink(`${name}-vpc-link`, args, options).id;
}
