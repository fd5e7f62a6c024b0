import { type Properties, text } from "../../property-value.ts";
import { Kind, type Records } from "../../records.ts";
import { type Call, type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkArn, verifying } from "../argument-check.ts";
import { type RoleRecord, rolePolicies, rolePolicyAttachments, roles } from "../iam/record.ts";
import { roleArn } from "../iam/role.ts";
import { statementsOf, trusts } from "../policy-document.ts";
import { type AwsSettings, regionOf } from "../region.ts";

/** API Gateway's settings of an account in a Region. */
interface AccountRecord {
  readonly cloudwatchRoleArn: string;
}

const accounts = new Kind<AccountRecord>("aws/apigateway/account");

/** Each Region has exactly one account. */
const id = "api-gateway-account";

/**
 * `aws:apigateway/account:Account`: the role with which REST APIs write logs. Since version 6 of the provider, deleting the resource
 * removes the role from the settings (terraform-provider-aws, version 6 upgrade guide).
 */
export const apiGatewayAccount: ResourceModel<AwsSettings> = {
  replaces: ["region"],
  cleared: ["cloudwatchRoleArn"],

  verify: verifying((inputs, fail) => {
    checkArn(inputs, "cloudwatchRoleArn", fail);
  }),

  create: (call, inputs) => ({ id, outputs: put(call, inputs) }),
  read: (call, _id, state) => ({ id, outputs: outputsOf(call.records, regionOf(call.settings, state)) }),
  update: (call, _id, { inputs }) => put(call, inputs),
  delete: (call, _id, state) => accounts.delete(call.records, regionOf(call.settings, state)),
};

/**
 * Refuses a log of a REST API when API Gateway has no role with which to write it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function checkLoggingRole(records: Records, region: string, operation: string): void {
  if (accounts.get(records, region) !== undefined) return;
  throw new VendorError(
    `${operation}: BadRequestException: CloudWatch Logs role ARN must be set in account settings to enable logging`,
  );
}

function put(call: Call<AwsSettings>, inputs: Properties): Properties {
  const region = regionOf(call.settings, inputs);
  const cloudwatchRoleArn = text(inputs, "cloudwatchRoleArn") ?? "";
  if (cloudwatchRoleArn === "") accounts.delete(call.records, region);
  else {
    checkRole(call, cloudwatchRoleArn);
    accounts.put(call.records, { cloudwatchRoleArn }, region);
  }
  return outputsOf(call.records, region);
}

/** The provider retries for some minutes, because IAM is eventually consistent. The sandbox is not, so it checks once. */
function checkRole({ records, settings }: Call<AwsSettings>, cloudwatchRoleArn: string): void {
  const [, role] = roles.list(records).find(([, each]) => roleArn(settings, each) === cloudwatchRoleArn) ?? [];
  if (role !== undefined && trusts(role.assumeRolePolicy, "apigateway.amazonaws.com") && mayWrite(records, role)) {
    return;
  }
  throw new VendorError(
    "updating API Gateway Account: BadRequestException: The role ARN does not have required permissions configured. Please " +
      "grant trust permission for API Gateway and add the required role policy.",
  );
}

/** Whether a role may write logs, by an inline policy or by the managed policy of AWS. */
function mayWrite(records: Records, { name }: RoleRecord): boolean {
  const attached = rolePolicyAttachments.list(records, name);
  if (attached.some(([, { policyArn }]) => policyArn.endsWith("/AmazonAPIGatewayPushToCloudWatchLogs"))) return true;
  const statements = rolePolicies.list(records, name).flatMap(([, { policy }]) => statementsOf(policy, "identity", ""));
  return statements.some(({ Effect, Action }) => {
    const actions = Array.isArray(Action) ? Action : [Action];
    return (
      Effect === "Allow" && actions.some((action) => /^(?:logs:(?:PutLogEvents|Put\*|\*)|\*)$/.test(String(action)))
    );
  });
}

function outputsOf(records: Records, region: string): Properties {
  return {
    cloudwatchRoleArn: accounts.get(records, region)?.cloudwatchRoleArn ?? "",
    apiKeyVersion: "4",
    features: ["UsagePlans"],
    region,
    throttleSettings: [{ burstLimit: 5000, rateLimit: 10000 }],
  };
}
