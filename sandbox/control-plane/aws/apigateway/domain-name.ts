import { isEmpty, isObject, type Properties, text, withoutUndefined } from "../../property-value.ts";
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
import { checkArn, checkOneOf, verifying, within } from "../argument-check.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";

/** Of domains at the edge, of private ones, and of certificates that Certificate Manager does not keep. */
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
export const restDomainName: ResourceModel<AwsSettings> = {
  replaces: ["domainName", "region"],
  cleared: ["mutualTlsAuthentication", "tags"],
  recomputed: { tags: ["tagsAll"] },

  verify: verifying((inputs, fail) => {
    checkArn(inputs, "ownershipVerificationCertificateArn", fail);
    const endpoint = inputs.endpointConfiguration;
    if (isObject(endpoint)) {
      const inside = within("endpointConfiguration", fail);
      checkOneOf(endpoint, "types", ["EDGE", "REGIONAL", "PRIVATE"], inside);
      checkOneOf(endpoint, "ipAddressType", ["ipv4", "dualstack"], inside);
    }
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const name = text(inputs, "domainName") ?? "";
    const operation = `creating API Gateway Domain Name (${name})`;
    const made = createDomain(call, argumentsOf(region, inputs, operation), operation);
    return { id: name, outputs: read(made) };
  },

  read(call, id, state) {
    const found = apiDomains.get(call.records, regionOf(call.settings, state), id);
    return found && { id, outputs: read(found) };
  },

  update(call, id, { inputs }) {
    const operation = `updating API Gateway Domain Name (${id})`;
    return read(updateDomain(call, argumentsOf(regionOf(call.settings, inputs), inputs, operation), operation));
  },

  delete(call, id, state) {
    deleteDomain(call, regionOf(call.settings, state), id, `deleting API Gateway Domain Name (${id})`);
  },
};

function argumentsOf(region: string, inputs: Properties, operation: string): DomainArguments {
  for (const name of UNSERVED) {
    if (!isEmpty(inputs[name]))
      throw new VendorError(`${operation}: the sandbox does not serve ${name}; use a Regional domain`);
  }
  const endpoint = isObject(inputs.endpointConfiguration) ? inputs.endpointConfiguration : {};
  // Without a word on it a domain is at the edge.
  const type = text(endpoint, "types") ?? "EDGE";
  if (type !== "REGIONAL") {
    throw new VendorError(`${operation}: the sandbox does not serve ${type} domains (endpointConfiguration.types)`);
  }
  const mode = text(inputs, "routingMode") ?? "BASE_PATH_MAPPING_ONLY";
  if (mode !== "BASE_PATH_MAPPING_ONLY") {
    throw new VendorError(`${operation}: the sandbox does not serve routing rules (routingMode ${mode})`);
  }
  const mutualTls = isObject(inputs.mutualTlsAuthentication) ? inputs.mutualTlsAuthentication : {};
  return {
    name: text(inputs, "domainName") ?? "",
    region,
    certificateArn: text(inputs, "regionalCertificateArn") ?? "",
    ...optional(
      "ownershipVerificationCertificateArn",
      text(inputs, "ownershipVerificationCertificateArn") || undefined,
    ),
    securityPolicy: text(inputs, "securityPolicy") ?? "TLS_1_2",
    ipAddressType: text(endpoint, "ipAddressType") ?? "ipv4",
    ...optional("truststoreUri", text(mutualTls, "truststoreUri") || undefined),
    ...optional("truststoreVersion", text(mutualTls, "truststoreVersion") || undefined),
    tags: tagsOf(inputs),
  };
}

function read(held: ApiDomainRecord): Properties {
  const target = targetOf(held);
  return withoutUndefined({
    arn: arn("apigateway", held.region, `/domainnames/${held.name}`, false),
    certificateUploadDate: "",
    cloudfrontDomainName: "",
    cloudfrontZoneId: "Z2FDTNDATAQYW2",
    domainName: held.name,
    domainNameId: "",
    endpointConfiguration: { ipAddressType: held.ipAddressType, types: "REGIONAL" },
    mutualTlsAuthentication: mutualTlsOutput(held),
    ownershipVerificationCertificateArn: held.ownershipVerificationCertificateArn ?? "",
    region: held.region,
    regionalCertificateArn: held.certificateArn,
    regionalDomainName: target.domainName,
    regionalZoneId: target.zoneId,
    routingMode: "BASE_PATH_MAPPING_ONLY",
    securityPolicy: held.securityPolicy,
    ...tagOutputs(held.tags),
  });
}
