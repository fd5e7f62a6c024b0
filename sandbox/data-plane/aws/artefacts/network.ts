/**
 * The current state of the part of a VPC that the integrations of one API refer to. A deployment of an API is a snapshot; its
 * network is not part of it. A resource that does not exist is missing here, and requests that need it fail.
 */
export interface AwsNetwork {
  /** VPC links of the second version, by id. */
  readonly vpcLinks: Readonly<Record<string, AwsVpcLink>>;
  /** By ARN. */
  readonly loadBalancers: Readonly<Record<string, AwsLoadBalancer>>;
  /** By ARN. */
  readonly targetGroups: Readonly<Record<string, AwsTargetGroup>>;
  /** Services of AWS Cloud Map, by ARN. */
  readonly services: Readonly<Record<string, AwsCloudMapService>>;
  /**
   * The security groups of the links and load balancers, by id. A group that is missing here is treated as one that allows all
   * traffic.
   */
  readonly securityGroups?: Readonly<Record<string, AwsSecurityGroup>>;
}

export interface AwsSecurityGroup {
  readonly ingress: readonly AwsSecurityGroupRule[];
  readonly egress: readonly AwsSecurityGroupRule[];
}

/** Traffic that a security group allows. The sandbox does not compare addresses. */
export interface AwsSecurityGroupRule {
  /** e.g. `tcp`; `-1` for all. */
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  /** The security group that the other side must be in. Absent: the rule names the other side by addresses. */
  readonly group?: string;
}

/** @see https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/vpclinks-vpclinkid.html */
export interface AwsVpcLink {
  readonly name: string;
  readonly status: "PENDING" | "AVAILABLE" | "DELETING" | "FAILED" | "INACTIVE";
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Those of the VPC of the subnets. @default none */
  readonly connections?: readonly AwsSiteConnection[];
}

export interface AwsLoadBalancer {
  readonly kind: "application" | "network";
  readonly scheme: "internal" | "internet-facing";
  readonly dnsName: string;
  /** Absent or empty: no security group filters the traffic. */
  readonly securityGroupIds?: readonly string[];
  readonly listeners: readonly AwsListener[];
  /** Those of the VPC of the subnets. @default none */
  readonly connections?: readonly AwsSiteConnection[];
}

/** A VPN connection from a VPC to a network on premises. */
export interface AwsSiteConnection {
  readonly id: string;
  /** The ranges of its routes, static or announced. */
  readonly prefixes: readonly string[];
  /** Why it carries nothing. */
  readonly problem?: string;
}

export interface AwsListener {
  readonly arn: string;
  readonly port: number;
  /** HTTP and HTTPS of an Application Load Balancer, TCP and TLS of a Network Load Balancer. */
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  /** The domain names of the certificates of an HTTPS or TLS listener. A name may begin with `*.`. */
  readonly certificateNames?: readonly string[];
  /** The ARN of the target group that the default action forwards to. Absent: the action forwards to no target group. */
  readonly targetGroup?: string;
  /**
   * A feature in use that the sandbox does not model, e.g. `listener rules`. The sandbox rejects an API that uses the listener.
   */
  readonly unserved?: string;
}

export interface AwsTargetGroup {
  /** The protocol to the targets. */
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  readonly targetType: "ip" | "instance" | "alb" | "lambda";
  readonly targets: readonly AwsTarget[];
  /**
   * The interval between two health checks of a target. Absent: there are no health checks, and every target receives its share.
   */
  readonly healthCheckSeconds?: number;
  /** A feature in use that the sandbox does not model. The sandbox rejects an API that uses the target group. */
  readonly unserved?: string;
}

export interface AwsTarget {
  /** By the group's `targetType`: an IPv4 address, the id of an instance, or the ARN of an Application Load Balancer. */
  readonly address: string;
  readonly port: number;
}

export interface AwsCloudMapService {
  readonly name: string;
  readonly instances: readonly AwsCloudMapInstance[];
}

export interface AwsCloudMapInstance {
  readonly id: string;
  /** e.g. `AWS_INSTANCE_IPV4` and `AWS_INSTANCE_PORT`. */
  readonly attributes: Readonly<Record<string, string>>;
}
