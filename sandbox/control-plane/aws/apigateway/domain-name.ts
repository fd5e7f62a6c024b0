import { isEmpty, isObject, text } from "../../property-value.ts";
import { VendorError } from "../../resource-model.ts";
import { targetOf } from "../api-domain/domain.ts";
import { domainNameModel } from "../api-domain/model.ts";
import { checkArn, checkOneOf, verifying, within } from "../argument-check.ts";
import { optional } from "../optional.ts";

/** Arguments of edge-optimized domains, private domains, and certificates outside Certificate Manager. */
const UNSERVED = [
  "certificateArn",
  "certificateBody",
  "certificateChain",
  "certificateName",
  "certificatePrivateKey",
  "endpointAccessMode",
  "policy",
  "regionalCertificateName",
];

/** `aws:apigateway/domainName:DomainName` (terraform-provider-aws, internal/service/apigateway/domain_name.go). */
export const restDomainName = domainNameModel({
  title: "API Gateway Domain Name",

  verify: verifying((inputs, fail) => {
    checkArn(inputs, "ownershipVerificationCertificateArn", fail);
    const endpoint = inputs.endpointConfiguration;
    if (!isObject(endpoint)) return;
    const inside = within("endpointConfiguration", fail);
    checkOneOf(endpoint, "types", ["EDGE", "REGIONAL", "PRIVATE"], inside);
    checkOneOf(endpoint, "ipAddressType", ["ipv4", "dualstack"], inside);
  }),

  settingsOf(inputs, operation) {
    for (const name of UNSERVED) {
      if (isEmpty(inputs[name])) continue;
      throw new VendorError(`${operation}: the sandbox does not serve ${name}; use a Regional domain`);
    }
    const endpoint = isObject(inputs.endpointConfiguration) ? inputs.endpointConfiguration : {};
    const type = text(endpoint, "types") ?? "EDGE";
    if (type !== "REGIONAL") {
      throw new VendorError(`${operation}: the sandbox does not serve ${type} domains (endpointConfiguration.types)`);
    }
    const mode = text(inputs, "routingMode") ?? "BASE_PATH_MAPPING_ONLY";
    if (mode !== "BASE_PATH_MAPPING_ONLY") {
      throw new VendorError(`${operation}: the sandbox does not serve routing rules (routingMode ${mode})`);
    }
    return {
      certificateArn: text(inputs, "regionalCertificateArn") ?? "",
      ...optional("ownershipVerificationCertificateArn", text(inputs, "ownershipVerificationCertificateArn")),
      securityPolicy: text(inputs, "securityPolicy") ?? "TLS_1_2",
      ipAddressType: text(endpoint, "ipAddressType") ?? "ipv4",
    };
  },

  outputs(record) {
    const target = targetOf(record);
    return {
      certificateUploadDate: "",
      cloudfrontDomainName: "",
      cloudfrontZoneId: "Z2FDTNDATAQYW2",
      domainNameId: "",
      endpointConfiguration: { ipAddressType: record.ipAddressType, types: "REGIONAL" },
      ownershipVerificationCertificateArn: record.ownershipVerificationCertificateArn ?? "",
      regionalCertificateArn: record.certificateArn,
      regionalDomainName: target.domainName,
      regionalZoneId: target.zoneId,
      routingMode: "BASE_PATH_MAPPING_ONLY",
      securityPolicy: record.securityPolicy,
    };
  },
});
