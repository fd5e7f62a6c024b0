import type * as pulumi from "@pulumi/pulumi";
import { audiencesOf, type Bindings, bound } from "../../../api/binding/binding.ts";
import type { Api } from "../../../api/checked-api.ts";
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
 */
export function authorizerFunction(
  requirement: RestRequirement,
  api: Api,
  bindings: pulumi.Output<Bindings>,
): PendingContent {
  const { auth } = requirement;
  return {
    files: bindings.apply((values) =>
      authorizerFiles({ ...requirement, audiences: audiencesOf(api, values, auth) }, bound(values.auth, auth)),
    ),
    handler: authorizerHandler,
    timeoutSeconds: authorizerTimeoutSeconds,
    memoryMegabytes: authorizerMemoryMegabytes,
    purpose: `Polygate: checks the tokens of ${requirement.auth}.`,
  };
}
