import { X509Certificate } from "node:crypto";
import { digest, identifier } from "../../identifier.ts";
import { type Properties, type PropertyValue, text, texts, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { apiDomains } from "../api-domain/record.ts";
import { verifying } from "../argument-check.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { timestamp } from "../timestamp.ts";
import { type CertificateRecord, certificates, type DomainValidation, isIssued, noSuchCertificate } from "./record.ts";

const IMPORTED = ["certificateBody", "certificateChain", "privateKey"];

/**
 * `aws:acm/certificate:Certificate` (terraform-provider-aws, internal/service/acm/certificate.go): an imported certificate, or a
 * requested one, which is issued once its validation records exist.
 */
export const certificate: ResourceModel<AwsSettings> = {
  replaces: [
    "certificateAuthorityArn",
    "domainName",
    "keyAlgorithm",
    "region",
    "subjectAlternativeNames",
    "validationMethod",
    "validationOptions",
  ],
  same: { subjectAlternativeNames: sameNames },
  cleared: ["tags"],
  recomputed: { tags: ["tagsAll"] },

  verify: verifying((inputs, fail) => {
    const requested = inputs.domainName !== undefined;
    if (requested === (inputs.privateKey !== undefined)) {
      fail("domainName", 'exactly one of "domain_name,private_key" must be specified');
    }
    for (const name of IMPORTED) {
      if (requested && inputs[name] !== undefined) fail(name, `"${name}": conflicts with domain_name`);
    }
    if (text(inputs, "validationMethod") === "EMAIL") {
      fail("validationMethod", "the sandbox does not send email; validate by DNS");
    }
    for (const name of [text(inputs, "domainName") ?? "", ...(texts(inputs.subjectAlternativeNames) ?? [])]) {
      if (name.endsWith(".")) fail("domainName", `${name}: cannot end with a period`);
    }
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const id = identifier(
      32,
      [call.urn, region, JSON.stringify(inputs.domainName ?? "")],
      (taken) => certificates.get(call.records, region, arnOf(region, taken)) !== undefined,
    );
    const identity = { arn: arnOf(region, id), region, createdDate: timestamp(), tags: tagsOf(inputs) };
    const certificate = inputs.domainName === undefined ? imported(inputs, identity) : requested(inputs, identity);
    certificates.put(call.records, certificate, region, certificate.arn);
    return { id: certificate.arn, outputs: read(call, certificate, inputs) };
  },

  read(call, id, state) {
    const certificate = certificates.get(call.records, regionOf(call.settings, state), id);
    return certificate && { id, outputs: read(call, certificate, state) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const before = certificates.get(call.records, region, id);
    if (before === undefined) throw new VendorError(noSuchCertificate(`updating ACM Certificate (${id})`, id));
    const tags = tagsOf(inputs);
    const after = inputs.domainName === undefined ? imported(inputs, { ...before, tags }) : { ...before, tags };
    certificates.put(call.records, after, region, id);
    return read(call, after, inputs);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    const user = apiDomains
      .list(call.records, region)
      .find(([, domain]) => domain.certificateArn === id || domain.ownershipVerificationCertificateArn === id);
    if (user !== undefined) {
      throw new VendorError(
        `deleting ACM Certificate (${id}): ResourceInUseException: Certificate ${id} is in use ` +
          `(by the API Gateway domain name ${user[1].name})`,
      );
    }
    certificates.delete(call.records, region, id);
  },
};

/** The parts of a certificate that do not depend on how it was obtained. */
type Identity = Pick<CertificateRecord, "arn" | "region" | "createdDate" | "tags">;

function requested(inputs: Properties, identity: Identity): CertificateRecord {
  const domainName = (text(inputs, "domainName") ?? "").toLowerCase();
  const operation = `requesting ACM Certificate (${domainName})`;
  const authority = text(inputs, "certificateAuthorityArn");
  const validationMethod = text(inputs, "validationMethod");
  if (authority === undefined && validationMethod === undefined) {
    throw new VendorError(
      "`certificate_authority_arn` or `validation_method` must be set when creating an ACM certificate",
    );
  }
  const alternatives = (texts(inputs.subjectAlternativeNames) ?? []).map((name) => name.toLowerCase());
  const names = [...new Set([domainName, ...alternatives])];
  for (const name of names) {
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    if (/^(?:\*\.)?(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(name) && name.length <= 253)
      continue;
    throw new VendorError(`${operation}: InvalidParameterException: ${name} is not a valid domain name`);
  }
  return {
    ...identity,
    type: authority === undefined ? "AMAZON_ISSUED" : "PRIVATE",
    domainName,
    names,
    validationMethod: authority === undefined ? "DNS" : "NONE",
    validations: authority === undefined ? validationsOf(names) : [],
    issued: authority !== undefined,
    keyAlgorithm: text(inputs, "keyAlgorithm") ?? "RSA_2048",
  };
}

/**
 * The validation records of names. All certificates of an account have the same record for a name, and a wildcard name has the record
 * of its parent.
 *
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
function validationsOf(names: readonly string[]): readonly DomainValidation[] {
  return names.map((domainName) => {
    const host = domainName.replace(/^\*\./, "");
    return {
      domainName,
      recordName: `_${digest(`name of ${host}`, 32)}.${host}.`,
      recordValue: `_${digest(`value of ${host}`, 32)}.sandbox.acm-validations.aws.`,
    };
  });
}

function imported(inputs: Properties, identity: Identity): CertificateRecord {
  const operation = "importing ACM Certificate";
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(text(inputs, "certificateBody") ?? "");
  } catch {
    throw new VendorError(
      `${operation}: ValidationException: The certificate field contains no PEM-encoded certificate`,
    );
  }
  const subject = /(?:^|\n)CN=(.+)/.exec(parsed.subject)?.[1] ?? "";
  const names = [...(parsed.subjectAltName ?? "").matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name ?? "");
  return {
    ...identity,
    type: "IMPORTED",
    domainName: subject,
    names: [...new Set([subject, ...names])].filter((name) => name !== "").map((name) => name.toLowerCase()),
    validationMethod: "NONE",
    validations: [],
    issued: true,
    keyAlgorithm: parsed.publicKey.asymmetricKeyType === "ec" ? "EC_prime256v1" : "RSA_2048",
  };
}

/** `arn:aws:acm:REGION:ACCOUNT:certificate/UUID`. */
function arnOf(region: string, id: string): string {
  const hexadecimal = digest(id, 32);
  const parts = [0, 8, 12, 16, 20].map((at, index, all) => hexadecimal.slice(at, all[index + 1] ?? 32));
  return arn("acm", region, `certificate/${parts.join("-")}`, true);
}

function read(call: Call<AwsSettings>, certificate: CertificateRecord, remembered: Properties): Properties {
  return withoutUndefined({
    arn: certificate.arn,
    certificateAuthorityArn: text(remembered, "certificateAuthorityArn") ?? "",
    certificateBody: remembered.certificateBody,
    certificateChain: remembered.certificateChain,
    domainName: certificate.domainName,
    domainValidationOptions: certificate.validations.map(({ domainName, recordName, recordValue }) => ({
      domainName,
      resourceRecordName: recordName,
      resourceRecordType: "CNAME",
      resourceRecordValue: recordValue,
    })),
    earlyRenewalDuration: remembered.earlyRenewalDuration,
    keyAlgorithm: certificate.keyAlgorithm,
    notAfter: "",
    notBefore: "",
    options: remembered.options ?? { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
    pendingRenewal: false,
    privateKey: remembered.privateKey,
    region: certificate.region,
    renewalEligibility: "INELIGIBLE",
    renewalSummaries: [],
    status: isIssued(call.records, certificate) ? "ISSUED" : "PENDING_VALIDATION",
    subjectAlternativeNames: certificate.names,
    ...tagOutputs(certificate.tags),
    type: certificate.type,
    validationEmails: [],
    validationMethod: certificate.validationMethod,
    validationOptions: remembered.validationOptions,
  });
}

/** Compares alternative names as a set. The stored names contain the domain name, which a program may omit. */
function sameNames(left: PropertyValue, right: PropertyValue): boolean {
  const [stored, wanted] = [texts(left) ?? [], texts(right) ?? []];
  return wanted.every((name) => stored.includes(name)) && stored.length - wanted.length <= 1;
}
