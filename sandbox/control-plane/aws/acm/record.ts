import { Kind, type Records } from "../../records.ts";
import { dnsRecords } from "../route53/record.ts";

/** What proves that a domain is the account's: a record that its zone must have. */
export interface DomainValidation {
  readonly domainName: string;
  readonly recordName: string;
  readonly recordValue: string;
}

/** A certificate as Certificate Manager holds it. */
export interface CertificateRecord {
  readonly arn: string;
  readonly region: string;
  readonly type: "AMAZON_ISSUED" | "IMPORTED" | "PRIVATE";
  readonly domainName: string;
  /** The domain name among them. */
  readonly names: readonly string[];
  readonly validationMethod: string;
  /** Of those that are validated by DNS. */
  readonly validations: readonly DomainValidation[];
  readonly issued: boolean;
  readonly keyAlgorithm: string;
  /** RFC 3339. */
  readonly createdDate: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const certificates = new Kind<CertificateRecord>("aws/acm/certificate");

export function certificateByArn(records: Records, arn: string): CertificateRecord | undefined {
  const [, , , region = ""] = arn.split(":");
  return certificates.get(records, region, arn);
}

/** Certificate Manager issues one by itself once its records are there, and one that is issued stays so. */
export function isIssued(records: Records, certificate: CertificateRecord): boolean {
  return certificate.issued || missingValidations(records, certificate).length === 0;
}

/** What is not proven yet. Another way than DNS cannot be gone here. */
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

/** Whether a certificate is for a host; `*` is for one label. */
export function coversHost({ names }: CertificateRecord, host: string): boolean {
  const [, ...parent] = host.split(".");
  return names.includes(host) || names.includes(`*.${parent.join(".")}`);
}

function undotted(name: string): string {
  return name.replace(/\.$/, "");
}
