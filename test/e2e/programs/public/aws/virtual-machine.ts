/** A virtual machine with the newest image of a publisher, in a network of its own. */
import { ec2 } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const image = ec2.getAmi({
  filters: [{ name: "name", values: ["amzn2-ami-hvm-*"] }],
  owners: ["amazon"],
  mostRecent: true,
});
const network = new ec2.Vpc("virtual-machine", {
  cidrBlock: "10.0.0.0/16",
  enableDnsHostnames: true,
  enableDnsSupport: true,
});
const gateway = new ec2.InternetGateway("virtual-machine", { vpcId: network.id });
const subnet = new ec2.Subnet("virtual-machine", {
  vpcId: network.id,
  cidrBlock: "10.0.1.0/24",
  mapPublicIpOnLaunch: true,
});
const table = new ec2.RouteTable("virtual-machine", {
  vpcId: network.id,
  routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }],
});
new ec2.RouteTableAssociation("virtual-machine", { subnetId: subnet.id, routeTableId: table.id });
const group = new ec2.SecurityGroup("virtual-machine", {
  vpcId: network.id,
  ingress: [{ fromPort: 80, toPort: 80, protocol: "tcp", cidrBlocks: ["0.0.0.0/0"] }],
  egress: [{ fromPort: 0, toPort: 0, protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }],
});
const server = new ec2.Instance("virtual-machine", {
  ami: image.then(({ id }) => id),
  instanceType: "t3.micro",
  subnetId: subnet.id,
  vpcSecurityGroupIds: [group.id],
  userData: "#!/bin/sh\n",
  tags: { Name: "shop" },
});
export const ip = server.publicIp;
export const url = pulumi.interpolate`http://${server.publicDns}`;
