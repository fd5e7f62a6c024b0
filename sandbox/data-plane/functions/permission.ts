import type { AwsFunction } from "../aws/artefacts/function.ts";
import { matchesArn } from "../aws/shared/iam/wildcard.ts";

const API_GATEWAY = "apigateway.amazonaws.com";

/**
 * Whether a function's resource policy lets API Gateway invoke it for a source, e.g.
 * `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/GET/orders`. `lambda:AddPermission` turns a source ARN into an ArnLike condition; a
 * permission without one allows every source.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function mayInvoke(target: AwsFunction, sourceArn: string): boolean {
  return target.permissions.some(
    ({ principal, sourceArn: pattern }) =>
      (principal === API_GATEWAY || principal === "*") && (pattern === undefined || matchesArn(pattern, sourceArn)),
  );
}
