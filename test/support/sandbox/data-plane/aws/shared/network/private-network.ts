import type {
  AwsListener,
  AwsLoadBalancer,
  AwsNetwork,
  AwsTargetGroup,
  AwsVpcLink,
} from "../../../../../../../sandbox/data-plane/aws/artefacts/network.ts";

const elb = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
/** The listener of the network load balancer. */
export const BALANCER: string = `${elb}:loadbalancer/net/erp/50dc6c495c0c9188`;
export const LISTENER: string = `${elb}:listener/net/erp/50dc6c495c0c9188/0467ef3c8400ae65`;
export const GROUP: string = `${elb}:targetgroup/erp/73e2d6bc24d8a067`;
export const SERVICE: string = "arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-e4anhexample0004";
export const LINK = "abc123";
/** The load balancer's only target, unless a test declares others. */
export const TARGET = { address: "10.20.0.5", port: 8080 } as const;

export interface NetworkOptions {
  readonly link?: Partial<AwsVpcLink>;
  readonly balancer?: Partial<AwsLoadBalancer>;
  readonly listener?: Partial<AwsListener>;
  readonly group?: Partial<AwsTargetGroup>;
  readonly members?: Partial<AwsNetwork>;
}

/** A VPC link to a load balancer with one listener and one on-premises target. */
export function network({ link, balancer, listener, group, members }: NetworkOptions = {}): AwsNetwork {
  return {
    vpcLinks: {
      [LINK]: { name: "erp", status: "AVAILABLE", subnetIds: ["subnet-1"], securityGroupIds: [], ...link },
    },
    loadBalancers: {
      [BALANCER]: {
        kind: "network",
        scheme: "internal",
        dnsName: "erp-50dc6c495c0c9188.elb.eu-west-1.amazonaws.com",
        listeners: [{ arn: LISTENER, port: 80, protocol: "TCP", targetGroup: GROUP, ...listener }],
        ...balancer,
      },
    },
    targetGroups: { [GROUP]: { protocol: "TCP", targetType: "ip", targets: [TARGET], ...group } },
    services: {},
    ...members,
  };
}
