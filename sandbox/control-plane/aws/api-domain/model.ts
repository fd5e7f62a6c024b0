import { isObject, isUnknown, type Properties, text, withoutUndefined } from "../../property-value.ts";
import type { Call, CheckFailure, ResourceModel } from "../../resource-model.ts";
import { type Fail, verifying } from "../argument-check.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { createDomain, type DomainArguments, deleteDomain, mutualTlsOutput, updateDomain } from "./domain.ts";
import { type ApiDomainRecord, apiDomains } from "./record.ts";

/** The arguments that the two resource types of a custom domain name spell differently. */
export type DomainSettings = Pick<
  ApiDomainRecord,
  "certificateArn" | "ownershipVerificationCertificateArn" | "securityPolicy" | "ipAddressType"
>;

/** One of the two resource types that declare a custom domain name. */
export interface DomainNameType {
  /** The type's name in the provider's errors. */
  readonly title: string;
  verify(inputs: Properties): readonly CheckFailure[];
  settingsOf(inputs: Properties): DomainSettings;
  /** The outputs that only this type has. */
  outputs(record: ApiDomainRecord): Properties;
}

const verifyName = verifying((inputs, fail) => {
  if (text(inputs, "domainName")?.startsWith("*.")) {
    fail("domainName", "the sandbox does not serve wildcard domains; name the host");
  }
});

/** Reports a domain name that chooses the API by routing rules. @param mode the mode of a name that does not */
export function refuseRouting(inputs: Properties, mode: string, fail: Fail): void {
  const wanted = inputs.routingMode;
  if (wanted === undefined || isUnknown(wanted) || wanted === mode) return;
  fail("routingMode", `the sandbox does not serve routing rules (${wanted}); use ${mode}`);
}

/** The model of a custom domain name, which is the same domain whichever type declares it. */
export function domainNameModel(type: DomainNameType): ResourceModel<AwsSettings> {
  const { title } = type;
  const argumentsOf = (call: Call<AwsSettings>, inputs: Properties): DomainArguments => {
    const mutualTls = isObject(inputs.mutualTlsAuthentication) ? inputs.mutualTlsAuthentication : {};
    return {
      ...type.settingsOf(inputs),
      name: text(inputs, "domainName") ?? "",
      region: regionOf(call.settings, inputs),
      ...optional("truststoreUri", text(mutualTls, "truststoreUri")),
      ...optional("truststoreVersion", text(mutualTls, "truststoreVersion")),
      tags: tagsOf(inputs),
    };
  };
  const outputsOf = (record: ApiDomainRecord): Properties =>
    withoutUndefined({
      arn: arn("apigateway", record.region, `/domainnames/${record.name}`, false),
      domainName: record.name,
      mutualTlsAuthentication: mutualTlsOutput(record),
      region: record.region,
      ...tagOutputs(record.tags),
      ...type.outputs(record),
    });

  return {
    replaces: ["domainName", "region"],
    cleared: ["mutualTlsAuthentication", "tags"],
    recomputed: { tags: ["tagsAll"] },
    verify: (inputs) => [...verifyName(inputs), ...type.verify(inputs)],

    create(call, inputs) {
      const name = text(inputs, "domainName") ?? "";
      const operation = `creating ${title} (${name})`;
      return { id: name, outputs: outputsOf(createDomain(call, argumentsOf(call, inputs), operation)) };
    },

    read(call, id, state) {
      const record = apiDomains.get(call.records, regionOf(call.settings, state), id);
      return record && { id, outputs: outputsOf(record) };
    },

    update(call, id, { inputs }) {
      const operation = `updating ${title} (${id})`;
      return outputsOf(updateDomain(call, argumentsOf(call, inputs), operation));
    },

    delete(call, id, state) {
      deleteDomain(call, regionOf(call.settings, state), id, `deleting ${title} (${id})`);
    },
  };
}
