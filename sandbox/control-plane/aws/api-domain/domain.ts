import { digest } from "../../identifier.ts";
import type { Properties } from "../../property-value.ts";
import { type Call, VendorError } from "../../resource-model.ts";
import { noSuchCertificate } from "../acm/certificate.ts";
import { certificateByArn, coversHost, isIssued } from "../acm/record.ts";
import { type AwsSettings, accountId, partitionOf } from "../region.ts";
import { type ApiDomainRecord, apiDomains, domainMappings } from "./record.ts";
import { readTruststore } from "./truststore.ts";

/** What a program says of a custom domain, in whichever of the two resource types. */
export interface DomainArguments extends Omit<ApiDomainRecord, "mutualTls"> {
  readonly truststoreUri?: string;
  readonly truststoreVersion?: string;
}

export function createDomain(call: Call<AwsSettings>, given: DomainArguments, operation: string): ApiDomainRecord {
  const { name, region } = given;
  if (apiDomains.get(call.records, region, name) !== undefined) {
    throw new VendorError(`${operation}: ConflictException: The domain name you provided already exists.`);
  }
  return put(call, given, undefined, operation);
}

export function updateDomain(call: Call<AwsSettings>, given: DomainArguments, operation: string): ApiDomainRecord {
  const before = apiDomains.get(call.records, given.region, given.name);
  if (before === undefined) throw new VendorError(noSuchDomain(operation));
  return put(call, given, before, operation);
}

/** U: that a domain is not deleted with its mappings. Refused, nothing ends that somebody else still leads clients to. */
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

/** What a domain's records in DNS lead to. */
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
  { truststoreUri, truststoreVersion, ...given }: DomainArguments,
  before: ApiDomainRecord | undefined,
  operation: string,
): ApiDomainRecord {
  const { name, region, securityPolicy } = given;
  // https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDomainName.html; U: the words.
  if (!/^(?:\*\.)?(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{2,63}(?<!-)$/.test(name)) {
    throw new VendorError(`${operation}: BadRequestException: Invalid domain name: ${name}`);
  }
  if (name.startsWith("*.")) {
    throw new VendorError(`${operation}: the sandbox does not serve wildcard domains; name the host`);
  }
  if (securityPolicy !== "TLS_1_2") {
    throw new VendorError(
      `${operation}: the sandbox does not serve the security policy ${securityPolicy}; use TLS_1_2`,
    );
  }
  checkCertificate(call, given, given.certificateArn, operation);
  if (given.ownershipVerificationCertificateArn !== undefined) {
    checkCertificate(call, given, given.ownershipVerificationCertificateArn, operation);
  }
  const held = before?.mutualTls;
  const unchanged = held?.truststoreUri === truststoreUri && held?.truststoreVersion === truststoreVersion;
  const mutualTls =
    truststoreUri === undefined
      ? undefined
      : unchanged
        ? held
        : readTruststore(call.records, operation, truststoreUri, truststoreVersion);
  if (mutualTls !== undefined) checkOwnership(call, given, operation);
  const record = { ...given, ...(mutualTls === undefined ? {} : { mutualTls }) };
  apiDomains.put(call.records, record, region, name);
  return record;
}

/** Those of other accounts than the sandbox's are a real cloud's, of which nothing is known here. U: the words. */
function checkCertificate(
  call: Call<AwsSettings>,
  { name, region }: Pick<ApiDomainRecord, "name" | "region">,
  certificateArn: string,
  operation: string,
): void {
  const [, , , itsRegion, account] = certificateArn.split(":");
  if (itsRegion !== region) {
    throw new VendorError(
      `${operation}: BadRequestException: The certificate ${certificateArn} must be in Region ${region}`,
    );
  }
  if (account !== accountId) return;
  const certificate = certificateByArn(call.records, certificateArn);
  if (certificate === undefined) throw new VendorError(noSuchCertificate(operation, certificateArn));
  if (!isIssued(call.records, certificate)) {
    throw new VendorError(
      `${operation}: BadRequestException: Unable to associate certificate ${certificateArn}: it is not issued yet (PENDING_VALIDATION)`,
    );
  }
  if (!coversHost(certificate, name)) {
    throw new VendorError(
      `${operation}: BadRequestException: The certificate ${certificateArn} (${certificate.names.join(", ")}) does not cover ${name}`,
    );
  }
}

/** docs.aws.amazon.com, http-api-mutual-tls: a certificate that Certificate Manager did not issue proves no ownership. */
function checkOwnership(
  call: Call<AwsSettings>,
  given: Pick<ApiDomainRecord, "certificateArn" | "ownershipVerificationCertificateArn">,
  operation: string,
): void {
  const type = (certificateArn: string) => certificateByArn(call.records, certificateArn)?.type ?? "AMAZON_ISSUED";
  const proof = given.ownershipVerificationCertificateArn ?? given.certificateArn;
  if (type(proof) === "AMAZON_ISSUED") return;
  throw new VendorError(
    `${operation}: BadRequestException: ownershipVerificationCertificateArn must be a public certificate issued by ACM, since ` +
      `the domain's own has the type ${type(given.certificateArn)} and mutual TLS is on`,
  );
}
