import { RestApi, type RestApiArgs, RestApiPut, type RestApiPutArgs } from "@pulumi/aws/apigateway/index.js";
import * as pulumi from "@pulumi/pulumi";
import { transformed } from "../../../gateway/transform.ts";
import { withEndpoint } from "../../domain/default-endpoint.ts";
import type { Exposure, ExposureParts, Served } from "./exposure.ts";
import { urlThrough } from "./private-to.ts";
import { withPolicy } from "./resource-policy.ts";

/** The document, which also names the VPC endpoints that the API is associated with, and its policy. */
export function privateDocument(document: string, endpoints: readonly string[], policy: string): string {
  return withPolicy(withEndpoint(document, { vpcEndpointIds: [...endpoints] }), policy);
}

/** What a private API says in its document alone. */
interface PrivateSettings {
  /** The ids of the VPC endpoints that lead to it. */
  readonly endpoints: pulumi.Output<readonly string[]>;
  readonly policy: pulumi.Output<string>;
  /** Resolves once it is known that the API is not a public one. */
  readonly allowed: pulumi.Output<true>;
}

/** An API that answers through VPC endpoints. */
export function privateExposure(parts: ExposureParts, { endpoints, policy, allowed }: PrivateSettings): Exposure {
  return {
    served: pulumi.all([endpoints, policy, allowed]).apply(
      ([ids, stated]): Served =>
        (document) =>
          privateDocument(document, ids, stated),
    ),
    declare(body) {
      const { name, apiName, parent, transform } = parts;
      const [args, options] = transformed<RestApiArgs>(
        transform.api,
        privateApiArgs(apiName, allowed),
        { parent },
        privateApiFixed,
      );
      const made = new RestApi(`${name}-api`, args, options);
      // An import that nothing is patched after sets how bodies are read to what the document says.
      return { made, imported: restApiImport(parts, made, body), restApi: made.id, args };
    },
    urls: (api, invokeUrl) =>
      pulumi
        .all([endpoints, api, invokeUrl])
        .apply(([ids, apiId, url]) => Object.fromEntries(ids.map((id) => [id, urlThrough(id, apiId, url)]))),
  };
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
function privateApiArgs(name: string, allowed: pulumi.Output<true>): RestApiArgs {
  return {
    name,
    // Plan-time validation of the provider's: a private API is dualstack.
    endpointConfiguration: allowed.apply(() => ({ types: "PRIVATE", ipAddressType: "dualstack" })),
  };
}

/** What a transform leaves as it is: what an import would set back. */
const privateApiFixed = [
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
function restApiImport(
  { name, parent, transform }: ExposureParts,
  api: RestApi,
  body: pulumi.Output<string>,
): RestApiPut {
  const [args, options] = transformed<RestApiPutArgs>(
    transform.import,
    { restApiId: api.id, body, failOnWarnings: true },
    // What is served is a deployment of what was imported: the old import goes after the new one.
    { parent, deleteBeforeReplace: false },
    ["restApiId", "body", "failOnWarnings", "parameters", "region"],
  );
  return new RestApiPut(`${name}-import`, args, options);
}
