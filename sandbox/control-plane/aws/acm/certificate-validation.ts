import { type Properties, text, texts, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { certificateByArn, certificates, isIssued, missingValidations, noSuchCertificate } from "./record.ts";

/**
 * `aws:acm/certificateValidation:CertificateValidation` (terraform-provider-aws, internal/service/acm/certificate_validation.go).
 *
 * The provider waits up to 75 minutes until a certificate is issued. The sandbox issues at once, so it does not wait: it reports
 * the provider's timeout when a DNS record is missing.
 */
export const certificateValidation: ResourceModel<AwsSettings> = {
  replaces: ["*"],

  create(call, inputs) {
    const certificateArn = text(inputs, "certificateArn") ?? "";
    const certificate = certificateByArn(call.records, certificateArn);
    if (certificate === undefined || certificate.region !== regionOf(call.settings, inputs)) {
      throw new VendorError(noSuchCertificate(`reading ACM Certificate (${certificateArn})`, certificateArn));
    }
    if (certificate.type !== "AMAZON_ISSUED") {
      throw new VendorError(
        `ACM Certificate (${certificateArn}) has type ${certificate.type}, no validation necessary`,
      );
    }
    const fqdns = texts(inputs.validationRecordFqdns) ?? [];
    const unlisted = certificate.validations.filter(
      ({ recordName }) => !fqdns.some((name) => name.replace(/\.$/, "") === recordName.replace(/\.$/, "")),
    );
    if (fqdns.length > 0 && unlisted.length > 0) {
      throw new VendorError(
        unlisted
          .map(
            ({ domainName, recordName }) => `missing ${domainName} DNS validation record: ${recordName.slice(0, -1)}`,
          )
          .join("\n"),
      );
    }
    if (!isIssued(call.records, certificate)) {
      const missing = missingValidations(call.records, certificate).map(({ recordName }) => recordName);
      throw new VendorError(
        `waiting for ACM Certificate (${certificateArn}) to be issued: timeout while waiting for state to become 'ISSUED' ` +
          `(last state: 'PENDING_VALIDATION', timeout: 1h15m0s); no zone has ${missing.join(" and ")}`,
      );
    }
    certificates.put(call.records, { ...certificate, issued: true }, certificate.region, certificate.arn);
    return { id: certificate.createdDate, outputs: read(certificate.region, inputs) };
  },

  read(call, id, state) {
    const certificate = certificateByArn(call.records, text(state, "certificateArn") ?? "");
    if (certificate === undefined || !isIssued(call.records, certificate)) return undefined;
    return { id, outputs: read(certificate.region, state) };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  // A validation is a wait; AWS stores nothing for it.
  delete() {},
};

function read(region: string, remembered: Properties): Properties {
  return withoutUndefined({
    certificateArn: remembered.certificateArn,
    region,
    validationRecordFqdns: remembered.validationRecordFqdns,
  });
}
