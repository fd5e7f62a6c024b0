/** The network between an API and a backend on the premises, declared as single resources. */
import type { Properties } from "../../../../../sandbox/control-plane/property-value.ts";
import type { GatewayArtefacts } from "../../../../../sandbox/data-plane/artefacts.ts";
import type { AwsNetwork } from "../../../../../sandbox/data-plane/aws/artefacts/network.ts";
import type { Deployed, EngineStandIn, TestCloud } from "../engine-stand-in.ts";

export const network = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  vpcLink: "aws:apigatewayv2/vpcLink:VpcLink",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  listener: "aws:lb/listener:Listener",
  listenerRule: "aws:lb/listenerRule:ListenerRule",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  attachment: "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  certificate: "aws:acm/certificate:Certificate",
  namespace: "aws:servicediscovery/httpNamespace:HttpNamespace",
  dnsNamespace: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  service: "aws:servicediscovery/service:Service",
  instance: "aws:servicediscovery/instance:Instance",
  customerGateway: "aws:ec2/customerGateway:CustomerGateway",
  vpnGateway: "aws:ec2/vpnGateway:VpnGateway",
  vpnConnection: "aws:ec2/vpnConnection:VpnConnection",
  propagation: "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
  vpnRoute: "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
  transitGateway: "aws:ec2transitgateway/transitGateway:TransitGateway",
  vpcAttachment: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  route: "aws:ec2/route:Route",
  transitRoute: "aws:ec2transitgateway/route:Route",
} as const;

export const httpTypes = {
  api: "aws:apigatewayv2/api:Api",
  stage: "aws:apigatewayv2/stage:Stage",
  deployment: "aws:apigatewayv2/deployment:Deployment",
  integration: "aws:apigatewayv2/integration:Integration",
  route: "aws:apigatewayv2/route:Route",
} as const;

/** The network of the first gateway that is served. */
export function servedNetwork(cloud: TestCloud): AwsNetwork | undefined {
  const [artefacts] = cloud.gateways.served.map((gateway): GatewayArtefacts => gateway.artefacts);
  return artefacts?.kind === "aws-http-api" || artefacts?.kind === "aws-rest-api" ? artefacts.network : undefined;
}

/** The resources between an API and `10.20.0.5:8080`, which is reachable once `target` registers it. */
export class PrivateNetwork {
  readonly #aws: EngineStandIn;
  readonly #name: string;
  vpc!: Deployed;
  subnet!: Deployed;
  link!: Deployed;
  balancer!: Deployed;
  group!: Deployed;
  listener!: Deployed;

  constructor(aws: EngineStandIn, name = "erp") {
    this.#aws = aws;
    this.#name = name;
  }

  async declare(): Promise<this> {
    this.vpc = await this.make(network.vpc, "vpc", { cidrBlock: "10.0.0.0/16" });
    this.subnet = await this.make(network.subnet, "subnet", { vpcId: this.vpc.id, cidrBlock: "10.0.1.0/24" });
    this.link = await this.make(network.vpcLink, "link", { subnetIds: [this.subnet.id], securityGroupIds: [] });
    this.balancer = await this.make(network.loadBalancer, "balancer", {
      internal: true,
      loadBalancerType: "network",
      subnets: [this.subnet.id],
    });
    this.group = await this.make(network.targetGroup, "group", {
      port: 8080,
      protocol: "TCP",
      targetType: "ip",
      vpcId: this.vpc.id,
    });
    this.listener = await this.make(network.listener, "listener", {
      loadBalancerArn: this.balancer.id,
      port: 80,
      protocol: "TCP",
      defaultActions: [{ type: "forward", targetGroupArn: this.group.id }],
    });
    return this;
  }

  /** Registers a target. */
  target(inputs: Properties = {}, name = "target"): Promise<Deployed> {
    return this.make(network.attachment, name, {
      targetGroupArn: this.group.id,
      targetId: "10.20.0.5",
      availabilityZone: "all",
      ...inputs,
    });
  }

  /** Declares an HTTP API with a stage. */
  async httpApi(body = httpDocument(this), autoDeploy = true): Promise<Deployed> {
    const inputs = { name: "orders", protocolType: "HTTP", version: "1", body };
    const api = await this.#aws.create(httpTypes.api, "orders", inputs);
    if (autoDeploy) await this.#aws.create(httpTypes.stage, "live", { apiId: api.id, name: "$default", autoDeploy });
    return api;
  }

  make(type: string, part: string, inputs: Properties): Promise<Deployed> {
    return this.#aws.create(type, `${this.#name}-${part}`, inputs);
  }
}

/** The document of an HTTP API with one route through the VPC link. `members` extend its integration. */
export function httpDocument(
  privateNetwork: Pick<PrivateNetwork, "link" | "listener">,
  members: Properties = {},
): string {
  return JSON.stringify({
    openapi: "3.0.1",
    info: { title: "orders", version: "1" },
    paths: {
      "/orders/{id}": {
        get: { "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/erp" } },
      },
    },
    components: {
      "x-amazon-apigateway-integrations": {
        erp: {
          type: "http_proxy",
          httpMethod: "ANY",
          payloadFormatVersion: "1.0",
          connectionType: "VPC_LINK",
          connectionId: privateNetwork.link.id,
          uri: privateNetwork.listener.id,
          ...members,
        },
      },
    },
  });
}
