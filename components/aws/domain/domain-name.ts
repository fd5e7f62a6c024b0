import { DomainName } from "@pulumi/aws/apigatewayv2/domainName.js";
import type { DomainNameArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { DomainTarget } from "./alias-records.ts";
import { certificateOf, type DomainCertificateTransforms, type DomainOwner } from "./certificate.ts";
import type { AwsMutualTls, PlainDomain } from "./domain.ts";

export interface HttpDomainTransforms extends DomainCertificateTransforms {
  readonly domain?: Transform<DomainNameArgs>;
}

/** A domain whose resources are declared. */
export interface DeclaredDomain {
  /** The host, known once the domain exists. */
  readonly name: pulumi.Output<string>;
  readonly target: DomainTarget;
  readonly resource: pulumi.Resource;
}

/** Declares a Regional domain of API Gateway, for TLS 1.2 and 1.3, over IPv4 and IPv6. */
export function httpDomain(
  owner: DomainOwner & { readonly transform: ChildTransforms<HttpDomainTransforms> },
  domain: PlainDomain,
): DeclaredDomain {
  const { mutualTls, name: host = "" } = domain;
  const ownershipCertificateArn = mutualTls?.ownershipCertificateArn;
  const resource = owner.transform.domain.declare(
    DomainName,
    `${owner.name}-domain`,
    {
      domainName: host,
      domainNameConfiguration: {
        certificateArn: certificateOf(owner, domain),
        endpointType: "REGIONAL",
        ipAddressType: "dualstack",
        securityPolicy: "TLS_1_2",
        ...(ownershipCertificateArn === undefined
          ? {}
          : { ownershipVerificationCertificateArn: ownershipCertificateArn }),
      },
      ...mutualTlsArgs(mutualTls),
    },
    { parent: owner.parent },
  );
  const { domainNameConfiguration } = resource;
  return {
    name: resource.domainName,
    target: {
      domainName: domainNameConfiguration.apply(({ targetDomainName }) => targetDomainName),
      zoneId: domainNameConfiguration.apply(({ hostedZoneId }) => hostedZoneId),
    },
    resource,
  };
}

/** The mutual TLS argument, which the domains of HTTP APIs and REST APIs share. */
export function mutualTlsArgs(mutualTls: AwsMutualTls | undefined): Pick<DomainNameArgs, "mutualTlsAuthentication"> {
  if (mutualTls === undefined) return {};
  const { truststoreUri, truststoreVersion } = mutualTls;
  return {
    mutualTlsAuthentication: { truststoreUri, ...(truststoreVersion === undefined ? {} : { truststoreVersion }) },
  };
}
