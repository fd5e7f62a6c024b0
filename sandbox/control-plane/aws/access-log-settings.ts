import type { AwsAccessLog } from "../../data-plane/artefacts.ts";
import { type Properties, text } from "../property-value.ts";
import { VendorError } from "../resource-model.ts";

/** Where a stage writes a line for each request, and what, as API Gateway holds it. */
export interface AccessLogSettingsRecord {
  readonly destinationArn: string;
  readonly format: string;
}

// What is written to a stream of Data Firehose stays out of reach of who runs a sandbox.
const logGroup = /^arn:[a-z-]+:logs:[a-z0-9-]+:\d{12}:log-group:([^:]+)(?::\*)?$/;

/**
 * Refuses a destination that is no log group; what is wrong with a format, the data plane says.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function checkAccessLog(settings: Properties, operation: string): void {
  const destination = text(settings, "destinationArn") ?? "";
  if (logGroup.test(destination)) return;
  throw new VendorError(
    `${operation}: BadRequestException: the sandbox writes access logs to log groups of CloudWatch Logs, and ` +
      `${JSON.stringify(destination)} is none's ARN`,
  );
}

/** As the data plane takes it; nothing where there is no access log. */
export function accessLogOf(settings: AccessLogSettingsRecord | undefined): { readonly accessLog?: AwsAccessLog } {
  const [, name] = logGroup.exec(settings?.destinationArn ?? "") ?? [];
  return settings === undefined || name === undefined ? {} : { accessLog: { logGroup: name, format: settings.format } };
}
