import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  balancerArn,
  listenerArn,
  places,
  setMocks,
  targets,
  vpn,
} from "../../../support/components/aws/on-prem-link/declared-link.ts";

describe("AwsOnPremLink rejects", () => {
  before(setMocks);

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
    assert.deepEqual(places({ subnetIds: ["subnet-1", pulumi.output("subnet-2")], vpcId: Promise.resolve("vpc") }), []);
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
