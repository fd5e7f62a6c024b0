import { type Api, type ApiCors, type Limit, windowSeconds } from "../../api/checked-api.ts";
import { routePaths } from "./route-key.ts";

/** CORS in the form that both the document and the API's argument have. */
export interface HttpApiCors {
  readonly allowOrigins: string[];
  readonly allowMethods: string[];
  readonly allowHeaders: string[];
  readonly exposeHeaders: string[];
  /** In seconds. */
  readonly maxAge: number;
  readonly allowCredentials: boolean;
}

/** A throttle. Both numbers are always set: the provider sends a missing one as 0, which rejects every request. */
export interface HttpApiThrottle {
  readonly throttlingRateLimit: number;
  readonly throttlingBurstLimit: number;
}

/** The settings beside the document. They depend on no binding. */
export interface HttpApiSettings {
  readonly cors?: HttpApiCors;
  /** By route key. */
  readonly routeSettings: Readonly<Record<string, HttpApiThrottle>>;
}

/** What the API is called, in the document and in the API's arguments. An import sets it, and the provider would set other values back. */
export interface HttpApiInfo {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

export function infoOf(api: Api, name: string): HttpApiInfo {
  return { name, version: "1", description: api.title ?? "" };
}

export function settingsOf(api: Api): HttpApiSettings {
  const { keyOf } = routePaths(api);
  const throttles = api.routes.flatMap((route) =>
    route.limits.map((limit) => [keyOf(route), throttleOf(limit)] as const),
  );
  return {
    ...(api.cors === undefined ? {} : { cors: corsOf(api.cors) }),
    routeSettings: Object.fromEntries(throttles),
  };
}

/** The same in the document and in the API's argument, which an update applies after each import. */
export function corsOf(cors: ApiCors): HttpApiCors {
  return {
    allowOrigins: [...cors.origins],
    allowMethods: [...cors.methods],
    allowHeaders: [...cors.headers],
    exposeHeaders: [...cors.expose],
    maxAge: cors.maxAgeSeconds,
    allowCredentials: cors.credentials,
  };
}

/** A token bucket that holds the requests of one window and is refilled within one window. */
export function throttleOf({ requests, per, burst }: Limit): HttpApiThrottle {
  return { throttlingRateLimit: requests / windowSeconds[per], throttlingBurstLimit: burst ?? requests };
}
