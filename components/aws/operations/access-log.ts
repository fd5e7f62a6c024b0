import { LogGroup, type LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import { vendorName } from "../../gateway/names.ts";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { type AccessLogFields, accessLogFormat } from "./access-log-format.ts";
import { type AccessLog, defaultRetentionDays } from "./operations.ts";

/** As both classes' stages take it; empty where there is no access log. */
export interface AccessLogArgs {
  readonly accessLogSettings?: { readonly destinationArn: Output<string>; readonly format: string };
}

/**
 * Of a log group whose name begins otherwise, an HTTP API adds the name to a policy of the account's, which is full at 5,120
 * characters: "Cannot enable logging. Policy document length breaking Cloudwatch Logs Constraints" (serverless/serverless#10469).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
const prefix = "/aws/vendedlogs/apigateway/";

/** Of the gateway's name in it: enough to know it by. A log group's name has 512 characters, of which the provider needs 26. */
const longestName = 128;

/**
 * The log group of a gateway's access log, and what its stage says of it.
 *
 * @param name the component's
 */
export function accessLog(
  name: string,
  wanted: AccessLog | undefined,
  fields: AccessLogFields,
  options: CustomResourceOptions,
  transform: Transform<LogGroupArgs> | undefined,
): AccessLogArgs {
  if (wanted === undefined) return {};
  const { retentionDays = defaultRetentionDays } = wanted;
  const [args, changedOptions] = transformed<LogGroupArgs>(
    transform,
    {
      namePrefix: `${prefix}${vendorName(name, { longest: longestName })}-`,
      retentionInDays: retentionDays,
    },
    options,
    ["region"],
  );
  const { arn } = new LogGroup(`${name}-access-log`, args, changedOptions);
  return { accessLogSettings: { destinationArn: arn, format: accessLogFormat(fields) } };
}
