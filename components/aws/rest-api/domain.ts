import { BasePathMapping } from "@pulumi/aws/apigateway/basePathMapping.js";
import { DomainName } from "@pulumi/aws/apigateway/domainName.js";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import { certificateOf } from "../domain/certificate.ts";
import type { AwsDomain, PlainDomain } from "../domain/domain.ts";
import { type DeclaredDomain, mutualTlsArgs } from "../domain/domain-name.ts";
import { type GatewayDomain, gatewayDomain } from "../domain/gateway-domain.ts";
import { apiMapping, type DomainMapping, type MappedStage } from "../domain/mapping.ts";
import type { AwsRestApiTransforms } from "./args.ts";
import type { RestApiOwner } from "./owner.ts";

/** Declares the custom domain of a gateway, or uses the shared one; undefined without a domain. */
export function declareDomain(owner: RestApiOwner, domain: AwsDomain | undefined): GatewayDomain | undefined {
  return (
    domain &&
    gatewayDomain(domain, {
      owner,
      domain: (plain) => declareDomainName(owner, plain),
      mapping: (stage) => declareMapping(stage, owner.transform),
    })
  );
}

/** Declares a Regional domain of API Gateway, for TLS 1.2 and 1.3, over IPv4 and IPv6. */
function declareDomainName(owner: RestApiOwner, domain: PlainDomain): DeclaredDomain {
  const { mutualTls, name: host = "" } = domain;
  const resource = owner.transform.domain.declare(
    DomainName,
    `${owner.name}-domain`,
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
  );
  return {
    name: resource.domainName,
    target: { domainName: resource.regionalDomainName, zoneId: resource.regionalZoneId },
    resource,
  };
}

/**
 * Declares the mapping from the domain to a REST API's stage. A base path of several levels requires an API mapping instead of a base path
 * mapping (https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html).
 */
function declareMapping(mappedStage: MappedStage, transform: ChildTransforms<AwsRestApiTransforms>): DomainMapping {
  const { name, parent, domainName, basePath, apiId, stage, after } = mappedStage;
  if (basePath?.includes("/") === true) return apiMapping(mappedStage, transform.apiMapping);
  const resource = transform.basePathMapping.declare(
    BasePathMapping,
    `${name}-domain-mapping`,
    { domainName, restApi: apiId, stageName: stage, ...(basePath === undefined ? {} : { basePath }) },
    { parent, dependsOn: [...after] },
  );
  return { resource, domainName: resource.domainName };
}
