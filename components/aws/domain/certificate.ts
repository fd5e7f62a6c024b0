import {
  Certificate,
  type CertificateArgs,
  CertificateValidation,
  type CertificateValidationArgs,
} from "@pulumi/aws/acm/index.js";
import { Record as DnsRecord, type RecordArgs } from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";
import type { PlainDomain } from "./domain.ts";

/** Changes to what a domain is made of beside itself, except what makes it this domain. */
export interface DomainCertificateTransforms {
  readonly certificate?: Transform<CertificateArgs>;
  /** Of the record that proves to Certificate Manager whose the name is. */
  readonly certificateRecord?: Transform<RecordArgs>;
  readonly certificateValidation?: Transform<CertificateValidationArgs>;
  /** Of the two records that lead to the domain, of types A and AAAA. */
  readonly domainAlias?: Transform<RecordArgs>;
}

/** Whose parts are made. */
export interface DomainOwner {
  /** The component's name. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: DomainCertificateTransforms;
}

/** Long enough that a lost answer costs nothing, and short enough that a mistake ends soon. */
const PROOF_SECONDS = 300;

/**
 * The ARN of the domain's certificate, once it is issued: the one handed in, or one that is made.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export function certificateOf(
  { name, parent, transform }: DomainOwner,
  { name: host = "", zoneId, certificateArn }: PlainDomain,
): pulumi.Output<string> {
  if (certificateArn !== undefined || zoneId === undefined) return pulumi.output(certificateArn ?? "");
  const [certificateArgs, certificateOptions] = transformed<CertificateArgs>(
    transform.certificate,
    { domainName: host, validationMethod: "DNS" },
    { parent },
    ["domainName", "validationMethod", "region"],
  );
  const certificate = new Certificate(`${name}-certificate`, certificateArgs, certificateOptions);
  const proof = certificate.domainValidationOptions.apply((options) => {
    const own = options.find(({ domainName }) => domainName === host);
    if (own === undefined) throw new pulumi.RunError(`Certificate Manager says of no record that would prove ${host}`);
    return own;
  });
  const [recordArgs, recordOptions] = transformed<RecordArgs>(
    transform.certificateRecord,
    {
      zoneId,
      name: proof.resourceRecordName,
      type: proof.resourceRecordType,
      records: [proof.resourceRecordValue],
      ttl: PROOF_SECONDS,
      // Certificate Manager asks all certificates of one name in an account for the same record.
      allowOverwrite: true,
    },
    { parent },
    ["zoneId", "name", "type", "records"],
  );
  const record = new DnsRecord(`${name}-certificate-record`, recordArgs, recordOptions);
  const [validationArgs, validationOptions] = transformed<CertificateValidationArgs>(
    transform.certificateValidation,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    { parent },
    ["certificateArn", "validationRecordFqdns", "region"],
  );
  return new CertificateValidation(`${name}-certificate-validation`, validationArgs, validationOptions).certificateArn;
}

/** Where a domain is served. */
export interface DomainTarget {
  readonly domainName: pulumi.Input<string>;
  readonly zoneId: pulumi.Input<string>;
}

/** The records that lead to the domain, where a zone is given for them. */
export function aliasRecords(
  { name, parent, transform }: DomainOwner,
  { name: host = "", zoneId, aliasZoneId }: PlainDomain,
  target: DomainTarget,
  after: readonly pulumi.Resource[],
): void {
  const zone = zoneId ?? aliasZoneId;
  if (zone === undefined) return;
  for (const type of ["A", "AAAA"] as const) {
    const [args, options] = transformed<RecordArgs>(
      transform.domainAlias,
      {
        zoneId: zone,
        name: host,
        type,
        aliases: [{ name: target.domainName, zoneId: target.zoneId, evaluateTargetHealth: false }],
      },
      { parent, dependsOn: [...after] },
      ["zoneId", "name", "type", "aliases", "records", "ttl"],
    );
    new DnsRecord(`${name}-domain-alias-${type.toLowerCase()}`, args, options);
  }
}
