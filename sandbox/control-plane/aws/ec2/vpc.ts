import { digest } from "../../identifier.ts";
import { accountId } from "../region.ts";
import { routeTables, subnets, vpcs } from "./record.ts";
import { ec2Id, ec2Resource } from "./resource.ts";

/** `aws:ec2/vpc:Vpc`. */
export const vpc = ec2Resource(vpcs, "vpc", "EC2 VPC", {
  replaces: ["cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  outputs: (_records, { id }) => ({
    cidrBlock: "",
    defaultNetworkAclId: ec2Id("acl", id),
    defaultRouteTableId: ec2Id("rtb", id),
    defaultSecurityGroupId: ec2Id("sg", id),
    dhcpOptionsId: ec2Id("dopt", id),
    enableDnsHostnames: false,
    enableDnsSupport: true,
    instanceTenancy: "default",
    mainRouteTableId: ec2Id("rtb", id),
    ownerId: accountId,
  }),
});

/** `aws:ec2/subnet:Subnet`. */
export const subnet = ec2Resource(subnets, "subnet", "EC2 Subnet", {
  replaces: ["availabilityZone", "availabilityZoneId", "cidrBlock", "outpostArn", "vpcId"],
  outputs: (_records, { region }) => ({
    availabilityZone: `${region}a`,
    availabilityZoneId: `${digest(region, 4)}-az1`,
    mapPublicIpOnLaunch: false,
    ownerId: accountId,
    privateDnsHostnameTypeOnLaunch: "ip-name",
    assignIpv6AddressOnCreation: false,
  }),
});

/** `aws:ec2/routeTable:RouteTable`. */
export const routeTable = ec2Resource(
  routeTables,
  "rtb",
  "EC2 Route Table",
  { replaces: ["vpcId"], outputs: () => ({ ownerId: accountId, propagatingVgws: [], routes: [] }) },
  "route-table",
);
