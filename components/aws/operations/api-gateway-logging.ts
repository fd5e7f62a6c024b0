import { Account, type AccountArgs } from "@pulumi/aws/apigateway/index.js";
import { Role, type RoleArgs, RolePolicy, type RolePolicyArgs } from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { policyThatAllows } from "../policy-document.ts";
import { longestName, resourceName } from "../resource-name.ts";
import { type Tags, taggedTransforms } from "./operations.ts";

/** Changes to the arguments and options of {@link AwsApiGatewayLogging}'s resources. */
export interface AwsApiGatewayLoggingTransforms {
  readonly role?: Transform<RoleArgs>;
  readonly rolePolicy?: Transform<RolePolicyArgs>;
  readonly account?: Transform<AccountArgs>;
}

export interface AwsApiGatewayLoggingArgs {
  /** Tags of the role. Default: none. */
  readonly tags?: Tags;
  readonly transform?: AwsApiGatewayLoggingTransforms;
}

/** What the policy of AWS's own for this, `AmazonAPIGatewayPushToCloudWatchLogs`, lets API Gateway do. */
const actions = [
  "logs:CreateLogGroup",
  "logs:CreateLogStream",
  "logs:DescribeLogGroups",
  "logs:DescribeLogStreams",
  "logs:PutLogEvents",
  "logs:GetLogEvents",
  "logs:FilterLogEvents",
];

/**
 * Lets the REST APIs of an account and Region write to CloudWatch Logs: a role, and the setting of API Gateway that names it. Without
 * it AWS refuses a REST API's access log: "CloudWatch Logs role ARN must be set in account settings to enable logging".
 *
 * There is one such setting for each account and Region, whoever makes it: declare this once, in a stack that outlives the
 * gateways, best with `protect: true`. A second one takes the setting over, and whichever is destroyed first takes the logs of all
 * REST APIs there with it. HTTP APIs do not need it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 *
 * @example
 * ```ts
 * import { AwsApiGatewayLogging } from "polygate/aws";
 *
 * export const logging = new AwsApiGatewayLogging("api-gateway-logging", {}, { protect: true });
 * ```
 */
export class AwsApiGatewayLogging extends pulumi.ComponentResource {
  /** The role that API Gateway writes as. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: AwsApiGatewayLoggingArgs = {}, options?: pulumi.ComponentResourceOptions) {
    super("polygate:index:AwsApiGatewayLogging", name, {}, options);
    const transform = taggedTransforms<AwsApiGatewayLoggingTransforms>(args.transform ?? {}, { role: true }, args.tags);
    const [roleArgs, roleOptions] = transformed<RoleArgs>(
      transform.role,
      {
        description: "API Gateway's, to write logs",
        assumeRolePolicy: policyThatAllows({
          Action: "sts:AssumeRole",
          Principal: { Service: "apigateway.amazonaws.com" },
        }),
      },
      { parent: this },
      ["assumeRolePolicy"],
    );
    const role = new Role(resourceName(`${name}-role`, longestName), roleArgs, roleOptions);
    const [policyArgs, policyOptions] = transformed<RolePolicyArgs>(
      transform.rolePolicy,
      { role: role.id, policy: policyThatAllows({ Action: actions, Resource: "*" }) },
      { parent: this },
      ["role"],
    );
    const rolePolicy = new RolePolicy(resourceName(`${name}-role-policy`, longestName), policyArgs, policyOptions);
    const [accountArgs, accountOptions] = transformed<AccountArgs>(
      transform.account,
      { cloudwatchRoleArn: role.arn },
      // API Gateway tries the role when it is set.
      { parent: this, dependsOn: rolePolicy },
      ["cloudwatchRoleArn", "region"],
    );
    new Account(`${name}-account`, accountArgs, accountOptions);
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}
