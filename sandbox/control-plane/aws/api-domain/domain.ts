import { digest } from "../../identifier.ts";
import type { Properties } from "../../property-value.ts";
import { type Call, VendorError } from "../../resource-model.ts";
import { type AwsSettings, partitionOf } from "../region.ts";
import { checkCertificate, checkOwnership } from "./certificate.ts";
import { type ApiDomainRecord, apiDomains, domainMappings, type MutualTls } from "./record.ts";
import { readTruststore } from "./truststore.ts";

/** The arguments of a custom domain name, from either of its two resource types. */
export interface DomainArguments extends Omit<ApiDomainRecord, "mutualTls"> {
  readonly truststoreUri?: string;
  readonly truststoreVersion?: string;
}

export function createDomain(call: Call<AwsSettings>, domain: DomainArguments, operation: string): ApiDomainRecord {
  if (apiDomains.get(call.records, domain.region, domain.name) !== undefined) {
    throw new VendorError(`${operation}: ConflictException: The domain name you provided already exists.`);
  }
  return put(call, domain, undefined, operation);
}

export function updateDomain(call: Call<AwsSettings>, domain: DomainArguments, operation: string): ApiDomainRecord {
  const before = apiDomains.get(call.records, domain.region, domain.name);
  if (before === undefined) throw new VendorError(noSuchDomain(operation));
  return put(call, domain, before, operation);
}

/**
 * Deletes a domain name.
 *
 * Unverified: that API Gateway refuses to delete a domain name with mappings. A refusal cannot break an API that clients still call.
 */
export function deleteDomain(call: Call<AwsSettings>, region: string, name: string, operation: string): void {
  const [mapping] = domainMappings.list(call.records, region, name);
  if (mapping !== undefined) {
    throw new VendorError(
      `${operation}: BadRequestException: Please remove all base path mappings of the domain name first (/${mapping[1].basePath})`,
    );
  }
  apiDomains.delete(call.records, region, name);
}

export function noSuchDomain(operation: string): string {
  return `${operation}: NotFoundException: Invalid domain name identifier specified`;
}

/** The host and hosted zone that the domain's DNS records point to. */
export function targetOf({ name, region }: ApiDomainRecord): { readonly domainName: string; readonly zoneId: string } {
  return {
    domainName: `d-${digest(`${region} ${name}`, 10)}.execute-api.${region}.${partitionOf(region).dnsSuffix}`,
    zoneId: `Z${digest(`execute-api ${region}`, 20).toUpperCase()}`,
  };
}

export function mutualTlsOutput({ mutualTls }: ApiDomainRecord): Properties | undefined {
  if (mutualTls === undefined) return undefined;
  const { truststoreUri, truststoreVersion } = mutualTls;
  return { truststoreUri, ...(truststoreVersion === undefined ? {} : { truststoreVersion }) };
}

function put(
  call: Call<AwsSettings>,
  { truststoreUri, truststoreVersion, ...domain }: DomainArguments,
  before: ApiDomainRecord | undefined,
  operation: string,
): ApiDomainRecord {
  checkDomain(domain, operation);
  checkCertificate(call.records, domain, domain.certificateArn, operation);
  if (domain.ownershipVerificationCertificateArn !== undefined) {
    checkCertificate(call.records, domain, domain.ownershipVerificationCertificateArn, operation);
  }
  const mutualTls =
    truststoreUri === undefined
      ? undefined
      : (unchanged(before?.mutualTls, truststoreUri, truststoreVersion) ??
        readTruststore(call.records, operation, truststoreUri, truststoreVersion));
  if (mutualTls !== undefined) checkOwnership(call.records, domain, operation);
  const record = { ...domain, ...(mutualTls === undefined ? {} : { mutualTls }) };
  apiDomains.put(call.records, record, domain.region, domain.name);
  return record;
}

/** The truststore that API Gateway read before, if the arguments still refer to it. */
function unchanged(mutualTls: MutualTls | undefined, uri: string, version: string | undefined): MutualTls | undefined {
  return mutualTls?.truststoreUri === uri && mutualTls.truststoreVersion === version ? mutualTls : undefined;
}

/**
 * Refuses a name that API Gateway refuses.
 *
 * Unverified: the text of the first refusal.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDomainName.html
 */
function checkDomain({ name }: DomainArguments, operation: string): void {
  if (!/^(?:\*\.)?(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{2,63}(?<!-)$/.test(name)) {
    throw new VendorError(`${operation}: BadRequestException: Invalid domain name: ${name}`);
  }
}
