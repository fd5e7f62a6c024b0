import { isObject, text } from "../../property-value.ts";
import { targetOf } from "../api-domain/domain.ts";
import { domainNameModel, refuseRouting } from "../api-domain/model.ts";
import { checkArn, checkLength, checkOneOf, verifying, within } from "../argument-check.ts";
import { optional } from "../optional.ts";

/** `aws:apigatewayv2/domainName:DomainName` (terraform-provider-aws, internal/service/apigatewayv2/domain_name.go). */
export const domainName = domainNameModel({
  title: "API Gateway v2 Domain Name",

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "domainName", 1, 512, fail);
    const configuration = inputs.domainNameConfiguration;
    refuseRouting(inputs, "API_MAPPING_ONLY", fail);
    if (!isObject(configuration)) return;
    const inside = within("domainNameConfiguration", fail);
    checkArn(configuration, "certificateArn", inside);
    checkArn(configuration, "ownershipVerificationCertificateArn", inside);
    checkOneOf(configuration, "endpointType", ["REGIONAL"], inside);
    checkOneOf(configuration, "securityPolicy", ["TLS_1_2"], inside);
    checkOneOf(configuration, "ipAddressType", ["ipv4", "dualstack"], inside);
  }),

  settingsOf(inputs) {
    const configuration = isObject(inputs.domainNameConfiguration) ? inputs.domainNameConfiguration : {};
    return {
      certificateArn: text(configuration, "certificateArn") ?? "",
      ...optional("ownershipVerificationCertificateArn", text(configuration, "ownershipVerificationCertificateArn")),
      securityPolicy: text(configuration, "securityPolicy") ?? "",
      ipAddressType: text(configuration, "ipAddressType") ?? "ipv4",
    };
  },

  outputs(record) {
    const target = targetOf(record);
    return {
      apiMappingSelectionExpression: "$request.basepath",
      domainNameConfiguration: {
        certificateArn: record.certificateArn,
        endpointType: "REGIONAL",
        hostedZoneId: target.zoneId,
        ipAddressType: record.ipAddressType,
        ownershipVerificationCertificateArn: record.ownershipVerificationCertificateArn ?? "",
        securityPolicy: record.securityPolicy,
        targetDomainName: target.domainName,
      },
      routingMode: "API_MAPPING_ONLY",
    };
  },
});
