/** A load balancer in two public subnets, with a provider of its own. */
import { ec2, getAvailabilityZonesOutput, lb, Provider } from "@pulumi/aws";

const options = { provider: new Provider("alb", { region: "eu-west-1" }) };
const { names } = getAvailabilityZonesOutput({}, options);
const network = new ec2.Vpc(
  "alb",
  { cidrBlock: "10.12.0.0/16", enableDnsHostnames: true, enableDnsSupport: true },
  options,
);
const gateway = new ec2.InternetGateway("alb", { vpcId: network.id }, options);
const table = new ec2.RouteTable(
  "alb",
  { vpcId: network.id, routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] },
  options,
);
const subnets = [0, 1].map((index) => {
  const subnet = new ec2.Subnet(
    `alb-${index}`,
    {
      vpcId: network.id,
      availabilityZone: names.apply((zones) => zones[index] ?? ""),
      cidrBlock: `10.12.${index}.0/24`,
      mapPublicIpOnLaunch: true,
    },
    options,
  );
  new ec2.RouteTableAssociation(`alb-${index}`, { subnetId: subnet.id, routeTableId: table.id }, options);
  return subnet;
});
const balancer = new lb.LoadBalancer(
  "alb",
  { loadBalancerType: "application", internal: false, subnets: subnets.map(({ id }) => id) },
  options,
);
export const host = balancer.dnsName;
