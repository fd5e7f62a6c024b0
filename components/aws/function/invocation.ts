import { Permission, type PermissionArgs } from "@pulumi/aws/lambda/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../../gateway/transform.ts";
import { resourceName } from "../resource-name.ts";

/** Of a statement in a function's policy: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html, StatementId. */
const longestStatementId = 100;

/**
 * Lets API Gateway invoke a function for one source: an API and its stage, or its authorizers. A permission belongs to one
 * function, so another function gets another permission, before the one of the old function goes.
 *
 * @param sourceArn e.g. `<executionArn>/$default/*`: the API's stage, every method and path
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
 */
export function invocationPermission(
  name: string,
  functionArn: pulumi.Input<string>,
  sourceArn: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
  transform?: Transform<PermissionArgs>,
): Permission {
  const [args, changedOptions] = transformed<PermissionArgs>(
    transform,
    { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", function: functionArn, sourceArn },
    options,
    ["action", "principal", "function", "sourceArn", "qualifier", "region"],
  );
  return new Permission(resourceName(name, longestStatementId), args, changedOptions);
}
