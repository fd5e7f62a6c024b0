import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { CustomResourceOptions, Output } from "@pulumi/pulumi";
import type { ProblemList } from "../../api/problem.ts";
import type { ChildTransform } from "../../gateway/child-transform.ts";
import { vendorName } from "../../gateway/names.ts";
import { type AccessLogFields, accessLogFormat } from "./access-log-format.ts";

/**
 * The retention periods of CloudWatch, in days.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** How many days CloudWatch keeps a log: one of the periods that it supports. */
export type RetentionDays = (typeof retentions)[number];

/** The same as for the logs of Polygate's own functions: long enough to notice an incident, and not forever. */
const defaultRetentionDays: RetentionDays = 30;

/** A line of JSON in CloudWatch Logs for each request: client, route, response, latency. It never contains a credential. */
export interface AccessLog {
  /**
   * How many days a line is kept. To keep it forever, set `retentionInDays` to 0 in `transform.accessLog`.
   *
   * @default 30
   */
  readonly retentionDays?: RetentionDays;
}

/** Checks the `accessLog` option. */
export function checkAccessLog(accessLog: unknown, problems: ProblemList): void {
  if (accessLog === undefined) return;
  if (typeof accessLog !== "object" || accessLog === null || Array.isArray(accessLog)) {
    const rule = `accessLog must be an object, not ${JSON.stringify(accessLog)}.`;
    const remedy = "Write {} or { retentionDays: 90 }, or leave it out for no access log.";
    problems.refuse("bad-access-log", rule, remedy, { place: "accessLog" });
    return;
  }
  const { retentionDays } = accessLog as Readonly<Record<string, unknown>>;
  if (retentionDays === undefined || retentions.some((days) => days === retentionDays)) return;
  const rule = `CloudWatch has no retention period of ${JSON.stringify(retentionDays)} days.`;
  const remedy = `Write one of ${retentions.join(", ")}.`;
  problems.refuse("bad-retention", rule, remedy, { place: "accessLog.retentionDays" });
}

/** The argument of a stage, in the form that both classes' stages take. Empty without an access log. */
export interface AccessLogArgs {
  readonly accessLogSettings?: { readonly destinationArn: Output<string>; readonly format: string };
}

/**
 * The required beginning of the log group's name. For a log group with another name, an HTTP API adds that name to a resource policy of
 * the account, which is limited to 5,120 characters. When it is full, AWS answers "Cannot enable logging. Policy document length
 * breaking Cloudwatch Logs Constraints" (serverless/serverless#10469).
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
const prefix = "/aws/vendedlogs/apigateway/";

/** The part for the gateway's name. A log group's name has at most 512 characters, of which the provider needs 26. */
const longestName = 128;

/**
 * Declares the log group of a gateway's access log.
 *
 * @param name the component's name
 *
 * @returns the stage's argument that refers to it
 */
export function accessLog(
  name: string,
  wanted: AccessLog | undefined,
  fields: AccessLogFields,
  options: CustomResourceOptions,
  transform: ChildTransform<LogGroupArgs>,
): AccessLogArgs {
  if (wanted === undefined) return {};
  const { arn } = transform.declare(
    LogGroup,
    `${name}-access-log`,
    {
      namePrefix: `${prefix}${vendorName(name, { longest: longestName })}-`,
      retentionInDays: wanted.retentionDays ?? defaultRetentionDays,
    },
    options,
  );
  return { accessLogSettings: { destinationArn: arn, format: accessLogFormat(fields) } };
}
