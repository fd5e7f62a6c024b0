import { Certificate } from "@pulumi/aws/acm/certificate.js";
import { CertificateValidation } from "@pulumi/aws/acm/certificateValidation.js";
import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm/index.js";
import type { RecordArgs } from "@pulumi/aws/route53/index.js";
import { Record as DnsRecord } from "@pulumi/aws/route53/record.js";
import * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import type { Transform } from "../../gateway/transform.ts";
import type { PlainDomain } from "./domain.ts";

/** Changes to the resources beside a domain: its certificate and its records. docs/transforms.md lists what may change. */
export interface DomainCertificateTransforms {
  readonly certificate?: Transform<CertificateArgs>;
  /** Changes the record that proves to Certificate Manager that you control the name. */
  readonly certificateRecord?: Transform<RecordArgs>;
  readonly certificateValidation?: Transform<CertificateValidationArgs>;
  /** Changes the two records that point to the domain, of types A and AAAA. */
  readonly domainAlias?: Transform<RecordArgs>;
}

/** The component that a domain's resources belong to. */
export interface DomainOwner {
  /** The component's name. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ChildTransforms<DomainCertificateTransforms>;
}

/** How long resolvers may cache the proof: short, so that a wrong record is soon forgotten. */
const PROOF_SECONDS = 300;

/**
 * The ARN of the domain's certificate, once it is issued: the user's own, or one that is declared here.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export function certificateOf(owner: DomainOwner, domain: PlainDomain): pulumi.Output<string> {
  const { name: host = "", zoneId, certificateArn } = domain;
  if (certificateArn !== undefined || zoneId === undefined) return pulumi.output(certificateArn ?? "");
  const certificate = issuedCertificate(owner, host);
  const record = proofRecord(owner, host, zoneId, certificate);
  return validation(owner, certificate, record).certificateArn;
}

function issuedCertificate({ name, parent, transform }: DomainOwner, host: string): Certificate {
  return transform.certificate.declare(
    Certificate,
    `${name}-certificate`,
    { domainName: host, validationMethod: "DNS" },
    { parent },
  );
}

function proofRecord(
  { name, parent, transform }: DomainOwner,
  host: string,
  zoneId: pulumi.Input<string>,
  certificate: Certificate,
): DnsRecord {
  const proof = certificate.domainValidationOptions.apply((options) => {
    const found = options.find(({ domainName }) => domainName === host);
    if (found === undefined)
      throw new pulumi.RunError(`Certificate Manager returned no validation record for ${host}.`);
    return found;
  });
  return transform.certificateRecord.declare(
    DnsRecord,
    `${name}-certificate-record`,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: PROOF_SECONDS,
      // Certificate Manager uses the same record for all certificates of one name in an account.
      allowOverwrite: true,
    },
    { parent },
  );
}

function validation(
  { name, parent, transform }: DomainOwner,
  certificate: Certificate,
  record: DnsRecord,
): CertificateValidation {
  return transform.certificateValidation.declare(
    CertificateValidation,
    `${name}-certificate-validation`,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    { parent },
  );
}
