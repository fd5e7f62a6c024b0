import { Account } from "@pulumi/aws/apigateway/account.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../../api/problem.ts";
import { checkedArguments } from "../../gateway/arguments.ts";
import { type ChildTransforms, ComponentTransforms } from "../../gateway/component-transforms.ts";
import { callback, objectOf, transforms } from "../../gateway/shape.ts";
import { checkTags } from "../../gateway/tags.ts";
import { policyThatAllows } from "../policy-document.ts";
import { longestName, resourceName } from "../resource-name.ts";
import { tags } from "./shape.ts";
import { type Tags, tagRules } from "./tags.ts";
import { type AwsApiGatewayLoggingTransforms, loggingTransformRules } from "./transform-rules.ts";

export interface AwsApiGatewayLoggingArgs {
  /**
   * Tags of the role.
   *
   * @default none
   */
  readonly tags?: Tags;
  readonly transform?: AwsApiGatewayLoggingTransforms;
}

export const apiGatewayLoggingShape = objectOf<AwsApiGatewayLoggingArgs>({
  tags,
  transform: transforms<AwsApiGatewayLoggingTransforms>({ role: callback, rolePolicy: callback, account: callback }),
});

/** The actions that AWS's own policy for this purpose allows, `AmazonAPIGatewayPushToCloudWatchLogs`. */
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
 * Lets the REST APIs of an account and Region write to CloudWatch Logs: declares a role and the account setting that refers to it.
 * Without this setting AWS rejects a REST API's access log: "CloudWatch Logs role ARN must be set in account settings to enable
 * logging". HTTP APIs do not need it.
 *
 * An account has one such setting in each Region. Declare this component once, in a stack that outlives the gateways, preferably with
 * `protect: true`. A second one overwrites the setting, and when either is destroyed, all REST APIs of the Region lose their logs.
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
  /** The ARN of the role with which API Gateway writes. */
  readonly roleArn: pulumi.Output<string>;

  /** @throws {PolygateError} with everything that is wrong, before any resource is registered */
  constructor(name: string, args: AwsApiGatewayLoggingArgs = {}, options?: pulumi.ComponentResourceOptions) {
    const subject = `The component "${name}"`;
    const checked = checkedArguments(subject, args, apiGatewayLoggingShape, checkLogging);
    super("polygate:index:AwsApiGatewayLogging", name, {}, options);
    const transforms = new ComponentTransforms(subject, loggingTransformRules, checked.transform, checked.tags);
    const parts: LoggingParts = { name, parent: this, transform: transforms.children };
    const role = loggingRole(parts);
    const rolePolicy = loggingRolePolicy(parts, role);
    accountSetting(parts, role, rolePolicy);
    transforms.check();
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function checkLogging(args: AwsApiGatewayLoggingArgs): readonly Problem[] {
  const problems = new ProblemList();
  checkTags(args.tags, tagRules, problems);
  return problems.all;
}

interface LoggingParts {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly transform: ChildTransforms<AwsApiGatewayLoggingTransforms>;
}

function loggingRole({ name, parent, transform }: LoggingParts): Role {
  const trust = { Action: "sts:AssumeRole", Principal: { Service: "apigateway.amazonaws.com" } };
  return transform.role.declare(
    Role,
    resourceName(`${name}-role`, longestName),
    { description: "API Gateway's, to write logs", assumeRolePolicy: policyThatAllows(trust) },
    { parent },
  );
}

function loggingRolePolicy({ name, parent, transform }: LoggingParts, role: Role): RolePolicy {
  return transform.rolePolicy.declare(
    RolePolicy,
    resourceName(`${name}-role-policy`, longestName),
    { role: role.id, policy: policyThatAllows({ Action: actions, Resource: "*" }) },
    { parent },
  );
}

function accountSetting({ name, parent, transform }: LoggingParts, role: Role, rolePolicy: RolePolicy): Account {
  return transform.account.declare(
    Account,
    `${name}-account`,
    { cloudwatchRoleArn: role.arn },
    // API Gateway tries to use the role as soon as the setting is changed.
    { parent, dependsOn: rolePolicy },
  );
}
