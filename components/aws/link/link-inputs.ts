import type { Input } from "@pulumi/pulumi";

/**
 * A VPC link (V2) to a listener of an Application or Network Load Balancer. `AwsHttpApi` uses the listener and `AwsRestApi` uses the
 * load balancer, so the same record works for both.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
 */
export interface AwsVpcLink {
  readonly kind: "aws-vpc-link";
  /** The id of an `aws.apigatewayv2.VpcLink`. */
  readonly vpcLinkId: Input<string>;
  /** The ARN of the listener. Its port must be that of the backend's URL. */
  readonly listenerArn: Input<string>;
  /** The ARN of the listener's load balancer. */
  readonly loadBalancerArn: Input<string>;
}

/**
 * A VPC link (V2) to the instances of a service in AWS Cloud Map. For `AwsHttpApi` only: REST APIs have no such integration.
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

/** How a gateway on AWS reaches a private backend. All values are strings, so that it can be read through a stack reference. */
export type AwsLink = AwsVpcLink | AwsCloudMapLink;
