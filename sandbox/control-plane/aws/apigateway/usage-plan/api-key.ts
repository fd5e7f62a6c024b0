import { randomInt } from "node:crypto";
import { identifier } from "../../../identifier.ts";
import { flag, type Properties, text, withoutUndefined } from "../../../property-value.ts";
import { type ResourceModel, VendorError } from "../../../resource-model.ts";
import { checkLength, verifying } from "../../argument-check.ts";
import { completeName } from "../../automatic-name.ts";
import { optional } from "../../optional.ts";
import { type AwsSettings, arn, regionOf } from "../../region.ts";
import { tagOutputs, tagsOf } from "../../tags.ts";
import { timestamp } from "../../timestamp.ts";
import { type ApiKeyRecord, apiKeys, usagePlanKeys, usagePlans } from "./record.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** The length of the keys that API Gateway generates. */
const LENGTH = 40;

/**
 * `aws:apigateway/apiKey:ApiKey` (terraform-provider-aws, internal/service/apigateway/api_key.go). The SDK marks `value` as a secret. Only
 * the owner of the sandbox's store can read it there, like every record.
 */
export const apiKey: ResourceModel<AwsSettings> = {
  replaces: ["name", "region", "value"],
  cleared: ["tags"],
  recomputed: { tags: ["tagsAll"], enabled: ["lastUpdatedDate"], description: ["lastUpdatedDate"] },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "value", 20, 128, fail);
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const name = text(inputs, "name") ?? "";
    const keys = apiKeys.list(call.records, region).map(([, key]) => key);
    const value =
      text(inputs, "value") ?? Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
    if (keys.some((key) => key.value === value)) {
      throw new VendorError(`creating API Gateway API Key (${name}): ConflictException: API Key already exists`);
    }
    const id = identifier(10, [call.urn, region, "key"], (taken) => keys.some((key) => key.id === taken));
    const key: ApiKeyRecord = { id, region, name, value, createdDate: timestamp(), ...changeable(inputs) };
    apiKeys.put(call.records, key, region, id);
    return { id, outputs: read(key) };
  },

  read(call, id, state) {
    const key = apiKeys.get(call.records, regionOf(call.settings, state), id);
    return key && { id, outputs: read(key) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const before = apiKeys.get(call.records, region, id);
    if (before === undefined) {
      throw new VendorError(
        `updating API Gateway API Key (${id}): NotFoundException: Invalid API Key identifier specified`,
      );
    }
    const { name, value, createdDate } = before;
    const after: ApiKeyRecord = { id, region, name, value, createdDate, ...changeable(inputs) };
    apiKeys.put(call.records, after, region, id);
    return read(after);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    apiKeys.delete(call.records, region, id);
    for (const [, plan] of usagePlans.list(call.records, region)) {
      usagePlanKeys.delete(call.records, region, plan.id, id);
    }
  },
};

/** The settings of a key that an update can change. */
function changeable(inputs: Properties): Omit<ApiKeyRecord, "id" | "region" | "name" | "value" | "createdDate"> {
  return {
    description: text(inputs, "description") ?? "Managed by Pulumi",
    enabled: flag(inputs, "enabled") ?? true,
    lastUpdatedDate: timestamp(),
    ...optional("customerId", text(inputs, "customerId")),
    tags: tagsOf(inputs),
  };
}

function read(key: ApiKeyRecord): Properties {
  const { id, region, tags, ...rest } = key;
  return withoutUndefined({
    ...rest,
    arn: arn("apigateway", region, `/apikeys/${id}`, false),
    customerId: key.customerId ?? "",
    region,
    ...tagOutputs(tags),
  });
}
