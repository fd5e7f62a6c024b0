import { Kind, type Records } from "../../records.ts";
import { dnsRecords } from "../route53/record.ts";

/** The DNS record that proves that the account owns a domain. */
export interface DomainValidation {
  readonly domainName: string;
  readonly recordName: string;
  readonly recordValue: string;
}

/** A certificate as Certificate Manager stores it. */
export interface CertificateRecord {
  readonly arn: string;
  readonly region: string;
  readonly type: "AMAZON_ISSUED" | "IMPORTED" | "PRIVATE";
  readonly domainName: string;
  /** The domain name and the alternative names. */
  readonly names: readonly string[];
  readonly validationMethod: string;
  /** Empty for a certificate that is not validated by DNS. */
  readonly validations: readonly DomainValidation[];
  readonly issued: boolean;
  readonly keyAlgorithm: string;
  /** RFC 3339. */
  readonly createdDate: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const certificates = new Kind<CertificateRecord>("aws/acm/certificate");

export function noSuchCertificate(operation: string, certificateArn: string): string {
  return `${operation}: ResourceNotFoundException: Could not find certificate ${certificateArn}.`;
}

export function certificateByArn(records: Records, arn: string): CertificateRecord | undefined {
  const [, , , region = ""] = arn.split(":");
  return certificates.get(records, region, arn);
}

/** Whether a certificate is issued. Certificate Manager issues it once its DNS records exist; an issued one stays issued. */
export function isIssued(records: Records, certificate: CertificateRecord): boolean {
  return certificate.issued || missingValidations(records, certificate).length === 0;
}

/** The validations whose DNS record does not exist yet. The sandbox validates by DNS only. */
export function missingValidations(records: Records, certificate: CertificateRecord): readonly DomainValidation[] {
  const present = dnsRecords.list(records).map(([, record]) => record);
  return certificate.validations.filter(
    ({ recordName, recordValue }) =>
      !present.some(
        ({ fqdn, type, values }) =>
          type === "CNAME" &&
          fqdn === undotted(recordName) &&
          values.some((value) => undotted(value) === undotted(recordValue)),
      ),
  );
}

/** Whether a certificate covers a host. `*` covers one label. */
export function coversHost({ names }: CertificateRecord, host: string): boolean {
  const [, ...parent] = host.split(".");
  return names.includes(host) || names.includes(`*.${parent.join(".")}`);
}

function undotted(name: string): string {
  return name.replace(/\.$/, "");
}
