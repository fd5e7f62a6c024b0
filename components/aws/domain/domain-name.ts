import { ApiMapping, type ApiMappingArgs, DomainName, type DomainNameArgs } from "@pulumi/aws/apigatewayv2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { certificateOf, type DomainCertificateTransforms, type DomainOwner, type DomainTarget } from "./certificate.ts";
import type { AwsMutualTls, PlainDomain } from "./domain.ts";

export interface HttpDomainTransforms extends DomainCertificateTransforms {
  readonly domain?: Transform<DomainNameArgs>;
}

/** A domain that was made. */
export interface MadeDomain {
  /** Known when it is there. */
  readonly name: pulumi.Output<string>;
  readonly target: DomainTarget;
  readonly resource: pulumi.Resource;
}

/** A Regional domain of API Gateway, for TLS 1.2 and 1.3, over IPv4 and IPv6. */
export function httpDomain(
  owner: DomainOwner & { readonly transform: HttpDomainTransforms },
  domain: PlainDomain,
): MadeDomain {
  const { mutualTls, name: host = "" } = domain;
  const [args, options] = transformed<DomainNameArgs>(
    owner.transform.domain,
    {
      domainName: host,
      domainNameConfiguration: {
        certificateArn: certificateOf(owner, domain),
        endpointType: "REGIONAL",
        ipAddressType: "dualstack",
        securityPolicy: "TLS_1_2",
        ...(mutualTls?.ownershipCertificateArn === undefined
          ? {}
          : { ownershipVerificationCertificateArn: mutualTls.ownershipCertificateArn }),
      },
      ...mutualTlsArgs(mutualTls),
    },
    { parent: owner.parent },
    ["domainName", "domainNameConfiguration", "mutualTlsAuthentication", "routingMode", "region"],
  );
  const made = new DomainName(`${owner.name}-domain`, args, options);
  return {
    name: made.domainName,
    target: {
      domainName: made.domainNameConfiguration.apply(({ targetDomainName }) => targetDomainName),
      zoneId: made.domainNameConfiguration.apply(({ hostedZoneId }) => hostedZoneId),
    },
    resource: made,
  };
}

/** As both kinds of domain take it. */
export function mutualTlsArgs(given: AwsMutualTls | undefined): Pick<DomainNameArgs, "mutualTlsAuthentication"> {
  if (given === undefined) return {};
  const { truststoreUri, truststoreVersion } = given;
  return {
    mutualTlsAuthentication: { truststoreUri, ...(truststoreVersion === undefined ? {} : { truststoreVersion }) },
  };
}

/** What leads from a domain to an API's stage, whichever kind of API it is. */
export interface MappedStage {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly domainName: pulumi.Output<string>;
  readonly basePath: string | undefined;
  readonly apiId: pulumi.Output<string>;
  readonly stage: string;
  /** What the mapping waits for. */
  readonly after: readonly pulumi.Resource[];
}

/** @returns the mapping, and the domain's name once it leads there */
export function apiMapping(
  { name, parent, domainName, basePath, apiId, stage, after }: MappedStage,
  transform: Transform<ApiMappingArgs> | undefined,
): { readonly resource: pulumi.Resource; readonly domainName: pulumi.Output<string> } {
  const [args, options] = transformed<ApiMappingArgs>(
    transform,
    { domainName, apiId, stage, ...(basePath === undefined ? {} : { apiMappingKey: basePath }) },
    { parent, dependsOn: [...after] },
    ["domainName", "apiId", "stage", "apiMappingKey", "region"],
  );
  const resource = new ApiMapping(`${name}-domain-mapping`, args, options);
  return { resource, domainName: resource.domainName };
}
