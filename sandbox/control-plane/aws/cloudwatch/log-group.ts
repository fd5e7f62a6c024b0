import { uniqueName } from "../../identifier.ts";
import { flag, type Properties, text, withoutUndefined } from "../../property-value.ts";
import { Kind } from "../../records.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkLength, checkMatch, checkOneOf, verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";

interface LogGroupRecord {
  readonly name: string;
  readonly region: string;
  /** 0 keeps log events forever. */
  readonly retentionInDays: number;
  readonly logGroupClass: string;
  readonly kmsKeyId: string;
  readonly deletionProtectionEnabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

const logGroups = new Kind<LogGroupRecord>("aws/logs/log-group");

/**
 * The retentions of CloudWatch Logs in days. 0 is the provider's value for no limit.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const RETENTION: readonly number[] = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** `aws:cloudwatch/logGroup:LogGroup` (terraform-provider-aws, internal/service/logs/group.go). */
export const logGroup: ResourceModel<AwsSettings> = {
  replaces: ["logGroupClass", "name", "namePrefix", "region"],
  cleared: ["kmsKeyId", "tags"],
  recomputed: { tags: ["tagsAll"] },

  complete: completeName,

  verify: verifying((inputs, fail) => {
    checkLength(inputs, "name", 1, 512, fail);
    for (const name of ["name", "namePrefix"]) {
      checkMatch(inputs, name, /^[.\-_/#A-Za-z0-9]*$/, 'only letters, digits and "._-/#"', fail);
    }
    checkOneOf(inputs, "logGroupClass", ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"], fail);
    const days = inputs.retentionInDays;
    if (typeof days === "number" && !RETENTION.includes(days)) {
      fail("retentionInDays", `expected retentionInDays to be one of [${RETENTION.join(" ")}], got ${days}`);
    }
  }),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const taken = (name: string) => logGroups.get(call.records, region, name) !== undefined;
    const name = text(inputs, "name") ?? uniqueName(text(inputs, "namePrefix") ?? "", call.urn, taken);
    if (taken(name)) {
      throw new VendorError(
        `creating CloudWatch Logs Log Group (${name}): ResourceAlreadyExistsException: The specified log group already exists`,
      );
    }
    const group = groupOf(region, name, inputs);
    logGroups.put(call.records, group, region, name);
    return { id: name, outputs: read(group, inputs) };
  },

  read(call, id, state) {
    const found = logGroups.get(call.records, regionOf(call.settings, state), id);
    return found && { id, outputs: read(found, state) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    if (logGroups.get(call.records, region, id) === undefined) {
      throw new VendorError(
        `updating CloudWatch Logs Log Group (${id}): ResourceNotFoundException: The specified log group does not exist.`,
      );
    }
    const after = groupOf(region, id, inputs);
    logGroups.put(call.records, after, region, id);
    return read(after, inputs);
  },

  delete(call, id, state) {
    if (flag(state, "skipDestroy") === true) return;
    const region = regionOf(call.settings, state);
    if (logGroups.get(call.records, region, id)?.deletionProtectionEnabled === true) {
      throw new VendorError(
        `deleting CloudWatch Logs Log Group (${id}): ValidationException: The log group is protected from deletion`,
      );
    }
    logGroups.delete(call.records, region, id);
  },
};

function groupOf(region: string, name: string, inputs: Properties): LogGroupRecord {
  return {
    name,
    region,
    retentionInDays: typeof inputs.retentionInDays === "number" ? inputs.retentionInDays : 0,
    logGroupClass: text(inputs, "logGroupClass") ?? "STANDARD",
    kmsKeyId: text(inputs, "kmsKeyId") ?? "",
    deletionProtectionEnabled: flag(inputs, "deletionProtectionEnabled") ?? false,
    tags: tagsOf(inputs),
  };
}

function read(group: LogGroupRecord, remembered: Properties): Properties {
  const { name, region, tags, ...rest } = group;
  return withoutUndefined({
    ...rest,
    // The provider removes the final `:*`, which API Gateway and IAM require.
    arn: arn("logs", region, `log-group:${name}`, true),
    name,
    namePrefix: text(remembered, "namePrefix") ?? "",
    region,
    skipDestroy: flag(remembered, "skipDestroy") ?? false,
    ...tagOutputs(tags),
  });
}
