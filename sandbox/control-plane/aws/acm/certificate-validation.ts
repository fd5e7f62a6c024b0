import { type Properties, text, texts, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { type AwsSettings, regionOf } from "../region.ts";
import { noSuchCertificate } from "./certificate.ts";
import { certificateByArn, certificates, isIssued, missingValidations } from "./record.ts";

/**
 * `aws:acm/certificateValidation:CertificateValidation` (terraform-provider-aws, internal/service/acm/certificate_validation.go):
 * waits until a certificate is issued. Nothing that the sandbox does takes its time, so what is not there now will not come:
 * the 75 minutes of the provider are over at once.
 */
export const certificateValidation: ResourceModel<AwsSettings> = {
  replaces: ["*"],

  create(call, inputs) {
    const certificateArn = text(inputs, "certificateArn") ?? "";
    const held = certificateByArn(call.records, certificateArn);
    if (held === undefined || held.region !== regionOf(call.settings, inputs)) {
      throw new VendorError(noSuchCertificate(`reading ACM Certificate (${certificateArn})`, certificateArn));
    }
    if (held.type !== "AMAZON_ISSUED") {
      throw new VendorError(`ACM Certificate (${certificateArn}) has type ${held.type}, no validation necessary`);
    }
    const stated = texts(inputs.validationRecordFqdns) ?? [];
    const unstated = held.validations.filter(
      ({ recordName }) => !stated.some((name) => name.replace(/\.$/, "") === recordName.replace(/\.$/, "")),
    );
    if (stated.length > 0 && unstated.length > 0) {
      throw new VendorError(
        unstated
          .map(
            ({ domainName, recordName }) => `missing ${domainName} DNS validation record: ${recordName.slice(0, -1)}`,
          )
          .join("\n"),
      );
    }
    if (!isIssued(call.records, held)) {
      const missing = missingValidations(call.records, held).map(({ recordName }) => recordName);
      throw new VendorError(
        `waiting for ACM Certificate (${certificateArn}) to be issued: timeout while waiting for state to become 'ISSUED' ` +
          `(last state: 'PENDING_VALIDATION', timeout: 1h15m0s); no zone has ${missing.join(" and ")}`,
      );
    }
    certificates.put(call.records, { ...held, issued: true }, held.region, held.arn);
    return { id: held.createdDate, outputs: read(held.region, inputs) };
  },

  read(call, id, state) {
    const held = certificateByArn(call.records, text(state, "certificateArn") ?? "");
    if (held === undefined || !isIssued(call.records, held)) return undefined;
    return { id, outputs: read(held.region, state) };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  // It is nothing that the vendor holds.
  delete() {},
};

function read(region: string, remembered: Properties): Properties {
  return withoutUndefined({
    certificateArn: remembered.certificateArn,
    region,
    validationRecordFqdns: remembered.validationRecordFqdns,
  });
}
