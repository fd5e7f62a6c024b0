import { createHash } from "node:crypto";
import { LogGroup, type LogGroupArgs } from "@pulumi/aws/cloudwatch/index.js";
import { Role, type RoleArgs, RolePolicy, type RolePolicyArgs } from "@pulumi/aws/iam/index.js";
import { type FunctionArgs, Function as LambdaFunction } from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { policyThatAllows } from "../policy-document.ts";
import { longestName, resourceName } from "../resource-name.ts";
import type { FunctionContent } from "./function-content.ts";

/** Changes to what functions run as and write their log to. */
export interface ExecutionTransforms {
  readonly role?: Transform<RoleArgs>;
  readonly rolePolicy?: Transform<RolePolicyArgs>;
  readonly logGroup?: Transform<LogGroupArgs>;
}

/** What the functions of one gateway run as, and where they write. */
export interface Execution {
  readonly role: Role;
  /** Functions wait for it, so that none runs without its log. */
  readonly rolePolicy: RolePolicy;
  readonly logGroup: LogGroup;
}

/** What a function is, where some of its texts are not known before the deployment. */
export interface PendingContent extends Omit<FunctionContent, "files"> {
  readonly files: pulumi.Input<FunctionContent["files"]>;
}

/**
 * The newest that Lambda runs, kept until April 2028. It takes asynchronous handlers only, none with a callback.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export const functionRuntime = "nodejs24.x";

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html, Description. */
const longestDescription = 256;

/**
 * A role that may write to one log group, and that log group: what `name` has functions for shares one of each.
 *
 * @param name `<component>-<part>`; the resources are `<name>-role`, `<name>-role-policy` and `<name>-logs`
 */
export function functionExecution(
  name: string,
  options: pulumi.CustomResourceOptions,
  transform: ExecutionTransforms = {},
): Execution {
  const [logArgs, logOptions] = transformed<LogGroupArgs>(transform.logGroup, { retentionInDays: 30 }, options, [
    "region",
  ]);
  const logGroup = new LogGroup(resourceName(`${name}-logs`, longestName), logArgs, logOptions);
  const [roleArgs, roleOptions] = transformed<RoleArgs>(
    transform.role,
    {
      assumeRolePolicy: policyThatAllows({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
    },
    options,
    ["assumeRolePolicy"],
  );
  const role = new Role(resourceName(`${name}-role`, longestName), roleArgs, roleOptions);
  const [policyArgs, policyOptions] = transformed<RolePolicyArgs>(
    transform.rolePolicy,
    {
      role: role.id,
      policy: logGroup.arn.apply((arn) =>
        policyThatAllows({
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: `${arn.replace(/:\*$/, "")}:*`,
        }),
      ),
    },
    options,
    ["role"],
  );
  return {
    role,
    rolePolicy: new RolePolicy(resourceName(`${name}-role-policy`, longestName), policyArgs, policyOptions),
    logGroup,
  };
}

/**
 * A function that never changes: whatever its content becomes is another function, made before what names it moves on and
 * before the old one goes. So a deployment that is served goes on with the function that it was made for.
 *
 * Its physical name is Pulumi's to make unique: a name that is derived from the content would be taken after an engine was
 * killed between making the function and writing that down, and every update after that would fail.
 *
 * @param name the resource's, `<component>-<part>`
 */
export function immutableFunction(
  name: string,
  content: PendingContent,
  { role, rolePolicy, logGroup }: Execution,
  options: pulumi.CustomResourceOptions,
  transform?: Transform<FunctionArgs>,
): LambdaFunction {
  const { files, handler, timeoutSeconds, memoryMegabytes } = content;
  const [args, changedOptions] = transformed<FunctionArgs>(
    transform,
    {
      description: functionDescription(content),
      packageType: "Zip",
      code: pulumi
        .output(files)
        .apply(
          (texts) =>
            new pulumi.asset.AssetArchive(
              Object.fromEntries(
                Object.entries(texts).map(([file, text]) => [file, new pulumi.asset.StringAsset(text)]),
              ),
            ),
        ),
      handler,
      runtime: functionRuntime,
      timeout: timeoutSeconds,
      memorySize: memoryMegabytes,
      role: role.arn,
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
    },
    { ...options, dependsOn: rolePolicy },
    ["description", "packageType", "code", "handler", "runtime", "role", "region"],
  );
  return new LambdaFunction(resourceName(name, longestName), args, {
    ...changedOptions,
    // The description says which content it is; the provider itself would change code and description in place.
    replaceOnChanges: [...(changedOptions.replaceOnChanges ?? []), "description"],
    deleteBeforeReplace: false,
  });
}

/** What it is for, and which content it is. */
export function functionDescription(content: PendingContent): pulumi.Output<string> {
  return contentHash(content).apply((hash) => `${content.purpose.slice(0, longestDescription - 66)} ${hash}`);
}

/** The same for the same content, whatever the order of its files. */
export function contentHash({
  files,
  handler,
  timeoutSeconds,
  memoryMegabytes,
}: Omit<PendingContent, "purpose">): pulumi.Output<string> {
  return pulumi.output(files).apply((texts) => {
    const sorted = Object.entries(texts).toSorted(([one], [other]) => (one < other ? -1 : 1));
    return createHash("sha256")
      .update(JSON.stringify([functionRuntime, handler, timeoutSeconds, memoryMegabytes, sorted]))
      .digest("hex");
  });
}
