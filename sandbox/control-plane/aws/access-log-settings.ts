import type { AwsAccessLog } from "../../data-plane/aws/artefacts/access-log.ts";
import { isObject, type PropertyValue, text } from "../property-value.ts";
import { VendorError } from "../resource-model.ts";

/** Where a stage writes a line for each request, and in which format, as API Gateway stores it. */
export interface AccessLogSettingsRecord {
  readonly destinationArn: string;
  readonly format: string;
}

// Data Firehose is no destination here: the user of a sandbox could not read what is written to a stream.
const LOG_GROUP = /^arn:[a-z-]+:logs:[a-z0-9-]+:\d{12}:log-group:([^:]+)(?::\*)?$/;

/**
 * The `accessLogSettings` of a stage. The data plane checks the format.
 *
 * @throws VendorError for a destination that is not a log group
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function accessLogSettingsOf(
  settings: PropertyValue | undefined,
  operation: string,
): { readonly accessLogSettings?: AccessLogSettingsRecord } {
  if (!isObject(settings)) return {};
  const destinationArn = text(settings, "destinationArn") ?? "";
  if (!LOG_GROUP.test(destinationArn)) {
    throw new VendorError(
      `${operation}: BadRequestException: the sandbox writes access logs to log groups of CloudWatch Logs only, and ` +
        `${JSON.stringify(destinationArn)} is not the ARN of a log group`,
    );
  }
  return { accessLogSettings: { destinationArn, format: text(settings, "format") ?? "" } };
}

/** The access log as the data plane takes it; nothing without settings. */
export function accessLogOf(settings: AccessLogSettingsRecord | undefined): { readonly accessLog?: AwsAccessLog } {
  const [, name] = LOG_GROUP.exec(settings?.destinationArn ?? "") ?? [];
  return settings === undefined || name === undefined ? {} : { accessLog: { logGroup: name, format: settings.format } };
}
