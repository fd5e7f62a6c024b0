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
 * Returns the content of a function that verifies the tokens of one requirement, for a token authorizer of a REST API. The authorizer does
 * not cache results (`authorizerResultTtlInSeconds: 0`), since a cached result would accept a token that has expired.
 *
 * @param binding the binding of the requirement's auth
 */
export function authorizerFunction(requirement: RestRequirement, binding: pulumi.Output<AuthBinding>): PendingContent {
  return {
    files: binding.apply((auth) => authorizerFiles(requirement, auth)),
    handler: authorizerHandler,
    timeoutSeconds: authorizerTimeoutSeconds,
    memoryMegabytes: authorizerMemoryMegabytes,
    purpose: `Polygate: checks the tokens of ${requirement.auth}.`,
  };
}
