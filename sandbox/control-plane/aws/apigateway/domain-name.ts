import { isObject, text } from "../../property-value.ts";
import { targetOf } from "../api-domain/domain.ts";
import { domainNameModel, refuseRouting } from "../api-domain/model.ts";
import { checkArn, checkOneOf, refuseArguments, verifying, within } from "../argument-check.ts";
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
    refuseArguments(inputs, UNSERVED, "use a Regional domain with regionalCertificateArn", fail);
    refuseRouting(inputs, "BASE_PATH_MAPPING_ONLY", fail);
    const policy = text(inputs, "securityPolicy") ?? "TLS_1_2";
    if (policy !== "TLS_1_2") {
      fail("securityPolicy", `the sandbox does not serve the security policy ${policy}; use TLS_1_2`);
    }
    const endpoint = inputs.endpointConfiguration ?? {};
    if (!isObject(endpoint)) return;
    const inside = within("endpointConfiguration", fail);
    const type = endpoint.types ?? "EDGE";
    if (type === "EDGE" || type === "PRIVATE") {
      inside("types", `the sandbox does not serve ${type} domains; use REGIONAL`);
    }
    checkOneOf(endpoint, "types", ["EDGE", "REGIONAL", "PRIVATE"], inside);
    checkOneOf(endpoint, "ipAddressType", ["ipv4", "dualstack"], inside);
  }),

  settingsOf(inputs) {
    const endpoint = isObject(inputs.endpointConfiguration) ? inputs.endpointConfiguration : {};
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
