import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { restApiLinks } from "../../../../components/aws/link/link.ts";
import { AwsOnPremLink } from "../../../../components/aws/on-prem-link/on-prem-link.ts";
import {
  args,
  balancerArn,
  declare,
  healthCheckTiming,
  listenerArn,
  registered,
  resolved,
  setMocks,
  vpn,
} from "../../../support/components/aws/on-prem-link/declared-link.ts";

const balancerParts = [
  "ec2.SecurityGroup erp-balancer-security-group",
  "lb.Listener erp-listener-443",
  "lb.LoadBalancer erp-balancer",
  "lb.TargetGroup erp-targets",
  "lb.TargetGroupAttachment erp-target-10.20.0.5-8443",
  "lb.TargetGroupAttachment erp-target-10.20.0.6-8443",
  "vpc.SecurityGroupEgressRule erp-balancer-egress-10.20.0.5-8443",
  "vpc.SecurityGroupEgressRule erp-balancer-egress-10.20.0.6-8443",
  "vpc.SecurityGroupIngressRule erp-balancer-ingress-443",
];
const linkParts = [
  "apigatewayv2.VpcLink erp-vpc-link",
  "ec2.SecurityGroup erp-link-security-group",
  "vpc.SecurityGroupEgressRule erp-link-egress-443",
];

describe("AwsOnPremLink", () => {
  before(setMocks);

  it("creates a load balancer and a VPC link to it, with stable names, if the network exists", async () => {
    const { names, inputs, made } = await declare({});
    assert.deepEqual(names, [...balancerParts, ...linkParts].toSorted());
    assert.deepEqual(inputs("erp-balancer"), {
      loadBalancerType: "network",
      internal: true,
      subnets: ["subnet-1", "subnet-2"],
      securityGroups: ["erp-balancer-security-group-id"],
    });
    assert.deepEqual(inputs("erp-targets"), {
      targetType: "ip",
      protocol: "TCP",
      port: 443,
      vpcId: "vpc-1",
      healthCheck: { protocol: "TCP", ...healthCheckTiming },
    });
    assert.deepEqual(inputs("erp-target-10.20.0.6-8443"), {
      targetGroupArn: "arn:of:erp-targets",
      targetId: "10.20.0.6",
      port: 8443,
      availabilityZone: "all",
    });
    assert.deepEqual(inputs("erp-listener-443"), {
      loadBalancerArn: balancerArn,
      protocol: "TCP",
      port: 443,
      defaultActions: [{ type: "forward", targetGroupArn: "arn:of:erp-targets" }],
    });
    assert.deepEqual(inputs("erp-vpc-link"), {
      name: "erp",
      subnetIds: ["subnet-1", "subnet-2"],
      securityGroupIds: ["erp-link-security-group-id"],
    });
    assert.equal(await resolved(made.urn), "urn:pulumi:dev::shops::polygate:index:AwsOnPremLink::erp");
    assert.deepEqual(await resolved(made.tunnelAddresses), []);
    assert.equal(await resolved(made.vpnConfiguration), "");
  });

  it("returns a link of ids and ARNs, which is not a secret and which both classes accept", async () => {
    const { made } = await declare({ vpn });
    const link = await resolved(made.link);
    assert.deepEqual(link, {
      kind: "aws-vpc-link",
      vpcLinkId: "a1b2c3d4e5",
      listenerArn,
      loadBalancerArn: balancerArn,
    });
    assert.deepEqual(restApiLinks.check(link, "link"), []);
    assert.equal(await pulumi.isSecret(made.link), false);
  });

  it("lets the VPC link reach only the load balancer's port, and the load balancer only the targets' ports", async () => {
    const { inputs } = await declare({ port: 8443 });
    const tcp = { ipProtocol: "tcp", fromPort: 8443, toPort: 8443 };
    const [linkGroup, balancerGroup] = ["erp-link-security-group", "erp-balancer-security-group"];
    assert.deepEqual(Object.keys(inputs(linkGroup)).toSorted(), ["description", "vpcId"]);
    assert.deepEqual(Object.keys(inputs(balancerGroup)).toSorted(), ["description", "vpcId"]);
    assert.deepEqual(inputs("erp-link-egress-8443"), {
      ...tcp,
      securityGroupId: `${linkGroup}-id`,
      referencedSecurityGroupId: `${balancerGroup}-id`,
    });
    assert.deepEqual(inputs("erp-balancer-ingress-8443"), {
      ...tcp,
      securityGroupId: `${balancerGroup}-id`,
      referencedSecurityGroupId: `${linkGroup}-id`,
    });
    assert.deepEqual(inputs("erp-balancer-egress-10.20.0.5-8443"), {
      ...tcp,
      securityGroupId: `${balancerGroup}-id`,
      cidrIpv4: "10.20.0.5/32",
    });
  });

  it("checks the health path of targets, over TLS unless their protocol is http, and listens on the configured port", async () => {
    const secure = await declare({ healthCheck: { path: "/health" } });
    const check = { path: "/health", matcher: "200-399", ...healthCheckTiming };
    assert.deepEqual(secure.inputs("erp-targets").healthCheck, { protocol: "HTTPS", ...check });
    const plain = await declare({ healthCheck: { path: "/health" }, protocol: "http" });
    assert.deepEqual(plain.inputs("erp-targets").healthCheck, { protocol: "HTTP", ...check });
    assert.equal(plain.inputs("erp-listener-80").port, 80);
  });

  it("creates a VPN over a virtual private gateway with static routes, and returns its configuration as a secret", async () => {
    const { names, inputs, made } = await declare({ vpn });
    assert.deepEqual(
      names.filter((name) => ![...balancerParts, ...linkParts].includes(name)),
      [
        "ec2.CustomerGateway erp-customer-gateway",
        "ec2.VpnConnection erp-vpn",
        "ec2.VpnConnectionRoute erp-vpn-route-10.20.0.0/16",
        "ec2.VpnGateway erp-vpn-gateway",
        "ec2.VpnGatewayRoutePropagation erp-propagation-private",
      ],
    );
    assert.deepEqual(inputs("erp-customer-gateway"), { type: "ipsec.1", ipAddress: "203.0.113.9", bgpAsn: "65000" });
    assert.deepEqual(inputs("erp-vpn"), {
      type: "ipsec.1",
      customerGatewayId: "erp-customer-gateway-id",
      staticRoutesOnly: true,
      vpnGatewayId: "erp-vpn-gateway-id",
    });
    assert.deepEqual(inputs("erp-vpn-route-10.20.0.0/16"), {
      vpnConnectionId: "erp-vpn-id",
      destinationCidrBlock: "10.20.0.0/16",
    });
    assert.deepEqual(inputs("erp-propagation-private"), { vpnGatewayId: "erp-vpn-gateway-id", routeTableId: "rtb-1" });
    assert.deepEqual(inputs("erp-vpn-gateway"), { vpcId: "vpc-1" });
    assert.deepEqual(await resolved(made.tunnelAddresses), ["198.51.100.1", "198.51.100.2"]);
    assert.equal(await resolved(made.vpnConfiguration), "<keys/>");
    assert.equal(await pulumi.isSecret(made.vpnConfiguration), true);
  });

  it("learns the routes with BGP if the device supports it, over an existing virtual private gateway", async () => {
    const end = { kind: "vpn-gateway", vpnGatewayId: "vgw-1" } as const;
    const { names, inputs } = await declare({ vpn: { ...vpn, asn: 4_200_000_000, end } });
    assert.ok(!names.some((name) => /VpnConnectionRoute|VpnGateway /.test(name)), names.join("\n"));
    assert.deepEqual(inputs("erp-customer-gateway"), {
      type: "ipsec.1",
      ipAddress: "203.0.113.9",
      bgpAsnExtended: "4200000000",
    });
    assert.equal(inputs("erp-vpn").staticRoutesOnly, false);
    assert.equal(inputs("erp-vpn").vpnGatewayId, "vgw-1");
    assert.equal(inputs("erp-propagation-private").vpnGatewayId, "vgw-1");
  });

  it("uses a new or an existing transit gateway, with routes on both sides", async () => {
    const over = (end: object) => declare({ vpn: { ...vpn, end: { kind: "transit-gateway", ...end } } });
    const made = await over({});
    assert.deepEqual(
      made.names.filter((name) => /ransit|Route /.test(name)),
      [
        "ec2.Route erp-route-private-10.20.0.0/16",
        "ec2transitgateway.Route erp-transit-gateway-route-10.20.0.0/16",
        "ec2transitgateway.TransitGateway erp-transit-gateway",
        "ec2transitgateway.VpcAttachment erp-transit-gateway-attachment",
      ],
    );
    assert.deepEqual(made.inputs("erp-vpn").transitGatewayId, "erp-transit-gateway-id");
    assert.equal(made.inputs("erp-vpn").vpnGatewayId, undefined);
    assert.deepEqual(made.inputs("erp-transit-gateway-attachment"), {
      vpcId: "vpc-1",
      subnetIds: ["subnet-1", "subnet-2"],
      transitGatewayId: "erp-transit-gateway-id",
    });
    assert.deepEqual(made.inputs("erp-transit-gateway-route-10.20.0.0/16"), {
      destinationCidrBlock: "10.20.0.0/16",
      transitGatewayAttachmentId: "erp-vpn-attachment",
      transitGatewayRouteTableId: "erp-transit-gateway-table",
    });
    assert.deepEqual(made.inputs("erp-route-private-10.20.0.0/16"), {
      routeTableId: "rtb-1",
      destinationCidrBlock: "10.20.0.0/16",
      transitGatewayId: "erp-transit-gateway-id",
    });
    const there = await over({ transitGatewayId: "tgw-1", routeTableId: "tgw-rtb-1", attached: true });
    assert.ok(!there.names.some((name) => /TransitGateway |VpcAttachment/.test(name)), there.names.join("\n"));
    assert.equal(there.inputs("erp-transit-gateway-route-10.20.0.0/16").transitGatewayRouteTableId, "tgw-rtb-1");
    const attached = await over({ transitGatewayId: "tgw-1", routeTableId: "tgw-rtb-1" });
    assert.equal(attached.inputs("erp-transit-gateway-attachment").transitGatewayId, "tgw-1");
  });

  it("uses an existing load balancer, and lets the VPC link reach only its security group or, without one, only its port", async () => {
    const balancer = { loadBalancerArn: pulumi.output(balancerArn), listenerArn };
    const { targets: _, ...bare } = args;
    const handedIn = async (more: object) => {
      registered.length = 0;
      const made = new AwsOnPremLink("erp", { ...bare, balancer: { ...balancer, ...more } });
      assert.deepEqual(await resolved(made.link), {
        kind: "aws-vpc-link",
        vpcLinkId: "a1b2c3d4e5",
        listenerArn,
        loadBalancerArn: balancerArn,
      });
      assert.equal(await resolved(made.securityGroupId), "erp-link-security-group-id");
      const names = registered.map(({ type, name }) => `${type} ${name}`);
      assert.deepEqual(names.toSorted(), [...linkParts, "polygate:index:AwsOnPremLink erp"].toSorted());
      return registered.find(({ name }) => name === "erp-link-egress-443")?.inputs;
    };
    assert.equal((await handedIn({}))?.cidrIpv4, "0.0.0.0/0");
    const confined = await handedIn({ securityGroupId: "sg-1" });
    assert.deepEqual([confined?.cidrIpv4, confined?.referencedSecurityGroupId], [undefined, "sg-1"]);
  });

  it("uses an existing VPC link, and lets the load balancer accept traffic from its security group only", async () => {
    const { names, inputs, made } = await declare({ vpcLink: { vpcLinkId: "f6g7h8", securityGroupId: "sg-2" } });
    assert.deepEqual(names, balancerParts);
    assert.equal(inputs("erp-balancer-ingress-443").referencedSecurityGroupId, "sg-2");
    assert.equal((await resolved(made.link)).vpcLinkId, "f6g7h8");
  });

  it("tags every resource that accepts tags", async () => {
    const tags = { team: "erp" };
    const one = await declare({ vpn, tags });
    const two = await declare({ vpn: { ...vpn, end: { kind: "transit-gateway" } }, tags });
    const both = ["erp-balancer", "erp-targets", "erp-listener-443", "erp-vpc-link", "erp-customer-gateway", "erp-vpn"];
    for (const { inputs } of [one, two]) for (const part of both) assert.deepEqual(inputs(part).tags, tags, part);
    assert.deepEqual(two.inputs("erp-transit-gateway").tags, tags);
    assert.deepEqual(one.inputs("erp-vpn-gateway").tags, tags);
  });

  it("derives resource names that AWS accepts from any component name", async () => {
    registered.length = 0;
    const made = new AwsOnPremLink(`ERP ${"x".repeat(200)}`, args);
    await resolved(made.link);
    const named = registered.filter(({ type }) => /^lb\.(?:LoadBalancer|TargetGroup)$/.test(type));
    for (const { name } of named) assert.match(name, /^[a-z0-9-]{1,24}$/);
    assert.equal(new Set(named.map(({ name }) => name)).size, 2);
  });
});
