import type { VpcLinkArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type {
  CustomerGatewayArgs,
  RouteArgs,
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
import type * as pulumi from "@pulumi/pulumi";
import type { Transform } from "../../gateway/transform.ts";
import type { Tags } from "../operations/operations.ts";

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

/** Changes to the arguments and options of `AwsOnPremLink`'s resources. */
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

/** What `AwsOnPremLink` is made from. */
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
