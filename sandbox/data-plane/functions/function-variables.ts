import { randomUUID } from "node:crypto";
import type { AwsFunction } from "../aws/artefacts/function.ts";

/** The name in a function's ARN, `arn:aws:lambda:REGION:ACCOUNT:function:NAME`. */
export function functionName({ arn }: AwsFunction): string {
  return arn.split(":")[6] ?? arn;
}

/**
 * A function's environment variables: its own and those that Lambda defines. Credentials are left out, because the sandbox has no
 * cloud to use them with.
 *
 * @param root the folder of the function's files
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html, "Defined runtime environment variables"
 */
export function environmentVariables(target: AwsFunction, root: string): Readonly<Record<string, string>> {
  const name = functionName(target);
  const region = target.arn.split(":")[3] ?? "";
  const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  return {
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    ...target.environment,
    _HANDLER: target.handler,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[$LATEST]${randomUUID().replaceAll("-", "")}`,
    AWS_REGION: region,
    LAMBDA_TASK_ROOT: root,
    TZ: ":UTC",
  };
}
