import { isObject, type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import {
  createDomain,
  type DomainArguments,
  deleteDomain,
  mutualTlsOutput,
  targetOf,
  updateDomain,
} from "../api-domain/domain.ts";
import { type ApiDomainRecord, apiDomains } from "../api-domain/record.ts";
import { checkArn, checkLength, checkOneOf, verifying, within } from "../argument-check.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";

/** `aws:apigatewayv2/domainName:DomainName` (terraform-provider-aws, internal/service/apigatewayv2/domain_name.go). */
export const domainName: ResourceModel<AwsSettings> = {
  replaces: ["domainName", "region"],
  cleared: ["mutualTlsAuthentication", "tags"],
  recomputed: { tags: ["tagsAll"] },

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "domainName", 1, 512, fail);
    const configuration = inputs.domainNameConfiguration;
    if (isObject(configuration)) {
      const inside = within("domainNameConfiguration", fail);
      checkArn(configuration, "certificateArn", inside);
      checkArn(configuration, "ownershipVerificationCertificateArn", inside);
      checkOneOf(configuration, "endpointType", ["REGIONAL"], inside);
      checkOneOf(configuration, "securityPolicy", ["TLS_1_2"], inside);
      checkOneOf(configuration, "ipAddressType", ["ipv4", "dualstack"], inside);
    }
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const name = text(inputs, "domainName") ?? "";
    const operation = `creating API Gateway v2 Domain Name (${name})`;
    const made = createDomain(call, argumentsOf(region, inputs, operation), operation);
    return { id: name, outputs: read(made) };
  },

  read(call, id, state) {
    const found = apiDomains.get(call.records, regionOf(call.settings, state), id);
    return found && { id, outputs: read(found) };
  },

  update(call, id, { inputs }) {
    const operation = `updating API Gateway v2 Domain Name (${id})`;
    return read(updateDomain(call, argumentsOf(regionOf(call.settings, inputs), inputs, operation), operation));
  },

  delete(call, id, state) {
    deleteDomain(call, regionOf(call.settings, state), id, `deleting API Gateway v2 Domain Name (${id})`);
  },
};

function argumentsOf(region: string, inputs: Properties, operation: string): DomainArguments {
  const mode = text(inputs, "routingMode") ?? "API_MAPPING_ONLY";
  if (mode !== "API_MAPPING_ONLY") {
    throw new VendorError(`${operation}: the sandbox does not serve routing rules (routingMode ${mode})`);
  }
  const configuration = isObject(inputs.domainNameConfiguration) ? inputs.domainNameConfiguration : {};
  const mutualTls = isObject(inputs.mutualTlsAuthentication) ? inputs.mutualTlsAuthentication : {};
  return {
    name: text(inputs, "domainName") ?? "",
    region,
    certificateArn: text(configuration, "certificateArn") ?? "",
    ...optional(
      "ownershipVerificationCertificateArn",
      text(configuration, "ownershipVerificationCertificateArn") || undefined,
    ),
    securityPolicy: text(configuration, "securityPolicy") ?? "",
    ipAddressType: text(configuration, "ipAddressType") ?? "ipv4",
    ...optional("truststoreUri", text(mutualTls, "truststoreUri") || undefined),
    ...optional("truststoreVersion", text(mutualTls, "truststoreVersion") || undefined),
    tags: tagsOf(inputs),
  };
}

function read(held: ApiDomainRecord): Properties {
  const target = targetOf(held);
  return withoutUndefined({
    apiMappingSelectionExpression: "$request.basepath",
    arn: arn("apigateway", held.region, `/domainnames/${held.name}`, false),
    domainName: held.name,
    domainNameConfiguration: {
      certificateArn: held.certificateArn,
      endpointType: "REGIONAL",
      hostedZoneId: target.zoneId,
      ipAddressType: held.ipAddressType,
      ownershipVerificationCertificateArn: held.ownershipVerificationCertificateArn ?? "",
      securityPolicy: held.securityPolicy,
      targetDomainName: target.domainName,
    },
    mutualTlsAuthentication: mutualTlsOutput(held),
    region: held.region,
    routingMode: "API_MAPPING_ONLY",
    ...tagOutputs(held.tags),
  });
}
