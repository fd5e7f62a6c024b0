import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import type { RoleArgs, RolePolicyArgs } from "@pulumi/aws/iam/index.js";
import type { FunctionArgs, PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type { TransformRule } from "../../gateway/transform.ts";

/** A log group. It holds what was logged, and decides nothing. */
export const logGroupRule: TransformRule<LogGroupArgs> = {
  resource: "aws:cloudwatch/logGroup:LogGroup",
  properties: [
    "deletionProtectionEnabled",
    "kmsKeyId",
    "logGroupClass",
    "name",
    "namePrefix",
    "retentionInDays",
    "skipDestroy",
    "tags",
  ],
  retain: true,
};

/** A role. Managed policies can be attached, e.g. for functions in a VPC, since no request is decided by what the role may do. */
export const roleRule: TransformRule<RoleArgs> = {
  resource: "aws:iam/role:Role",
  properties: [
    "description",
    "forceDetachPolicies",
    "managedPolicyArns",
    "maxSessionDuration",
    "name",
    "namePrefix",
    "path",
    "permissionsBoundary",
    "tags",
  ],
  retain: true,
  instead: { inlinePolicies: "Attach a managed policy with managedPolicyArns." },
};

/** The policy of a role: what it must be allowed to do. */
export const rolePolicyRule: TransformRule<RolePolicyArgs> = {
  resource: "aws:iam/rolePolicy:RolePolicy",
  properties: ["name", "namePrefix"],
  retain: true,
  instead: { policy: "Attach a managed policy to the role with transform.role." },
};

/** A function of Polygate: its code and what the code reads are fixed, and its resources are not. */
export const functionRule: TransformRule<FunctionArgs> = {
  resource: "aws:lambda/function:Function",
  properties: [
    "architectures",
    "loggingConfig.applicationLogLevel",
    "loggingConfig.systemLogLevel",
    "memorySize",
    "reservedConcurrentExecutions",
    "tags",
    "timeout",
    "tracingConfig",
    "vpcConfig",
  ],
  instead: {
    environment: "The function reads no environment of yours: declare what it decides in the description.",
    layers: "A layer can replace the code: declare what the function decides in the description.",
    name: "Pulumi generates the name, so that a new function can exist beside the old one.",
  },
};

/** A permission to invoke a function. A transform may narrow it to an account. */
export const permissionRule: TransformRule<PermissionArgs> = {
  resource: "aws:lambda/permission:Permission",
  properties: ["sourceAccount", "statementId", "statementIdPrefix"],
};

/** The rules of the role and the log that functions share. */
export const executionRules = { role: roleRule, rolePolicy: rolePolicyRule, logGroup: logGroupRule };
