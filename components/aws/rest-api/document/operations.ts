import type { Bindings } from "../../../api/binding/binding.ts";
import { type Api, type ApiRoute, operationKey } from "../../../api/checked-api.ts";
import { vendorName } from "../../../gateway/names.ts";
import type { Cache } from "../cache.ts";
import type { RestAuthorizers } from "./authorizers.ts";
import { type CacheKey, cacheKey } from "./cache-key.ts";
import { PREFIX } from "./extension.ts";
import { proxyIntegration } from "./integration.ts";
import { preflightMock, type RestMock, replyMock } from "./mock.ts";
import { type OperationParameter, operationParameter } from "./parameter.ts";
import type { RestResource } from "./resources.ts";
import { security } from "./security.ts";
import { requiredParameters, validation } from "./validation.ts";

/** What the operations of all resources depend on. */
export interface OperationsInput {
  readonly api: Api;
  readonly bindings: Bindings;
  readonly authorizers: RestAuthorizers;
  readonly cache: Cache | undefined;
}

/** Returns the operations of a resource by method: one for each route, and one for CORS preflights. */
export function operations(resource: RestResource, { api, bindings, authorizers, cache }: OperationsInput): object {
  const { cors } = api;
  const routes = resource.routes.map((route): [string, object] => {
    const key = cacheKeyOf(route, resource, api, cache);
    const members = {
      summary: operationKey(route),
      ...security(route, authorizers),
      ...validation(route),
      ...(route.kind === "reply"
        ? mocked(replyMock(route, cors))
        : {
            responses: { "200": { description: "The backend's answer, whatever its status" } },
            [`${PREFIX}-integration`]: { ...proxyIntegration(route, resource, bindings), ...key?.members },
          }),
    };
    return [route.method.toLowerCase(), operation(resource, route.method, parametersOf(route, resource, key), members)];
  });
  if (cors === undefined) return Object.fromEntries(routes);
  const preflight = operation(resource, "OPTIONS", pathParameters(resource), {
    summary: "CORS preflight",
    ...mocked(preflightMock(cors)),
  });
  return Object.fromEntries([...routes, ["options", preflight]]);
}

function cacheKeyOf(route: ApiRoute, resource: RestResource, api: Api, cache: Cache | undefined): CacheKey | undefined {
  if (cache === undefined || route.kind === "reply" || route.method !== "GET") return undefined;
  return cacheKey(route, resource, api, cache, operationId(resource, route.method));
}

function mocked({ responses, integration }: RestMock): object {
  return { responses, [`${PREFIX}-integration`]: integration };
}

/** Returns the parameters of a route's operation at one of its resources. Each needs a name of its own. */
export function routeParameters(
  route: ApiRoute,
  resource: RestResource,
  api: Api,
  cache: Cache | undefined,
): readonly OperationParameter[] {
  return parametersOf(route, resource, cacheKeyOf(route, resource, api, cache));
}

function parametersOf(
  route: ApiRoute,
  resource: RestResource,
  key: CacheKey | undefined,
): readonly OperationParameter[] {
  return [...pathParameters(resource), ...requiredParameters(route), ...(key?.parameters ?? [])];
}

function operation(
  resource: RestResource,
  method: string,
  parameters: readonly OperationParameter[],
  members: object,
): object {
  return {
    operationId: operationId(resource, method),
    ...members,
    ...(parameters.length === 0 ? {} : { parameters }),
  };
}

function pathParameters({ segments }: RestResource): readonly OperationParameter[] {
  return segments.flatMap((segment) =>
    segment.kind === "literal" ? [] : [operationParameter(segment.name, "path", true)],
  );
}

function operationId({ path }: RestResource, method: string): string {
  return vendorName(`${method} ${path}`, { longest: 64, separator: "_" });
}
