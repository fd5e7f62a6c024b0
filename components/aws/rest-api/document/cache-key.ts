import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import type { RouteKey } from "../../../api/description.ts";
import type { Cache } from "../cache.ts";
import { type OperationParameter, operationParameter } from "./parameter.ts";
import type { RestResource } from "./resources.ts";

/** Headers that can identify a caller. A response to one caller must not reach another. */
const callerHeaders = ["authorization", "cookie", "x-api-key"];

/** What the responses of a route depend on. */
export interface CacheKey {
  /** The parameters that the operation has to declare. */
  readonly parameters: readonly OperationParameter[];
  /** The members of the integration. */
  readonly members: object;
}

/**
 * Returns the cache key of a route: its path, the caller, and what the route's cache settings list. It contains all values of a parameter or
 * header that occurs several times, since the backend decides which of them it reads.
 *
 * A stage that is created with a cache stores the response to every GET until its settings exist. Routes that are not cached therefore have
 * a key too, so that a response for one caller never reaches another.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function cacheKey(route: ApiRoute, resource: RestResource, api: Api, cache: Cache, namespace: string): CacheKey {
  const settings = Object.hasOwn(cache.routes, route.key) ? cache.routes[route.key as RouteKey] : undefined;
  const { query = [], headers = [] } = settings ?? {};
  const names = [
    ...new Set([
      ...callerHeaders,
      ...(api.cors === undefined ? [] : ["origin"]),
      ...headers.map((name) => name.toLowerCase()),
    ]),
  ];
  const required = { query: route.request?.query ?? [], headers: route.request?.headers ?? [] };
  return {
    parameters: [
      ...query.filter((name) => !required.query.includes(name)).map((name) => operationParameter(name, "query", false)),
      ...names
        .filter((name) => !required.headers.includes(name))
        .map((name) => operationParameter(name, "header", false)),
    ],
    members: {
      cacheNamespace: namespace,
      cacheKeyParameters: [
        ...resource.segments.flatMap((one) => (one.kind === "literal" ? [] : [`method.request.path.${one.name}`])),
        ...query.map((name) => `method.request.multivaluequerystring.${name}`),
        ...names.map((name) => `method.request.multivalueheader.${name}`),
      ],
    },
  };
}
