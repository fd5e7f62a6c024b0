import assert from "node:assert/strict";
import {
  httpDocument,
  network,
  PrivateNetwork,
  servedNetwork,
} from "../../../support/sandbox/control-plane/aws/private-network.ts";
import { restCloud } from "../../../support/sandbox/control-plane/aws/rest-cloud.ts";
import type { EngineStandIn, TestCloud } from "../../../support/sandbox/control-plane/engine-stand-in.ts";

describe("security groups of the sandbox's aws provider", () => {
  let cloud: TestCloud;
  let aws: EngineStandIn;
  let privateNetwork: PrivateNetwork;

  beforeEach(async () => {
    cloud = await restCloud();
    aws = await cloud.provider("aws", { region: "eu-central-1" });
    privateNetwork = await new PrivateNetwork(aws).declare();
  });
  afterEach(() => cloud.close());

  const served = () => servedNetwork(cloud);

  it("pass the rules of security groups to the data plane, however they are declared", async () => {
    const everywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
    const inline = await privateNetwork.make(network.securityGroup, "inline", {
      vpcId: privateNetwork.vpc.id,
      egress: [everywhere],
    });
    const bare = await privateNetwork.make(network.securityGroup, "bare", { vpcId: privateNetwork.vpc.id });
    const link = await privateNetwork.make(network.vpcLink, "guarded", {
      subnetIds: [privateNetwork.subnet.id],
      securityGroupIds: [inline.id, bare.id, "sg-0123456789abcdef0"],
    });
    await privateNetwork.httpApi(httpDocument({ link, listener: privateNetwork.listener }));
    const groups = () => served()?.securityGroups;
    const all = { protocol: "-1", fromPort: 0, toPort: 0 };
    assert.deepEqual(groups(), {
      [inline.id]: { ingress: [], egress: [all] },
      [bare.id]: { ingress: [], egress: [] },
    });
    const rule = await privateNetwork.make("aws:ec2/securityGroupRule:SecurityGroupRule", "rule", {
      type: "egress",
      securityGroupId: bare.id,
      protocol: "TCP",
      fromPort: 80,
      toPort: 81,
      sourceSecurityGroupId: inline.id,
      self: true,
    });
    assert.match(rule.id, /^sgrule-[0-9a-f]{10}$/);
    const egress = await privateNetwork.make("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "egress", {
      securityGroupId: bare.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "10.0.0.0/16",
    });
    assert.match(egress.id, /^sgr-[0-9a-f]{17}$/);
    assert.equal(egress.outputs.arn, `arn:aws:ec2:eu-central-1:000000000000:security-group-rule/${egress.id}`);
    await privateNetwork.make("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "ingress", {
      securityGroupId: bare.id,
      ipProtocol: "-1",
      referencedSecurityGroupId: inline.id,
    });
    const web = { protocol: "tcp", fromPort: 80, toPort: 81 };
    assert.deepEqual(groups()?.[bare.id], {
      ingress: [{ ...all, group: inline.id }],
      egress: [
        { ...web, group: inline.id },
        { ...web, group: bare.id },
        { protocol: "tcp", fromPort: 443, toPort: 443 },
      ],
    });
    await aws.delete(rule);
    assert.equal(groups()?.[bare.id]?.egress.length, 1);
    await assert.rejects(
      privateNetwork.make("aws:ec2/securityGroupRule:SecurityGroupRule", "none", {
        ...rule.inputs,
        sourceSecurityGroupId: null,
        self: false,
      }),
      /One of \['cidr_blocks', .*\] must be set to create an AWS Security Group Rule$/,
    );
    const { failures } = await aws.check("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "x", {
      securityGroupId: bare.id,
      ipProtocol: "-1",
    });
    assert.deepEqual(failures, [
      "cidrIpv4: exactly one (and only one) of [cidrIpv4,cidrIpv6,prefixListId,referencedSecurityGroupId] must be specified",
    ]);
  });

  it("refuse to delete a security group that a link or a load balancer uses", async () => {
    const guard = await privateNetwork.make(network.securityGroup, "guard", { vpcId: privateNetwork.vpc.id });
    assert.match(guard.id, /^sg-[0-9a-f]{17}$/);
    assert.match(String(guard.outputs.name), /^erp-guard-[0-9a-f]{7}$/);
    assert.equal(guard.outputs.arn, `arn:aws:ec2:eu-central-1:000000000000:security-group/${guard.id}`);
    const link = await privateNetwork.make(network.vpcLink, "guarded", {
      subnetIds: [privateNetwork.subnet.id],
      securityGroupIds: [guard.id],
    });
    await assert.rejects(aws.delete(guard), /DependencyViolation: resource sg-[0-9a-f]+ has a dependent object$/);
    await aws.delete(link);
    await aws.delete(guard);
  });
});
