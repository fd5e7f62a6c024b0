import type { RestApiArgs } from "@pulumi/aws/apigateway/index.js";
import { RestApi } from "@pulumi/aws/apigateway/restApi.js";
import { RestApiPut } from "@pulumi/aws/apigateway/restApiPut.js";
import * as pulumi from "@pulumi/pulumi";
import type { Api } from "../../../api/checked-api.ts";
import { withEndpoint } from "../../domain/default-endpoint.ts";
import type { RestApiOwner } from "../owner.ts";
import { privateApiRule } from "../transform-rules.ts";
import { urlThrough } from "./endpoint-ids.ts";
import type { CompleteDocument, DeclaredApi, Exposure } from "./exposure.ts";
import { privatePolicy } from "./private-policy.ts";
import { withPolicy } from "./resource-policy.ts";

interface PrivateSettings {
  readonly api: Api;
  /** The ids of the VPC endpoints that lead to the API. */
  readonly endpoints: pulumi.Output<readonly string[]>;
  /** The networks that may send requests; undefined for all. */
  readonly cidrs: readonly string[] | undefined;
  /** Resolves once it is certain that the existing API, if any, is private. */
  readonly checked: pulumi.Output<true>;
}

/** Exposes an API through VPC endpoints only. A resource of its own imports the document. */
export function privateExposure(owner: RestApiOwner, settings: PrivateSettings): Exposure {
  const { api, endpoints, cidrs, checked } = settings;
  const policy = endpoints.apply((ids) => privatePolicy(api, ids, cidrs));
  return {
    complete: pulumi.all([endpoints, policy, checked]).apply(
      ([ids, policyText]): CompleteDocument =>
        (document) =>
          privateDocument(document, ids, policyText),
    ),
    declare: (document) => declarePrivateApi(owner, checked, document),
    urls: (apiId, invokeUrl) =>
      pulumi
        .all([endpoints, apiId, invokeUrl])
        .apply(([ids, api, url]) => Object.fromEntries(ids.map((id) => [id, urlThrough(id, api, url)]))),
  };
}

/** Adds the VPC endpoints of a private API and its policy to a document. */
export function privateDocument(document: string, endpoints: readonly string[], policy: string): string {
  return withPolicy(withEndpoint(document, { vpcEndpointIds: [...endpoints] }), policy);
}

function declarePrivateApi(
  owner: RestApiOwner,
  checked: pulumi.Output<true>,
  document: pulumi.Output<string>,
): DeclaredApi {
  const { name, apiName, parent, transform } = owner;
  const child = `${name}-api`;
  const [args, options] = transform.api
    .under(privateApiRule)
    .apply(child, privateApiArgs(apiName, checked), { parent });
  const restApi = new RestApi(child, args, options);
  // The API always treats bodies as the document says, since the provider changes nothing after this import.
  return { restApi, imported: declareImport(owner, restApi, document), restApiId: restApi.id, args };
}

/**
 * Returns the arguments of a private API: only what an import cannot set.
 *
 * With `body`, the provider patches the API after each import: everything in its arguments, and always the binary media types. A private
 * API is then still busy with its endpoints, so the patch fails: "There is already an update in progress"
 * (hashicorp/terraform-provider-aws#45905, open). The document is therefore imported by a resource that patches nothing
 * (internal/service/apigateway/rest_api_put.go). What an import sets is in the document only: as an argument that changes with the
 * document, it would cause an update right before the import.
 */
function privateApiArgs(name: string, checked: pulumi.Output<true>): RestApiArgs {
  return {
    name,
    // The provider requires a private API to be dualstack, at preview.
    endpointConfiguration: checked.apply(() => ({ types: "PRIVATE", ipAddressType: "dualstack" })),
  };
}

/**
 * Declares the import of a private API's document. A changed document is a new import; deleting the old one has no effect.
 *
 * A failed import is not in the state, so the next update repeats it: the provider's newer framework discards a resource whose creation
 * failed. The `body` of an API is different (see `last-import.ts`).
 */
function declareImport(
  { name, parent, transform }: RestApiOwner,
  restApi: RestApi,
  document: pulumi.Output<string>,
): RestApiPut {
  return transform.import.declare(
    RestApiPut,
    `${name}-import`,
    { restApiId: restApi.id, body: document, failOnWarnings: true },
    // A deployment of the old import is served, so the old import is deleted after the new one is created.
    { parent, deleteBeforeReplace: false },
  );
}
