import type { Input } from "@pulumi/pulumi";

/**
 * Clients show a certificate of theirs, before anything else is asked of them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
 */
export interface AwsMutualTls {
  /** `s3://BUCKET/KEY`: a PEM file of the certificates, to one of which a client's must lead. */
  readonly truststoreUri: Input<string>;
  /**
   * The version of that object. Default: the one that is there when the domain is made or this changes; a later one is not
   * looked at, and every preview says so.
   */
  readonly truststoreVersion?: Input<string>;
  /**
   * A public certificate for the name that Certificate Manager issued. Needed where the domain's own certificate is imported, or
   * a private authority's. Default: none.
   */
  readonly ownershipCertificateArn?: Input<string>;
}

/** Polygate has Certificate Manager issue a certificate, and proves by the zone that the name is yours; the zone also leads to the domain. */
interface ByZone {
  /** The hosted zone of Route 53 that the name is in. */
  readonly zoneId: Input<string>;
  readonly certificateArn?: never;
  readonly aliasZoneId?: never;
}

/** The certificate is handed in, and so is your business: that it covers the name, and that it is renewed. */
interface ByCertificate {
  /** A certificate of Certificate Manager's, in the gateway's Region. */
  readonly certificateArn: Input<string>;
  /** The hosted zone of Route 53 that shall lead to the domain. Default: DNS is your business too. */
  readonly aliasZoneId?: Input<string>;
  readonly zoneId?: never;
}

/** A custom domain of API Gateway, with exactly one of a zone and a certificate. */
export type AwsDomainName = {
  /** The host, in lower case, e.g. `api.example.com`. No wildcard: a gateway has one URL. */
  readonly name: string;
  /** Default: clients need no certificate. */
  readonly mutualTls?: AwsMutualTls;
} & (ByZone | ByCertificate);

/**
 * What gateways must know of a domain that several share. Plain, so that it survives a stack's output and another's reference.
 */
export interface AwsSharedDomain {
  readonly name: Input<string>;
  /** Whether clients need a certificate. */
  readonly mutualTls: Input<boolean>;
}

/** A domain that is declared once, by `AwsApiDomain`. */
interface Shared {
  readonly shared: Input<AwsSharedDomain>;
  readonly name?: never;
  readonly mutualTls?: never;
  readonly zoneId?: never;
  readonly certificateArn?: never;
  readonly aliasZoneId?: never;
}

/** The custom domain that a gateway answers by. */
export type AwsDomain = {
  /**
   * The beginning of the paths that lead to this gateway, which its routes do not see, e.g. `v1` or `shop/v1`. Default: all paths
   * that lead to no other gateway of the domain.
   */
  readonly basePath?: string;
  /**
   * Why the endpoint that AWS gives an API goes on answering beside the domain, e.g. `clients move until March`; said at every
   * preview. Default: it is disabled.
   */
  readonly keepExecuteApi?: string;
} & ((AwsDomainName & { readonly shared?: never }) | Shared);

/** A domain without the type parameters of its alternatives, as plain code reads it. */
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
