import type { MappedDomain } from "../../../data-plane/artefacts.ts";
import { Kind, type Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";

/** A custom domain name as API Gateway holds it: the same one, whether it was made for HTTP or for REST APIs. */
export interface ApiDomainRecord {
  readonly name: string;
  readonly region: string;
  readonly certificateArn: string;
  readonly ownershipVerificationCertificateArn?: string;
  readonly securityPolicy: string;
  readonly ipAddressType: string;
  readonly mutualTls?: MutualTls;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MutualTls {
  readonly truststoreUri: string;
  readonly truststoreVersion?: string;
  /** PEM: the truststore as it was when the domain was last told of it. */
  readonly truststore: string;
}

/** What leads from a domain to a stage of an API. */
export interface DomainMappingRecord {
  readonly id: string;
  readonly domainName: string;
  readonly region: string;
  /** Without slashes at either end; empty: `(none)`. */
  readonly basePath: string;
  readonly apiId: string;
  readonly stage: string;
}

export const apiDomains = new Kind<ApiDomainRecord>("aws/apigateway/domain-name");
export const domainMappings = new Kind<DomainMappingRecord>("aws/apigateway/domain-mapping");

/** The domains that lead to a stage. */
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
 * Refuses to delete what a domain leads to.
 * @param stage undefined for all of the API
 */
export function refuseMapped(records: Records, operation: string, region: string, apiId: string, stage?: string): void {
  const [mapping] = mappingsTo(records, region, apiId, stage);
  if (mapping === undefined) return;
  const what = stage === undefined ? "API" : "stage";
  // Of the API as in reports of live APIs; that a stage is refused in the same way is U.
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
