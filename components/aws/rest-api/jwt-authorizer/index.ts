import type * as pulumi from "@pulumi/pulumi";
import type { Bindings } from "../../../api/binding/binding.ts";
import type { Api } from "../../../api/checked-api.ts";
import type { PendingContent } from "../../function/immutable-function.ts";
import type { RestAuthorizer } from "../document/authorizers.ts";
import {
  authorizerFiles,
  authorizerHandler,
  authorizerMemoryMegabytes,
  authorizerTimeoutSeconds,
  contentOf,
} from "./deployment-package.ts";

/**
 * Returns the content of the function of an authorizer. The authorizer does not cache results (`authorizerResultTtlInSeconds: 0`), since a
 * cached result would accept a token that has expired.
 */
export function authorizerFunction(
  authorizer: RestAuthorizer,
  api: Api,
  bindings: pulumi.Output<Bindings>,
): PendingContent {
  const auths = [...new Set(authorizer.requirements.map(({ auth }) => auth))];
  return {
    files: bindings.apply((values) => authorizerFiles(contentOf(authorizer, api, values))),
    handler: authorizerHandler,
    timeoutSeconds: authorizerTimeoutSeconds,
    memoryMegabytes: authorizerMemoryMegabytes,
    purpose: `Polygate: checks the tokens of ${auths.join(", ")}.`,
  };
}
