import type { ResourceModel } from "../resource-model.ts";
import { vpcLink } from "./apigatewayv2/vpc-link.ts";
import { route } from "./ec2/route.ts";
import { securityGroup } from "./ec2/security-group.ts";
import { egressRule, ingressRule, securityGroupRule } from "./ec2/security-group-rule.ts";
import {
  transitGateway,
  transitGatewayAssociation,
  transitGatewayPropagation,
  transitGatewayRoute,
  transitGatewayRouteTable,
  transitGatewayVpcAttachment,
} from "./ec2/transit-gateway.ts";
import { routeTable, subnet, vpc } from "./ec2/vpc.ts";
import { vpcEndpoint } from "./ec2/vpc-endpoint.ts";
import {
  customerGateway,
  vpnConnection,
  vpnConnectionRoute,
  vpnGateway,
  vpnGatewayRoutePropagation,
} from "./ec2/vpn.ts";
import { listener, listenerRule } from "./lb/listener.ts";
import { loadBalancer } from "./lb/load-balancer.ts";
import { targetGroup } from "./lb/target-group.ts";
import { targetGroupAttachment } from "./lb/target-group-attachment.ts";
import type { AwsSettings } from "./region.ts";
import { cloudMapInstance, cloudMapService, namespace } from "./servicediscovery/service.ts";

/** The same resources go by two names. */
function balancing(module: "lb" | "alb"): Readonly<Record<string, ResourceModel<AwsSettings>>> {
  return {
    [`aws:${module}/listener:Listener`]: listener,
    [`aws:${module}/listenerRule:ListenerRule`]: listenerRule,
    [`aws:${module}/loadBalancer:LoadBalancer`]: loadBalancer,
    [`aws:${module}/targetGroup:TargetGroup`]: targetGroup,
    [`aws:${module}/targetGroupAttachment:TargetGroupAttachment`]: targetGroupAttachment,
  };
}

/** What private integrations lead through and to, and the way from there to the premises. */
export const networkModels: Readonly<Record<string, ResourceModel<AwsSettings>>> = {
  ...balancing("alb"),
  ...balancing("lb"),
  "aws:apigatewayv2/vpcLink:VpcLink": vpcLink,
  "aws:ec2/customerGateway:CustomerGateway": customerGateway,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/securityGroupRule:SecurityGroupRule": securityGroupRule,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ec2/vpnConnection:VpnConnection": vpnConnection,
  "aws:ec2/vpnConnectionRoute:VpnConnectionRoute": vpnConnectionRoute,
  "aws:ec2/vpnGateway:VpnGateway": vpnGateway,
  "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation": vpnGatewayRoutePropagation,
  "aws:ec2transitgateway/route:Route": transitGatewayRoute,
  "aws:ec2transitgateway/routeTable:RouteTable": transitGatewayRouteTable,
  "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation": transitGatewayAssociation,
  "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation": transitGatewayPropagation,
  "aws:ec2transitgateway/transitGateway:TransitGateway": transitGateway,
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": transitGatewayVpcAttachment,
  "aws:servicediscovery/httpNamespace:HttpNamespace": namespace,
  "aws:servicediscovery/instance:Instance": cloudMapInstance,
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": namespace,
  "aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace": namespace,
  "aws:servicediscovery/service:Service": cloudMapService,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": egressRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ingressRule,
};
