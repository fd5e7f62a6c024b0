import type { SecurityGroupArgs, VpnConnectionArgs } from "@pulumi/aws/ec2/index.js";
import type { TransformRule, TransformRules } from "../../gateway/transform.ts";
import type { AwsOnPremLinkTransforms } from "./args.ts";

const securityGroup: TransformRule<SecurityGroupArgs> = {
  resource: "aws:ec2/securityGroup:SecurityGroup",
  properties: ["description", "name", "namePrefix", "revokeRulesOnDelete", "tags"],
  retain: true,
  instead: {
    ingress: "Declare the balancer yourself, with its security group, and set balancer.",
    egress: "Set targets.",
  },
};

const routes = "Set vpn.cidrs and vpn.routeTableIds.";

/** How the two tunnels are negotiated. Where they lead is not an option of a tunnel. */
const tunnelOptions = [
  "DpdTimeoutAction",
  "DpdTimeoutSeconds",
  "EnableTunnelLifecycleControl",
  "IkeVersions",
  "InsideCidr",
  "LogOptions",
  "Phase1DhGroupNumbers",
  "Phase1EncryptionAlgorithms",
  "Phase1IntegrityAlgorithms",
  "Phase1LifetimeSeconds",
  "Phase2DhGroupNumbers",
  "Phase2EncryptionAlgorithms",
  "Phase2IntegrityAlgorithms",
  "Phase2LifetimeSeconds",
  "PresharedKey",
  "RekeyFuzzPercentage",
  "RekeyMarginTimeSeconds",
  "ReplayWindowSize",
  "StartupAction",
] as const;

const vpnConnection: TransformRule<VpnConnectionArgs> = {
  resource: "aws:ec2/vpnConnection:VpnConnection",
  properties: [
    "enableAcceleration",
    "localIpv4NetworkCidr",
    "presharedKeyStorage",
    "remoteIpv4NetworkCidr",
    "tags",
    "tunnelBandwidth",
    ...tunnelOptions.flatMap((option) => [`tunnel1${option}`, `tunnel2${option}`] as const),
  ],
  retain: true,
  instead: {
    staticRoutesOnly: "Set vpn.asn for BGP.",
    transitGatewayId: "Set vpn.end.",
    vpnGatewayId: "Set vpn.end.",
  },
};

/** What transforms may change of an `AwsOnPremLink`'s resources: not where they lead, and not whom they admit. */
export const onPremLinkTransformRules: TransformRules<AwsOnPremLinkTransforms> = {
  customerGateway: {
    resource: "aws:ec2/customerGateway:CustomerGateway",
    properties: ["certificateArn", "deviceName", "tags"],
    retain: true,
    instead: { bgpAsn: "Set vpn.asn.", bgpAsnExtended: "Set vpn.asn.", ipAddress: "Set vpn.publicIp." },
  },
  vpnGateway: {
    resource: "aws:ec2/vpnGateway:VpnGateway",
    properties: ["amazonSideAsn", "availabilityZone", "tags"],
    retain: true,
    instead: { vpcId: "Set vpcId." },
  },
  vpnConnection,
  vpnRoute: {
    resource: "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
    properties: [],
    instead: { destinationCidrBlock: routes },
  },
  routePropagation: {
    resource: "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
    properties: [],
    instead: { routeTableId: routes },
  },
  transitGateway: {
    resource: "aws:ec2transitgateway/transitGateway:TransitGateway",
    properties: ["amazonSideAsn", "description", "dnsSupport", "tags", "vpnEcmpSupport"],
    retain: true,
    instead: { autoAcceptSharedAttachments: "Declare the transit gateway yourself, and set vpn.end.transitGatewayId." },
  },
  transitGatewayAttachment: {
    resource: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
    properties: ["applianceModeSupport", "dnsSupport", "tags"],
    retain: true,
    instead: { subnetIds: "Set subnetIds." },
  },
  transitGatewayRoute: {
    resource: "aws:ec2transitgateway/route:Route",
    properties: [],
    instead: { destinationCidrBlock: routes },
  },
  route: {
    resource: "aws:ec2/route:Route",
    properties: [],
    instead: { destinationCidrBlock: routes, routeTableId: routes },
  },
  linkSecurityGroup: securityGroup,
  balancerSecurityGroup: securityGroup,
  egressRule: {
    resource: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    properties: ["description", "tags"],
    instead: { cidrIpv4: "Set targets." },
  },
  ingressRule: {
    resource: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    properties: ["description", "tags"],
  },
  balancer: {
    resource: "aws:lb/loadBalancer:LoadBalancer",
    properties: [
      "accessLogs",
      "connectionLogs",
      "dnsRecordClientRoutingPolicy",
      "enableCrossZoneLoadBalancing",
      "enableDeletionProtection",
      "enableZonalShift",
      "minimumLoadBalancerCapacity",
      "name",
      "namePrefix",
      "tags",
    ],
    retain: true,
    instead: { subnets: "Set subnetIds.", subnetMappings: "Declare the balancer yourself, and set balancer." },
  },
  targetGroup: {
    resource: "aws:lb/targetGroup:TargetGroup",
    properties: [
      "connectionTermination",
      "deregistrationDelay",
      "healthCheck.healthyThreshold",
      "healthCheck.interval",
      "healthCheck.matcher",
      "healthCheck.timeout",
      "healthCheck.unhealthyThreshold",
      "loadBalancingCrossZoneEnabled",
      "name",
      "namePrefix",
      "tags",
      "targetFailovers",
      "targetGroupHealth",
      "targetHealthStates",
    ],
    instead: { healthCheck: "Set healthCheck.path and protocol." },
  },
  target: {
    resource: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    properties: [],
    instead: { targetId: "Set targets.", port: "Set targets." },
  },
  listener: {
    resource: "aws:lb/listener:Listener",
    properties: ["tags", "tcpIdleTimeoutSeconds"],
  },
  vpcLink: {
    resource: "aws:apigatewayv2/vpcLink:VpcLink",
    properties: ["name", "tags"],
    retain: true,
    instead: { subnetIds: "Set subnetIds." },
  },
};
