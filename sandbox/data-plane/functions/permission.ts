import type { AwsFunction } from "../aws/artefacts/function.ts";
import { matchesArn } from "../aws/shared/iam/wildcard.ts";

const API_GATEWAY = "apigateway.amazonaws.com";

/**
 * Whether a function's resource policy lets API Gateway invoke it for a source, e.g.
 * `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/GET/orders`. The condition that `lambda:AddPermission` makes of a source ARN
 * is ArnLike (docs.aws.amazon.com, lambda, access-control-resource-based); one without any allows every source.
 */
export function mayInvoke(called: AwsFunction, sourceArn: string): boolean {
  return called.permissions.some(
    ({ principal, sourceArn: pattern }) =>
      (principal === API_GATEWAY || principal === "*") && (pattern === undefined || matchesArn(pattern, sourceArn)),
  );
}
