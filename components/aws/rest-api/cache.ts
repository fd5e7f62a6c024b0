import type { ApiRoute } from "../../api/checked-api.ts";
import type { RouteKey } from "../../api/description.ts";

/** The sizes in gigabytes that AWS offers: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export const cacheSizes = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"] as const;

/** How long the responses of a route are cached, and which parts of a request they depend on. */
export interface CachedRoute {
  /** How long a response is cached, in whole seconds from 1 to 3,600. */
  readonly ttlSeconds: number;
  /**
   * Query parameters that a response depends on. A cached response is returned to every request with the same values of these parameters,
   * so list each parameter that the backend reads.
   *
   * @default none
   */
  readonly query?: readonly string[];
  /**
   * Headers that a response depends on, in addition to those that identify the caller, which are always part of the key
   * (`authorization`, `cookie`, `x-api-key`, and with `cors` also `origin`).
   *
   * @default none
   */
  readonly headers?: readonly string[];
}

/**
 * A cache of responses. AWS charges for it by the hour, whether or not it is used.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 *
 * @example
 * ```ts
 * import { defineApi, http, open } from "polygate";
 * import { AwsRestApi } from "polygate/aws";
 *
 * new AwsRestApi("shop", {
 *   api: defineApi({
 *     version: 1,
 *     backends: { catalog: http() },
 *     auth: { anyone: open("an example") },
 *     routes: { "GET /prices": { to: "catalog", auth: "anyone" } },
 *   }),
 *   backends: { catalog: { url: "https://catalog.example.com" } },
 *   cache: { sizeGb: "0.5", routes: { "GET /prices": { ttlSeconds: 60, query: ["currency"] } } },
 * });
 * ```
 */
export interface Cache {
  /** The size in gigabytes: one of those that AWS offers. */
  readonly sizeGb: (typeof cacheSizes)[number];
  /**
   * The routes whose responses are cached, at least one. Each has to be an open route with the method GET and a backend. Responses of
   * other routes are never cached.
   */
  readonly routes: Readonly<Record<RouteKey, CachedRoute>>;
}

/** Returns how long a route's responses are cached, in seconds; 0 for not at all. */
export function secondsOf({ key }: ApiRoute, { routes }: Cache): number {
  return Object.hasOwn(routes, key) ? (routes[key as RouteKey]?.ttlSeconds ?? 0) : 0;
}
