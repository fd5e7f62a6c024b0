import type { Bindings } from "../../api/binding/binding.ts";
import type { Api } from "../../api/checked-api.ts";
import type { Cache } from "./cache.ts";
import { authorizersOf, type RestAuthorizers } from "./document/authorizers.ts";
import { PREFIX } from "./document/extension.ts";
import { gatewayResponses } from "./document/gateway-responses.ts";
import { operations } from "./document/operations.ts";
import { resourcesOf } from "./document/resources.ts";
import { type AuthorizerArns, securitySchemes } from "./document/security.ts";
import { binaryMediaTypesOf, models, requestValidators } from "./document/validation.ts";

/** The name, version and description of an API. An import sets them from the document, so the arguments repeat them. */
export interface RestApiInfo {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/**
 * Compiles the document of a REST API: OpenAPI 3.0 with Amazon's extensions, in JSON.
 *
 * Each operation has its own security, since API Gateway ignores security at the root. There is no `ANY`, so a method that is not
 * declared reaches nothing. Results of authorizers are not cached, since a cached result would accept a token that has expired.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export function restApiDocument(
  api: Api,
  bindings: Bindings,
  info: RestApiInfo,
  arnOf: AuthorizerArns,
  cache?: Cache,
): string {
  const authorizers = authorizersOf(api);
  const document = {
    openapi: "3.0.1",
    info: {
      title: info.name,
      version: info.version,
      ...(info.description === "" ? {} : { description: info.description }),
    },
    [`${PREFIX}-api-key-source`]: "HEADER",
    ...binaryMediaTypes(api),
    [`${PREFIX}-gateway-responses`]: gatewayResponses(api),
    ...requestValidators(api),
    paths: Object.fromEntries(
      resourcesOf(api)
        .resources.filter(({ routes }) => routes.length > 0)
        .map((resource) => [resource.path, operations(resource, { api, bindings, authorizers, cache })]),
    ),
    ...components(api, authorizers, arnOf),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function binaryMediaTypes(api: Api): object {
  const types = binaryMediaTypesOf(api);
  return types.length === 0 ? {} : { [`${PREFIX}-binary-media-types`]: types };
}

function components(api: Api, authorizers: RestAuthorizers, arnOf: AuthorizerArns): object {
  const schemes = securitySchemes(api, authorizers, arnOf);
  const schemas = models(api);
  const parts = {
    ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
  };
  return Object.keys(parts).length === 0 ? {} : { components: parts };
}
