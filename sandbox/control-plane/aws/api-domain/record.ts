import type { MappedDomain } from "../../../data-plane/aws/artefacts/custom-domain.ts";
import { Kind, type Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import type { Tags } from "../tags.ts";

/** A custom domain name as API Gateway stores it, whether it was declared for HTTP APIs or for REST APIs. */
export interface ApiDomainRecord {
  readonly name: string;
  readonly region: string;
  readonly certificateArn: string;
  readonly ownershipVerificationCertificateArn?: string;
  readonly securityPolicy: string;
  readonly ipAddressType: string;
  readonly mutualTls?: MutualTls;
  readonly tags: Tags;
}

export interface MutualTls {
  readonly truststoreUri: string;
  readonly truststoreVersion?: string;
  /** In PEM, as it was when the domain was last created or updated with another URI or version. */
  readonly truststore: string;
}

/** A mapping from a path of a domain to a stage of an API. */
export interface DomainMappingRecord {
  readonly id: string;
  readonly domainName: string;
  readonly region: string;
  /** Without slashes at either end. Empty for the root, which API Gateway calls `(none)`. */
  readonly basePath: string;
  readonly apiId: string;
  readonly stage: string;
}

export const apiDomains = new Kind<ApiDomainRecord>("aws/apigateway/domain-name");
export const domainMappings = new Kind<DomainMappingRecord>("aws/apigateway/domain-mapping");

/** The domains that are mapped to a stage. */
export function mappedDomains(
  records: Records,
  region: string,
  apiId: string,
  stage: string,
): { readonly domains?: readonly MappedDomain[] } {
  const domains = mappingsTo(records, region, apiId, stage).flatMap(({ domainName, basePath }): MappedDomain[] => {
    const domain = apiDomains.get(records, region, domainName);
    if (domain === undefined) return [];
    const { name, mutualTls } = domain;
    const truststore = mutualTls === undefined ? {} : { truststore: mutualTls.truststore };
    return [{ key: `aws/${region}/domain/${name}`, name, basePath, ...truststore }];
  });
  return domains.length === 0 ? {} : { domains };
}

/**
 * Refuses to delete an API or a stage that a domain is mapped to. Reports of live APIs show the refusal for an API.
 *
 * Unverified: that API Gateway refuses it for a stage in the same way.
 *
 * @param stage undefined for the whole API
 */
export function refuseMapped(records: Records, operation: string, region: string, apiId: string, stage?: string): void {
  const [mapping] = mappingsTo(records, region, apiId, stage);
  if (mapping === undefined) return;
  const what = stage === undefined ? "API" : "stage";
  throw new VendorError(
    `${operation}: BadRequestException: Deleting ${what} failed. Please remove all base path mappings related to the ${what} in ` +
      `your domains (${mapping.domainName}/${mapping.basePath})`,
  );
}

function mappingsTo(
  records: Records,
  region: string,
  apiId: string,
  stage: string | undefined,
): readonly DomainMappingRecord[] {
  return domainMappings
    .list(records, region)
    .map(([, mapping]) => mapping)
    .filter((mapping) => mapping.apiId === apiId && (stage === undefined || mapping.stage === stage));
}
