import type { Input } from "@pulumi/pulumi";

/**
 * A VPC link (V2) to a listener of a load balancer: an Application or a Network Load Balancer. The same record serves
 * `AwsHttpApi`, which names the listener, and `AwsRestApi`, which names the load balancer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
 */
export interface AwsVpcLink {
  readonly kind: "aws-vpc-link";
  /** The id of an `aws.apigatewayv2.VpcLink`. */
  readonly vpcLinkId: Input<string>;
  /** The ARN of the listener, whose port is that of the backend's URL. */
  readonly listenerArn: Input<string>;
  /** The ARN of the load balancer that the listener belongs to. */
  readonly loadBalancerArn: Input<string>;
}

/**
 * A VPC link (V2) to the instances of a service in AWS Cloud Map. For `AwsHttpApi` only: a REST API has no such
 * integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 */
export interface AwsCloudMapLink {
  readonly kind: "aws-cloud-map";
  /** The id of an `aws.apigatewayv2.VpcLink`. */
  readonly vpcLinkId: Input<string>;
  /** The ARN of an `aws.servicediscovery.Service`. */
  readonly serviceArn: Input<string>;
}

/** How a gateway on AWS reaches a private backend. All of its values are texts, so that it survives a stack reference. */
export type AwsLink = AwsVpcLink | AwsCloudMapLink;
