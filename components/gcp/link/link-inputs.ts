import type { Input } from "@pulumi/pulumi";

/**
 * How a companion of `GcpApiGateway` reaches a private network: a plain record of texts, so that it can be read through a stack reference.
 *
 * @see https://cloud.google.com/run/docs/configuring/vpc-direct-vpc
 */
export interface GcpLink {
  /** The network in which the companion has its interface: its name or its id. */
  readonly network: Input<string>;
  /** The subnet of that network, in the gateway's region, from which the companion sends: its name or its id. */
  readonly subnetwork: Input<string>;
  /**
   * The certificate authorities of the servers, as PEM.
   *
   * @default the public ones
   */
  readonly certificateAuthority?: Input<string>;
  /**
   * The DNS name in the servers' certificate.
   *
   * @default the host of the backend's URL
   */
  readonly serverName?: Input<string>;
}
