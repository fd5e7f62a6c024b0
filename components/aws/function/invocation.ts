import type { PermissionArgs } from "@pulumi/aws/lambda/index.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import type * as pulumi from "@pulumi/pulumi";
import type { ChildTransform } from "../../gateway/child-transform.ts";
import { resourceName } from "../resource-name.ts";

/** The maximum length of a statement's id in a function's policy: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, StatementId. */
const longestStatementId = 100;

/**
 * Declares the permission of API Gateway to invoke a function from one source: a stage of an API, or its authorizers. When the function
 * is replaced, the new one gets its permission before the old one loses it.
 *
 * @param sourceArn e.g. `<executionArn>/$default/*` for all methods and paths of a stage
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
 */
export function invocationPermission(
  name: string,
  functionArn: pulumi.Input<string>,
  sourceArn: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
  transform: ChildTransform<PermissionArgs>,
): Permission {
  return transform.declare(
    Permission,
    resourceName(name, longestStatementId),
    { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", function: functionArn, sourceArn },
    options,
  );
}
