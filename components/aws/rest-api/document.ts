import type { Bindings } from "../../api/binding/binding.ts";
import { type Api, type ApiRoute, asksForKey } from "../../api/checked-api.ts";
import { vendorName } from "../../gateway/names.ts";
import { invocationUri } from "../function/invocation-uri.ts";
import type { Cache } from "./cache.ts";
import { cacheKey } from "./document/cache-key.ts";
import { gatewayResponses } from "./document/gateway-responses.ts";
import { proxyIntegration } from "./document/integration.ts";
import { preflightMock, type RestMock, replyMock } from "./document/mock.ts";
import { authorizerName, type RestRequirement, requirementOf, requirementsOf } from "./document/requirement.ts";
import { type RestResource, resourcesOf } from "./document/resources.ts";
import {
  binaryMediaTypesOf,
  models,
  requestValidators,
  requiredParameters,
  validation,
} from "./document/validation.ts";

const PREFIX = "x-amazon-apigateway";
/** The name that AWS's documentation uses for the scheme of API keys. No authorizer's name ends like this. */
const KEY = "api_key";

/** The name, version and description of an API. An import sets them from the document, so the arguments repeat them. */
export interface RestApiInfo {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** Returns the ARN of the function that verifies a requirement. */
export type Authorizers = (requirement: RestRequirement) => string;

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
  authorizers: Authorizers,
  cache?: Cache,
): string {
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
        .map((resource) => [resource.path, operations(resource, api, bindings, cache)]),
    ),
    ...components(api, authorizers),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function binaryMediaTypes(api: Api): object {
  const types = binaryMediaTypesOf(api);
  return types.length === 0 ? {} : { [`${PREFIX}-binary-media-types`]: types };
}

function operations(resource: RestResource, api: Api, bindings: Bindings, cache: Cache | undefined): object {
  const { cors } = api;
  const routes = resource.routes.map((route): [string, object] => {
    const key =
      cache === undefined || route.kind === "reply" || route.method !== "GET"
        ? undefined
        : cacheKey(route, resource, api, cache, operationId(resource, route.method));
    return [
      route.method.toLowerCase(),
      operation(resource, route.method, [...requiredParameters(route), ...(key?.parameters ?? [])], {
        summary: route.key,
        ...security(route),
        ...validation(route),
        ...(route.kind === "reply"
          ? mocked(replyMock(route, cors))
          : {
              responses: { "200": { description: "The backend's answer, whatever its status" } },
              [`${PREFIX}-integration`]: { ...proxyIntegration(route, resource, bindings), ...key?.members },
            }),
      }),
    ];
  });
  if (cors === undefined) return Object.fromEntries(routes);
  const preflight = operation(resource, "OPTIONS", [], { summary: "CORS preflight", ...mocked(preflightMock(cors)) });
  return Object.fromEntries([...routes, ["options", preflight]]);
}

function mocked({ responses, integration }: RestMock): object {
  return { responses, [`${PREFIX}-integration`]: integration };
}

function operation(
  { path, segments }: RestResource,
  method: string,
  required: readonly object[],
  members: object,
): object {
  const parameters = [
    ...segments.flatMap((segment) =>
      segment.kind === "literal"
        ? []
        : [{ name: segment.name, in: "path", required: true, schema: { type: "string" } }],
    ),
    ...required,
  ];
  return {
    operationId: operationId({ path }, method),
    ...members,
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function operationId({ path }: Pick<RestResource, "path">, method: string): string {
  return vendorName(`${method} ${path}`, { longest: 64, separator: "_" });
}

/**
 * Returns the security of an operation.
 *
 * A token and a key are two entries, the token first, as AWS SAM writes them: API Gateway requires both, although in OpenAPI two entries are
 * alternatives (github.com/aws/serverless-application-model, samtranslator/swagger). A signature is the method's authorization type
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html).
 */
function security(route: ApiRoute): object {
  const requirement = requirementOf(route);
  const entries = [
    ...(requirement === undefined ? [] : [{ [authorizerName(requirement)]: [] }]),
    ...(asksForKey(route.auth) ? [{ [KEY]: [] }] : []),
  ];
  if (entries.length > 0) return { security: entries };
  if (route.auth.kind === "open") return {};
  if (route.auth.kind === "iam") return { [`${PREFIX}-auth`]: { type: "AWS_IAM" } };
  throw new RangeError(`"${route.key}" would be open`);
}

function components(api: Api, authorizers: Authorizers): object {
  const schemes = {
    ...Object.fromEntries(
      requirementsOf(api).map((requirement) => [authorizerName(requirement), tokenScheme(authorizers(requirement))]),
    ),
    ...(api.routes.some(({ auth }) => asksForKey(auth))
      ? { [KEY]: { type: "apiKey", name: "x-api-key", in: "header" } }
      : {}),
  };
  const schemas = models(api);
  const parts = {
    ...(Object.keys(schemes).length === 0 ? {} : { securitySchemes: schemes }),
    ...(Object.keys(schemas).length === 0 ? {} : { schemas }),
  };
  return Object.keys(parts).length === 0 ? {} : { components: parts };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html */
function tokenScheme(functionArn: string): object {
  return {
    type: "apiKey",
    name: "Authorization",
    in: "header",
    [`${PREFIX}-authtype`]: "custom",
    [`${PREFIX}-authorizer`]: {
      type: "token",
      authorizerUri: invocationUri(functionArn),
      identitySource: "method.request.header.Authorization",
      authorizerResultTtlInSeconds: 0,
    },
  };
}
