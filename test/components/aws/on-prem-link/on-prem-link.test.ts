import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PolygateError, type Problem } from "../../../../components/api/problem.ts";
import { restApiLinks } from "../../../../components/aws/link/link.ts";
import type { AwsOnPremLinkArgs } from "../../../../components/aws/on-prem-link/args.ts";
import { AwsOnPremLink } from "../../../../components/aws/on-prem-link/on-prem-link.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];
const account = "arn:aws:elasticloadbalancing:eu-central-1:123456789012";
const balancerArn = `${account}:loadbalancer/net/erp/0123456789abcdef`;
const listenerArn = `${account}:listener/net/erp/0123456789abcdef/fedcba9876543210`;
const arns: Readonly<Record<string, string>> = {
  "aws:lb/loadBalancer:LoadBalancer": balancerArn,
  "aws:lb/listener:Listener": listenerArn,
};

const mocks: pulumi.runtime.Mocks = {
  call: () => ({}),
  newResource: ({ type, name, inputs }) => {
    registered.push({ type: type.replace(/^aws:(.*)\/.*:/, "$1."), name, inputs });
    return {
      id: type === "aws:apigatewayv2/vpcLink:VpcLink" ? "a1b2c3d4e5" : `${name}-id`,
      state: {
        ...inputs,
        arn: arns[type] ?? `arn:of:${name}`,
        tunnel1Address: "198.51.100.1",
        tunnel2Address: "198.51.100.2",
        customerGatewayConfiguration: "<keys/>",
        transitGatewayAttachmentId: `${name}-attachment`,
        associationDefaultRouteTableId: `${name}-table`,
      },
    };
  },
};

const targets = [
  { address: "10.20.0.5", port: 8443 },
  { address: "10.20.0.6", port: 8443 },
];
const vpn = { publicIp: "203.0.113.9", cidrs: ["10.20.0.0/16"], routeTableIds: { private: "rtb-1" } };
const args: AwsOnPremLinkArgs = { vpcId: "vpc-1", subnetIds: ["subnet-1", "subnet-2"], targets };

const promptly = { interval: 10, healthyThreshold: 2, unhealthyThreshold: 2 };

/** The value of an output. */
function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

async function declare(given: Partial<AwsOnPremLinkArgs>, name = "erp") {
  registered.length = 0;
  const made = new AwsOnPremLink(name, { ...args, ...given });
  await resolved(pulumi.all([made.link, made.vpnConfiguration, made.securityGroupId]));
  // The outputs do not depend on routes and rules.
  await new Promise((done) => setTimeout(done, 20));
  const resources = registered.filter(({ type }) => !type.startsWith("polygate:"));
  const inputs = (part: string) => resources.find((one) => one.name === part)?.inputs ?? assert.fail(`no ${part}`);
  return { made, inputs, names: resources.map(({ type, name: own }) => `${type} ${own}`).toSorted() };
}

function wrong(given: object): readonly Problem[] {
  registered.length = 0;
  try {
    new AwsOnPremLink("erp", { ...args, ...given } as AwsOnPremLinkArgs);
  } catch (error) {
    assert.equal(registered.length, 0);
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
  return [];
}

const places = (given: object) =>
  wrong(given).map(({ code, place }) => {
    assert.ok(["bad-on-prem-link", "bad-tag"].includes(code), code);
    return place;
  });

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
  before(() => pulumi.runtime.setMocks(mocks, "shops", "dev", false, "acme"));

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
      healthCheck: { protocol: "TCP", ...promptly },
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
    const check = { path: "/health", matcher: "200-399", ...promptly };
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

  it("lets a transform change each part, except its destination, and tags every resource that accepts tags", async () => {
    const reached = new Set<string>();
    const parts = [
      "customerGateway",
      "vpnGateway",
      "vpnConnection",
      "vpnRoute",
      "routePropagation",
      "transitGateway",
      "transitGatewayAttachment",
      "transitGatewayRoute",
      "route",
      "linkSecurityGroup",
      "balancerSecurityGroup",
      "egressRule",
      "ingressRule",
      "balancer",
      "targetGroup",
      "target",
      "listener",
      "vpcLink",
    ] as const;
    const transform = Object.fromEntries(
      parts.map((part) => [
        part,
        (given: Record<string, unknown>) => {
          reached.add(part);
          for (const field of Object.keys(given)) if (field !== "tags") given[field] = "changed";
        },
      ]),
    );
    const tags = { team: "erp" };
    const one = await declare({ vpn, transform, tags });
    const two = await declare({ vpn: { ...vpn, end: { kind: "transit-gateway" } }, transform, tags });
    assert.deepEqual([...reached].toSorted(), [...parts].toSorted());
    for (const { inputs } of [one, two]) {
      for (const part of ["erp-balancer", "erp-targets", "erp-listener-443", "erp-vpc-link", "erp-customer-gateway"])
        assert.deepEqual(inputs(part).tags, tags, part);
      assert.deepEqual(inputs("erp-vpc-link").name, "changed");
      assert.deepEqual(inputs("erp-vpc-link").securityGroupIds, ["erp-link-security-group-id"]);
      assert.equal(inputs("erp-balancer").internal, true);
      assert.equal(inputs("erp-target-10.20.0.5-8443").targetId, "10.20.0.5");
      assert.equal(inputs("erp-balancer-ingress-443").referencedSecurityGroupId, "erp-link-security-group-id");
      assert.equal(inputs("erp-balancer-egress-10.20.0.5-8443").cidrIpv4, "10.20.0.5/32");
    }
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

  describe("rejects", () => {
    it("all errors in one report, before any resource is registered", () => {
      assert.deepEqual(
        places({
          vpcId: "",
          subnetIds: [],
          targets: [{ address: "erp.example.com", port: 0 }],
          port: 65_536,
          protocol: "tcp",
          healthCheck: { path: "health" },
          tags: { "aws:x": "y" },
          vpn: { publicIp: "10.0.0.1", asn: 0, routeTableIds: {} },
        }),
        [
          "vpcId",
          "subnetIds",
          "targets[0].address",
          "targets[0].port",
          "port",
          "protocol",
          "healthCheck.path",
          "vpn.publicIp",
          "vpn.asn",
          "vpn.routeTableIds",
          'tags["aws:x"]',
        ],
      );
    });

    it("invalid targets, targets that are listed twice, and public addresses", () => {
      const at = (address: unknown, port: unknown = 443) => places({ targets: [{ address, port }] });
      for (const address of ["10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "100.64.0.1", "100.127.0.1"])
        assert.deepEqual(at(address), [], address);
      for (const address of [
        "11.0.0.1",
        "172.32.0.1",
        "172.15.0.1",
        "192.169.0.1",
        "100.128.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "fd00::1",
        "::ffff:10.0.0.1",
        "10.0.0.1/32",
        "010.0.0.1",
        "10.0.0",
        " 10.0.0.1",
        7,
        null,
        undefined,
        pulumi.output("10.0.0.1"),
      ])
        assert.deepEqual(at(address), ["targets[0].address"], String(address));
      for (const port of [-1, 0, 65_536, 1.5, "443", null]) assert.deepEqual(at("10.0.0.1", port), ["targets[0].port"]);
      for (const none of [[], undefined, null, {}]) assert.deepEqual(places({ targets: none }), ["targets"]);
      assert.deepEqual(places({ targets: [...targets, targets[0]] }), ["targets[2]"]);
      assert.deepEqual(places({ targets: [null] }), ["targets[0].address", "targets[0].port"]);
    });

    it("no subnets and too many subnets for a VPC link, and accepts unknown values", () => {
      const many = Array.from({ length: 11 }, (_, index) => `subnet-${index}`);
      for (const subnetIds of [[], many, "subnet-1", undefined]) assert.deepEqual(places({ subnetIds }), ["subnetIds"]);
      assert.deepEqual(places({ subnetIds: ["subnet-1", ""] }), ["subnetIds[1]"]);
      assert.deepEqual(
        places({ subnetIds: ["subnet-1", pulumi.output("subnet-2")], vpcId: Promise.resolve("vpc") }),
        [],
      );
      assert.deepEqual(places({ subnetIds: pulumi.output(many) }), []);
    });

    it("a VPN without networks or route tables, and targets outside of its networks", () => {
      const over = (more: object) => places({ vpn: { ...vpn, ...more } });
      assert.deepEqual(over({}), []);
      assert.deepEqual(over({ cidrs: undefined }), ["vpn.cidrs"]);
      assert.deepEqual(over({ cidrs: [] }), ["vpn.cidrs"]);
      assert.deepEqual(over({ cidrs: undefined, asn: 65_010 }), []);
      assert.deepEqual(over({ cidrs: undefined, asn: 65_010, end: { kind: "transit-gateway" } }), ["vpn.cidrs"]);
      assert.deepEqual(over({ cidrs: ["10.30.0.0/16"] }), ["targets[0].address", "targets[1].address"]);
      assert.deepEqual(over({ cidrs: ["10.20.0.5/32", "10.20.0.6/31"] }), []);
      for (const cidr of ["10.20.0.1/16", "10.0.0.0/7", "0.0.0.0/0", "10.20.0.0", "10.20.0.0/33", "fd00::/8", "x", 7])
        assert.deepEqual(over({ cidrs: ["10.20.0.0/16", cidr] }), ["vpn.cidrs[1]"], String(cidr));
      assert.deepEqual(over({ cidrs: ["10.20.0.0/16", "10.20.0.0/16"] }), ["vpn.cidrs[1]"]);
      assert.deepEqual(over({ routeTableIds: { "a b": "rtb-1", ok: "" } }), [
        'vpn.routeTableIds["a b"]',
        'vpn.routeTableIds["ok"]',
      ]);
      for (const publicIp of ["10.0.0.1", "erp.example.com", "", 7, undefined])
        assert.deepEqual(over({ publicIp }), ["vpn.publicIp"]);
      assert.deepEqual(over({ publicIp: pulumi.output("203.0.113.9") }), []);
    });

    it("an invalid or incomplete end of the VPN", () => {
      const end = (given: object) => places({ vpn: { ...vpn, end: given } });
      assert.deepEqual(end({ kind: "vpn" }), ["vpn.end.kind"]);
      assert.deepEqual(end({ kind: "vpn-gateway", vpnGatewayId: "" }), ["vpn.end.vpnGatewayId"]);
      assert.deepEqual(end({ kind: "transit-gateway", routeTableId: "rtb", attached: true }), [
        "vpn.end.routeTableId",
        "vpn.end.attached",
      ]);
      assert.deepEqual(end({ kind: "transit-gateway", transitGatewayId: "tgw-1" }), ["vpn.end.routeTableId"]);
      assert.deepEqual(
        places({ vpn: { ...vpn, asn: 65_010, end: { kind: "transit-gateway", transitGatewayId: "tgw-1" } } }),
        [],
      );
    });

    it("existing parts beside arguments for new ones, and an existing VPC link without its security group", () => {
      const balancer = { loadBalancerArn: balancerArn, listenerArn };
      assert.deepEqual(places({ balancer }), ["targets"]);
      assert.deepEqual(places({ balancer, targets: undefined, healthCheck: { path: "/" } }), ["healthCheck"]);
      assert.deepEqual(places({ balancer: { listenerArn: "" }, targets: undefined }), [
        "balancer.loadBalancerArn",
        "balancer.listenerArn",
      ]);
      assert.deepEqual(places({ vpcLink: { vpcLinkId: "a1" } }), ["vpcLink.securityGroupId"]);
      assert.deepEqual(places({ vpcLink: { vpcLinkId: "a1" }, balancer, targets: undefined }), []);
    });
  });
});
