import { flag, isEmpty, type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { verifying } from "../argument-check.ts";
import { completeName } from "../automatic-name.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs } from "../tags.ts";
import { checkArguments } from "./arguments.ts";
import { configurationOf } from "./configuration.ts";
import { samePackage } from "./package.ts";
import { type FunctionRecord, functions, functionVersions, noSuchFunction, permissions } from "./record.ts";
import { publish } from "./version.ts";

/** Arguments without effect in the sandbox. The outputs repeat them. */
const WITHOUT_EFFECT = [
  "codeSigningConfigArn",
  "deadLetterConfig",
  "ephemeralStorage",
  "kmsKeyArn",
  "replaceSecurityGroupsOnDestroy",
  "replacementSecurityGroupIds",
  "reservedConcurrentExecutions",
  "skipDestroy",
  "snapStart",
  "sourceKmsKeyArn",
  "tracingConfig",
  "useResourceTimeoutForPropagation",
  "vpcConfig",
];

/**
 * `aws:lambda/function:Function` (terraform-provider-aws, internal/service/lambda/function.go). Code and settings change in place, and
 * take effect for the next invocation.
 */
export const lambdaFunction: ResourceModel<AwsSettings> = {
  replaces: ["name", "packageType", "region"],
  same: { code: samePackage },
  cleared: ["description", "environment", "tags"],
  recomputed: {
    code: [
      "codeSha256",
      "lastModified",
      "qualifiedArn",
      "qualifiedInvokeArn",
      "sourceCodeHash",
      "sourceCodeSize",
      "version",
    ],
    tags: ["tagsAll"],
  },

  complete: completeName,

  verify: verifying(checkArguments),

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const name = text(inputs, "name") ?? "";
    const operation = `creating Lambda Function (${name})`;
    if (functions.get(call.records, region, name) !== undefined) {
      throw new VendorError(`${operation}: ResourceConflictException: Function already exist: ${name}`);
    }
    const configuration = configurationOf(call, name, region, inputs, operation);
    const record = publish(call, { ...configuration, publishedVersion: 0 }, inputs);
    functions.put(call.records, record, region, name);
    return { id: name, outputs: read(record, inputs) };
  },

  read(call, id, state) {
    const record = functions.get(call.records, regionOf(call.settings, state), id);
    return record && { id, outputs: read(record, state) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const operation = `updating Lambda Function (${id})`;
    const before = functions.get(call.records, region, id);
    if (before === undefined) throw new VendorError(noSuchFunction(operation, region, id));
    const configuration = configurationOf(call, id, region, inputs, operation);
    const after = publish(call, { ...configuration, publishedVersion: before.publishedVersion }, inputs, before);
    functions.put(call.records, after, region, id);
    return read(after, inputs);
  },

  delete(call, id, state) {
    if (flag(state, "skipDestroy") === true) return;
    const region = regionOf(call.settings, state);
    functions.delete(call.records, region, id);
    // Lambda deletes the policy and the versions too, and does not check whether an API invokes the function.
    for (const kind of [functionVersions, permissions]) call.records.deleteAll(`${kind.key(region, id)}/`);
  },
};

function read(record: FunctionRecord, remembered: Properties): Properties {
  const { region, name } = record;
  const functionArn = arn("lambda", region, `function:${name}`, true);
  const version = record.publishedVersion > 0 ? String(record.publishedVersion) : "$LATEST";
  const invocation = (target: string) =>
    arn("apigateway", region, `path/2015-03-31/functions/${target}/invocations`, false).replace("::", ":lambda:");
  const withoutEffect = Object.fromEntries(WITHOUT_EFFECT.map((argument) => [argument, remembered[argument]]));
  return withoutUndefined({
    ...withoutEffect,
    architectures: record.architectures,
    arn: functionArn,
    code: remembered.code,
    codeSha256: record.codeSha256,
    description: record.description,
    environment: isEmpty(record.environment) ? undefined : { variables: { ...record.environment } },
    handler: record.handler,
    invokeArn: invocation(functionArn),
    lastModified: record.lastModified,
    loggingConfig: { ...record.loggingConfig },
    memorySize: record.memoryMegabytes,
    name,
    packageType: "Zip",
    publish: remembered.publish ?? false,
    qualifiedArn: `${functionArn}:${version}`,
    qualifiedInvokeArn: invocation(`${functionArn}:${version}`),
    region,
    responseStreamingInvokeArn: invocation(functionArn)
      .replace("2015-03-31", "2021-11-15")
      .replace(/invocations$/, "response-streaming-invocations"),
    role: record.role,
    runtime: record.runtime,
    sourceCodeHash: remembered.sourceCodeHash ?? record.codeSha256,
    sourceCodeSize: record.codeSize,
    ...tagOutputs(record.tags),
    timeout: record.timeoutSeconds,
    version,
  });
}
