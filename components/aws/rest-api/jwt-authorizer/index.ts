import type * as pulumi from "@pulumi/pulumi";
import type { AuthBinding } from "../../../api/binding/binding.ts";
import type { PendingContent } from "../../function/immutable-function.ts";
import type { RestRequirement } from "../document/requirement.ts";
import {
  authorizerFiles,
  authorizerHandler,
  authorizerMemoryMegabytes,
  authorizerTimeoutSeconds,
} from "./deployment-package.ts";

/**
 * A function that checks the tokens of one requirement, for a token authorizer of a REST API that keeps no results
 * (`authorizerResultTtlInSeconds: 0`: a result that is kept would let a token in that has expired).
 *
 * @param binding of the requirement's auth
 */
export function authorizerFunction(requirement: RestRequirement, binding: pulumi.Output<AuthBinding>): PendingContent {
  return {
    files: binding.apply((known) => authorizerFiles(requirement, known)),
    handler: authorizerHandler,
    timeoutSeconds: authorizerTimeoutSeconds,
    memoryMegabytes: authorizerMemoryMegabytes,
    purpose: `Polygate: checks the tokens of ${requirement.auth}.`,
  };
}
