import type { Records } from "../../records.ts";
import { VendorError } from "../../resource-model.ts";
import { certificateByArn, coversHost, isIssued, noSuchCertificate } from "../acm/record.ts";
import { accountId } from "../region.ts";
import type { ApiDomainRecord } from "./record.ts";

/**
 * Refuses a certificate that API Gateway refuses for a domain. Certificates of other accounts belong to the real cloud, of which the
 * sandbox knows nothing.
 *
 * Unverified: the texts.
 */
export function checkCertificate(
  records: Records,
  { name, region }: Pick<ApiDomainRecord, "name" | "region">,
  certificateArn: string,
  operation: string,
): void {
  const [, , , certificateRegion, account] = certificateArn.split(":");
  const refuse = (reason: string): never => {
    throw new VendorError(`${operation}: BadRequestException: ${reason}`);
  };
  if (certificateRegion !== region) refuse(`The certificate ${certificateArn} must be in Region ${region}`);
  if (account !== accountId) return;
  const certificate = certificateByArn(records, certificateArn);
  if (certificate === undefined) throw new VendorError(noSuchCertificate(operation, certificateArn));
  if (!isIssued(records, certificate)) {
    refuse(`Unable to associate certificate ${certificateArn}: it is not issued yet (PENDING_VALIDATION)`);
  }
  if (!coversHost(certificate, name)) {
    refuse(`The certificate ${certificateArn} (${certificate.names.join(", ")}) does not cover ${name}`);
  }
}

/**
 * Refuses mutual TLS unless a certificate that Certificate Manager issued proves the ownership of the domain.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
 */
export function checkOwnership(
  records: Records,
  domain: Pick<ApiDomainRecord, "certificateArn" | "ownershipVerificationCertificateArn">,
  operation: string,
): void {
  const type = (certificateArn: string) => certificateByArn(records, certificateArn)?.type ?? "AMAZON_ISSUED";
  if (type(domain.ownershipVerificationCertificateArn ?? domain.certificateArn) === "AMAZON_ISSUED") return;
  throw new VendorError(
    `${operation}: BadRequestException: ownershipVerificationCertificateArn must be a public certificate issued by ACM, since ` +
      `the domain's own has the type ${type(domain.certificateArn)} and mutual TLS is on`,
  );
}
