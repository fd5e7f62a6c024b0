import type { Input } from "@pulumi/pulumi";

/**
 * Requires a certificate of each client, checked before anything else.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
 */
export interface AwsMutualTls {
  /** `s3://BUCKET/KEY`: a PEM file of certificates. A client's certificate must chain to one of them. */
  readonly truststoreUri: Input<string>;
  /**
   * The version of that object. Without it, every preview shows a caution.
   *
   * @default the version that is current when API Gateway reads the object. Unverified: a later update of the domain may read a newer one.
   */
  readonly truststoreVersion?: Input<string>;
  /**
   * A public certificate for the name, issued by Certificate Manager. Required if the domain's own certificate is imported or issued by
   * a private authority.
   *
   * @default none
   */
  readonly ownershipCertificateArn?: Input<string>;
}

/** A domain with a hosted zone. Polygate creates the certificate, validates it in the zone, and creates the records that point to the domain. */
interface ByZone {
  /** The hosted zone of Route 53 that contains the name. */
  readonly zoneId: Input<string>;
  readonly certificateArn?: never;
  readonly aliasZoneId?: never;
}

/** A domain with your own certificate. Make sure that it covers the name and is renewed. */
interface ByCertificate {
  /** A certificate of Certificate Manager, in the gateway's Region. */
  readonly certificateArn: Input<string>;
  /**
   * The hosted zone of Route 53 in which Polygate creates the records that point to the domain.
   *
   * @default none; you create the records
   */
  readonly aliasZoneId?: Input<string>;
  readonly zoneId?: never;
}

/** A custom domain of API Gateway, with either a hosted zone or a certificate. */
export type AwsDomainName = {
  /** The host, in lower case, e.g. `api.example.com`. Wildcards are rejected because a gateway has one URL. */
  readonly name: string;
  /**
   * Requires certificates of clients.
   *
   * @default clients need no certificate
   */
  readonly mutualTls?: AwsMutualTls;
} & (ByZone | ByCertificate);

/**
 * What gateways need to know about a domain that several of them share. A plain record, so that it can be a stack's output and be read
 * through a stack reference.
 */
export interface AwsSharedDomain {
  readonly name: Input<string>;
  /** Whether clients need a certificate. */
  readonly mutualTls: Input<boolean>;
}

/** A domain that is declared elsewhere, by `AwsApiDomain`. */
interface Shared {
  readonly shared: Input<AwsSharedDomain>;
  readonly name?: never;
  readonly mutualTls?: never;
  readonly zoneId?: never;
  readonly certificateArn?: never;
  readonly aliasZoneId?: never;
}

/** The custom domain of a gateway. */
export type AwsDomain = {
  /**
   * The first segments of the paths that belong to this gateway, e.g. `v1` or `shop/v1`. The gateway's routes do not include them.
   *
   * @default all paths that belong to no other gateway of the domain
   */
  readonly basePath?: string;
  /**
   * Keeps the endpoint that AWS gives every API, beside the domain. The value is the reason, e.g. `clients move until March`, which
   * every preview shows.
   *
   * @default the endpoint is disabled
   */
  readonly keepExecuteApi?: string;
} & ((AwsDomainName & { readonly shared?: never }) | Shared);

/** All members of a domain, without the unions that serve the editor. */
export interface PlainDomain {
  readonly name?: string;
  readonly zoneId?: Input<string>;
  readonly certificateArn?: Input<string>;
  readonly aliasZoneId?: Input<string>;
  readonly mutualTls?: AwsMutualTls;
  readonly shared?: Input<AwsSharedDomain>;
  readonly basePath?: string;
  readonly keepExecuteApi?: string;
}
