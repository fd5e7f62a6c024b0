import { X509Certificate } from "node:crypto";
import { digest, identifier } from "../../identifier.ts";
import { type Properties, type PropertyValue, text, texts, withoutUndefined } from "../../property-value.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { apiDomains } from "../api-domain/record.ts";
import { verifying } from "../argument-check.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { timestamp } from "../timestamp.ts";
import { type CertificateRecord, certificates, type DomainValidation, isIssued } from "./record.ts";

const IMPORTED = ["certificateBody", "certificateChain", "privateKey"];

/**
 * `aws:acm/certificate:Certificate` (terraform-provider-aws, internal/service/acm/certificate.go): requested, and then issued
 * when its validation records are there, or imported.
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
    const made = { arn: arnOf(region, id), region, createdDate: timestamp(), tags: tagsOf(inputs) };
    const held = inputs.domainName === undefined ? imported(inputs, made) : requested(inputs, made);
    certificates.put(call.records, held, region, held.arn);
    return { id: held.arn, outputs: read(call, held, inputs) };
  },

  read(call, id, state) {
    const found = certificates.get(call.records, regionOf(call.settings, state), id);
    return found && { id, outputs: read(call, found, state) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const found = certificates.get(call.records, region, id);
    if (found === undefined) throw new VendorError(noSuchCertificate(`updating ACM Certificate (${id})`, id));
    const tags = tagsOf(inputs);
    const { arn: itsArn, createdDate } = found;
    const after =
      inputs.domainName === undefined
        ? imported(inputs, { arn: itsArn, region, createdDate, tags })
        : { ...found, tags };
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

export function noSuchCertificate(operation: string, certificateArn: string): string {
  return `${operation}: ResourceNotFoundException: Could not find certificate ${certificateArn}.`;
}

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
  if (validationMethod === "EMAIL") {
    throw new VendorError(`${operation}: the sandbox reads no mail; validate by DNS`);
  }
  const others = (texts(inputs.subjectAlternativeNames) ?? []).map((name) => name.toLowerCase());
  const names = [...new Set([domainName, ...others])];
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
 * The same record for a name whichever of the account's certificates asks for it; a wildcard's is its parent's
 * (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
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

function read(call: Call<AwsSettings>, held: CertificateRecord, remembered: Properties): Properties {
  return withoutUndefined({
    arn: held.arn,
    certificateAuthorityArn: text(remembered, "certificateAuthorityArn") ?? "",
    certificateBody: remembered.certificateBody,
    certificateChain: remembered.certificateChain,
    domainName: held.domainName,
    domainValidationOptions: held.validations.map(({ domainName, recordName, recordValue }) => ({
      domainName,
      resourceRecordName: recordName,
      resourceRecordType: "CNAME",
      resourceRecordValue: recordValue,
    })),
    earlyRenewalDuration: remembered.earlyRenewalDuration,
    keyAlgorithm: held.keyAlgorithm,
    notAfter: "",
    notBefore: "",
    options: remembered.options ?? { certificateTransparencyLoggingPreference: "ENABLED", export: "DISABLED" },
    pendingRenewal: false,
    privateKey: remembered.privateKey,
    region: held.region,
    renewalEligibility: "INELIGIBLE",
    renewalSummaries: [],
    status: isIssued(call.records, held) ? "ISSUED" : "PENDING_VALIDATION",
    subjectAlternativeNames: held.names,
    ...tagOutputs(held.tags),
    type: held.type,
    validationEmails: [],
    validationMethod: held.validationMethod,
    validationOptions: remembered.validationOptions,
  });
}

/** A set to the provider, and the domain name is in it, stated or not. */
function sameNames(left: PropertyValue, right: PropertyValue): boolean {
  const [held, stated] = [texts(left) ?? [], texts(right) ?? []];
  return stated.every((name) => held.includes(name)) && held.length - stated.length <= 1;
}
