/** A VPC endpoint for `execute-api` through which a private gateway can be reached. */
export interface ReachingEndpoint {
  /** Stable over restarts and updates. The port is assigned to it and shared by all gateways that the endpoint reaches. */
  readonly key: string;
  /** e.g. `vpce-0a1b2c3d4e5f67890`. */
  readonly id: string;
  /** The VPC that contains the endpoint. */
  readonly vpcId: string;
  /** The domain name of the endpoint's certificate, e.g. `*.execute-api.eu-central-1.amazonaws.com`. */
  readonly certificateName: string;
  /** The host names under which the endpoint reaches this gateway. */
  readonly hosts: readonly string[];
  /** The URL for clients; absent when the gateway is not associated with the endpoint. */
  readonly url?: string;
}
