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
import type { Tags } from "../operations/tags.ts";

/** A server on premises. */
export interface OnPremTarget {
  /** Its private IPv4 address, in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10. AWS accepts no other ranges. */
  readonly address: string;
  readonly port: number;
}

/** How the load balancer checks whether a server on premises is healthy. */
export interface OnPremHealthCheck {
  /** A path that a healthy server answers with a status from 200 to 399, such as `/health`. */
  readonly path: string;
}

/** A Site-to-Site VPN to the device at the edge of the network on premises. */
export interface AwsVpn {
  /** The device's public IPv4 address. May be an Output. */
  readonly publicIp: pulumi.Input<string>;
  /**
   * The number of the device's autonomous system, if it supports BGP.
   *
   * @default no BGP; `cidrs` are static routes
   */
  readonly asn?: number;
  /**
   * The networks on premises, such as `10.20.0.0/16`. Each target must be in one of them. Required for static routes and for a transit
   * gateway. With BGP over a virtual private gateway the device announces them.
   *
   * @default none
   */
  readonly cidrs?: readonly string[];
  /** The route tables of the subnets, each with a name of your choice, such as `{ private: table.id }`. At least one. */
  readonly routeTableIds: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Where the VPN ends at AWS.
   *
   * A virtual private gateway costs nothing beyond the connection and propagates routes by itself. A VPC can have only one. Use a transit
   * gateway to connect several VPCs through one VPN.
   *
   * @default a new virtual private gateway of the VPC
   */
  readonly end?: AwsVpnGateway | AwsTransitGateway;
}

/** A virtual private gateway of the VPC. */
export interface AwsVpnGateway {
  readonly kind: "vpn-gateway";
  /**
   * An existing one that is attached to the VPC.
   *
   * @default a new one
   */
  readonly vpnGatewayId?: pulumi.Input<string>;
}

/** A transit gateway. */
export interface AwsTransitGateway {
  readonly kind: "transit-gateway";
  /**
   * An existing one.
   *
   * @default a new one
   */
  readonly transitGatewayId?: pulumi.Input<string>;
  /** The route table of an existing one. Required for static routes. */
  readonly routeTableId?: pulumi.Input<string>;
  /**
   * Whether the VPC is attached to an existing one already.
   *
   * @default false; the attachment is created
   */
  readonly attached?: boolean;
}

/** An existing load balancer with a listener whose targets are on premises. */
export interface AwsExistingBalancer {
  readonly loadBalancerArn: pulumi.Input<string>;
  readonly listenerArn: pulumi.Input<string>;
  /**
   * Its security group. The link's outgoing traffic is restricted to it.
   *
   * @default none; outgoing traffic is restricted to the listener's port only
   */
  readonly securityGroupId?: pulumi.Input<string>;
}

/** An existing VPC link (V2). */
export interface AwsExistingVpcLink {
  readonly vpcLinkId: pulumi.Input<string>;
  /** Its security group, which must allow the outgoing traffic. A new load balancer accepts traffic from it only. */
  readonly securityGroupId?: pulumi.Input<string>;
}

/** Changes to the arguments and options of `AwsOnPremLink`'s resources. */
export interface AwsOnPremLinkTransforms {
  readonly customerGateway?: Transform<CustomerGatewayArgs>;
  readonly vpnGateway?: Transform<VpnGatewayArgs>;
  readonly vpnConnection?: Transform<VpnConnectionArgs>;
  /** Changes each static route of the VPN connection. */
  readonly vpnRoute?: Transform<VpnConnectionRouteArgs>;
  /** Changes the route propagation of the virtual private gateway to each route table. */
  readonly routePropagation?: Transform<VpnGatewayRoutePropagationArgs>;
  readonly transitGateway?: Transform<TransitGatewayArgs>;
  readonly transitGatewayAttachment?: Transform<VpcAttachmentArgs>;
  /** Changes each static route of the transit gateway. */
  readonly transitGatewayRoute?: Transform<TransitGatewayRouteArgs>;
  /** Changes each route of the VPC to the transit gateway. */
  readonly route?: Transform<RouteArgs>;
  readonly linkSecurityGroup?: Transform<SecurityGroupArgs>;
  readonly balancerSecurityGroup?: Transform<SecurityGroupArgs>;
  /** Changes the rule from the link to the load balancer, and those from the load balancer to each target. */
  readonly egressRule?: Transform<SecurityGroupEgressRuleArgs>;
  /** Changes the rule with which the load balancer accepts the link's traffic. */
  readonly ingressRule?: Transform<SecurityGroupIngressRuleArgs>;
  readonly balancer?: Transform<LoadBalancerArgs>;
  readonly targetGroup?: Transform<TargetGroupArgs>;
  /** Changes each target in the target group. */
  readonly target?: Transform<TargetGroupAttachmentArgs>;
  readonly listener?: Transform<ListenerArgs>;
  readonly vpcLink?: Transform<VpcLinkArgs>;
}

/** The arguments of `AwsOnPremLink`. */
export interface AwsOnPremLinkArgs {
  /** The VPC that connects to the network on premises. */
  readonly vpcId: pulumi.Input<string>;
  /** 1 to 10 subnets of the VPC, for the load balancer and the VPC link. Preferably in two Availability Zones. */
  readonly subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** The servers on premises, at least one. Not allowed with an existing load balancer. */
  readonly targets?: readonly OnPremTarget[];
  /**
   * The servers' protocol. TLS passes through to them, and API Gateway verifies their certificate.
   *
   * @default "https"
   */
  readonly protocol?: "http" | "https";
  /**
   * The listener's port, which must be that of the backend's URL.
   *
   * @default 443, or 80 for `http`
   */
  readonly port?: number;
  /**
   * How the load balancer checks the servers.
   *
   * @default whether the port accepts a connection
   */
  readonly healthCheck?: OnPremHealthCheck;
  /**
   * The VPN.
   *
   * @default none; the VPC can reach the network on premises already
   */
  readonly vpn?: AwsVpn;
  /**
   * An existing load balancer.
   *
   * @default a new Network Load Balancer
   */
  readonly balancer?: AwsExistingBalancer;
  /**
   * An existing VPC link.
   *
   * @default a new one
   */
  readonly vpcLink?: AwsExistingVpcLink;
  /**
   * Tags of each resource that accepts tags.
   *
   * @default none
   */
  readonly tags?: Tags;
  readonly transform?: AwsOnPremLinkTransforms;
}
