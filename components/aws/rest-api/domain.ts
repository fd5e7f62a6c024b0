import {
  BasePathMapping,
  type BasePathMappingArgs,
  DomainName,
  type DomainNameArgs,
} from "@pulumi/aws/apigateway/index.js";
import type { ApiMappingArgs } from "@pulumi/aws/apigatewayv2/index.js";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { certificateOf, type DomainCertificateTransforms, type DomainOwner } from "../domain/certificate.ts";
import type { PlainDomain } from "../domain/domain.ts";
import { type DeclaredDomain, mutualTlsArgs } from "../domain/domain-name.ts";
import { apiMapping, type DomainMapping, type MappedStage } from "../domain/mapping.ts";

/** A Regional domain of API Gateway, for TLS 1.2 and 1.3, over IPv4 and IPv6. */
export function restDomain(
  owner: DomainOwner & {
    readonly transform: DomainCertificateTransforms & { readonly domain?: Transform<DomainNameArgs> };
  },
  domain: PlainDomain,
): DeclaredDomain {
  const { mutualTls, name: host = "" } = domain;
  const [args, options] = transformed<DomainNameArgs>(
    owner.transform.domain,
    {
      domainName: host,
      regionalCertificateArn: certificateOf(owner, domain),
      endpointConfiguration: { types: "REGIONAL", ipAddressType: "dualstack" },
      securityPolicy: "TLS_1_2",
      ...mutualTlsArgs(mutualTls),
      ...(mutualTls?.ownershipCertificateArn === undefined
        ? {}
        : { ownershipVerificationCertificateArn: mutualTls.ownershipCertificateArn }),
    },
    { parent: owner.parent },
    [
      "domainName",
      "regionalCertificateArn",
      "endpointConfiguration",
      "securityPolicy",
      "mutualTlsAuthentication",
      "ownershipVerificationCertificateArn",
      "routingMode",
      "region",
    ],
  );
  const made = new DomainName(`${owner.name}-domain`, args, options);
  return {
    name: made.domainName,
    target: { domainName: made.regionalDomainName, zoneId: made.regionalZoneId },
    resource: made,
  };
}

/**
 * What leads from the domain to a REST API's stage. A base path of several levels is a mapping of the other kind
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html).
 */
export function restMapping(
  mapped: MappedStage,
  transform: {
    readonly basePathMapping?: Transform<BasePathMappingArgs>;
    readonly apiMapping?: Transform<ApiMappingArgs>;
  },
): DomainMapping {
  const { name, parent, domainName, basePath, apiId, stage, after } = mapped;
  if (basePath?.includes("/") === true) return apiMapping(mapped, transform.apiMapping);
  const [args, options] = transformed<BasePathMappingArgs>(
    transform.basePathMapping,
    { domainName, restApi: apiId, stageName: stage, ...(basePath === undefined ? {} : { basePath }) },
    { parent, dependsOn: [...after] },
    ["domainName", "domainNameId", "restApi", "stageName", "basePath", "region"],
  );
  const resource = new BasePathMapping(`${name}-domain-mapping`, args, options);
  return { resource, domainName: resource.domainName };
}
