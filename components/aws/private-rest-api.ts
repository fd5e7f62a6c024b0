import { type RestApi, type RestApiArgs, RestApiPut, type RestApiPutArgs } from "@pulumi/aws/apigateway/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "../transform.ts";
import { withEndpoint } from "./default-endpoint.ts";
import { withPolicy } from "./resource-policy.ts";

/** The document, which also names the VPC endpoints that the API is associated with, and its policy. */
export function privateDocument(document: string, endpoints: readonly string[], policy: string): string {
  return withPolicy(withEndpoint(document, { vpcEndpointIds: [...endpoints] }), policy);
}

/**
 * The arguments of a private API: what an import cannot say, and nothing else.
 *
 * With `body`, the provider patches the API after each import, of what its arguments say and always of binary media types; and to a
 * private API, which is busy with its endpoints by then, that patch fails: "There is already an update in progress"
 * (hashicorp/terraform-provider-aws#45905, open). So the document is imported by a resource of its own, which patches nothing
 * (internal/service/apigateway/rest_api_put.go); and what an import sets stands in the document alone, since an argument that changes with
 * it would be an update right before the import.
 */
export function privateApiArgs(name: string, allowed: pulumi.Output<true>): RestApiArgs {
  return {
    name,
    // Plan-time validation of the provider's: a private API is dualstack.
    endpointConfiguration: allowed.apply(() => ({ types: "PRIVATE", ipAddressType: "dualstack" })),
  };
}

/** What a transform leaves as it is: what an import would set back. */
export const privateApiFixed = [
  "apiKeySource",
  "binaryMediaTypes",
  "body",
  "description",
  "disableExecuteApiEndpoint",
  "endpointConfiguration",
  "failOnWarnings",
  "minimumCompressionSize",
  "name",
  "parameters",
  "policy",
  "putRestApiMode",
  "region",
] as const satisfies readonly (keyof RestApiArgs)[];

/**
 * The import of a private API's document. Another document is another import; the one before does nothing when it goes.
 *
 * One that fails leaves no trace in the state, so that the next update does it again (a resource of the provider's newer framework,
 * which keeps nothing of a failed creation), other than a `body` of the API's (see `last-import.ts`).
 */
export function restApiImport(
  parts: {
    readonly name: string;
    readonly parent: pulumi.Resource;
    readonly transform: { readonly import?: Transform<RestApiPutArgs> };
  },
  api: RestApi,
  body: pulumi.Output<string>,
): RestApiPut {
  const { name, parent, transform } = parts;
  const [args, options] = transformed<RestApiPutArgs>(
    transform.import,
    { restApiId: api.id, body, failOnWarnings: true },
    // What is served is a deployment of what was imported: the old import goes after the new one.
    { parent, deleteBeforeReplace: false },
    ["restApiId", "body", "failOnWarnings", "parameters", "region"],
  );
  return new RestApiPut(`${name}-import`, args, options);
}
