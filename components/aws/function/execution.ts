import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import type { RoleArgs, RolePolicyArgs } from "@pulumi/aws/iam/index.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransforms } from "../../gateway/component-transforms.ts";
import type { Transform } from "../../gateway/transform.ts";
import { policyThatAllows } from "../policy-document.ts";
import { longestName, resourceName } from "../resource-name.ts";

/** Changes to the role and the log of functions. */
export interface ExecutionTransforms {
  readonly role?: Transform<RoleArgs>;
  readonly rolePolicy?: Transform<RolePolicyArgs>;
  readonly logGroup?: Transform<LogGroupArgs>;
}

/** The role and the log that the functions of one gateway share. */
export interface Execution {
  readonly role: Role;
  /** The functions depend on it, so that none runs without its log. */
  readonly rolePolicy: RolePolicy;
  readonly logGroup: LogGroup;
}

/**
 * Declares a log group and a role that may write to it.
 *
 * @param name `<component>-<part>`; the resources are `<name>-role`, `<name>-role-policy` and `<name>-logs`
 */
export function functionExecution(
  name: string,
  options: pulumi.CustomResourceOptions,
  transform: ChildTransforms<ExecutionTransforms>,
): Execution {
  const logGroup = functionLogs(name, options, transform);
  const role = functionRole(name, options, transform);
  return { role, rolePolicy: writeLogsPolicy(name, role, logGroup, options, transform), logGroup };
}

function functionLogs(
  name: string,
  options: pulumi.CustomResourceOptions,
  transform: ChildTransforms<ExecutionTransforms>,
): LogGroup {
  return transform.logGroup.declare(
    LogGroup,
    resourceName(`${name}-logs`, longestName),
    { retentionInDays: 30 },
    options,
  );
}

function functionRole(
  name: string,
  options: pulumi.CustomResourceOptions,
  transform: ChildTransforms<ExecutionTransforms>,
): Role {
  const trust = { Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
  return transform.role.declare(
    Role,
    resourceName(`${name}-role`, longestName),
    { assumeRolePolicy: policyThatAllows(trust) },
    options,
  );
}

function writeLogsPolicy(
  name: string,
  role: Role,
  logGroup: LogGroup,
  options: pulumi.CustomResourceOptions,
  transform: ChildTransforms<ExecutionTransforms>,
): RolePolicy {
  const policy = logGroup.arn.apply((arn) =>
    policyThatAllows({
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${arn.replace(/:\*$/, "")}:*`,
    }),
  );
  return transform.rolePolicy.declare(
    RolePolicy,
    resourceName(`${name}-role-policy`, longestName),
    { role: role.id, policy },
    options,
  );
}
