import type { Auths } from "./description/auth.ts";
import type { Backends } from "./description/backend.ts";
import type { Cors } from "./description/cors.ts";
import type { Limit, Plans } from "./description/limit.ts";
import type { Route } from "./description/route.ts";
import type { RouteKey } from "./description/route-key.ts";

export * from "./description/auth.ts";
export * from "./description/backend.ts";
export type * from "./description/cors.ts";
export type * from "./description/limit.ts";
export type * from "./description/request-shape.ts";
export type * from "./description/route.ts";
export type * from "./description/route-key.ts";
export type { BackendTrust, TrustKind } from "./description/trust.ts";

/** A requirement of an OpenAPI document that the gateway does not check. */
export interface Unchecked {
  /** What is not checked, one line, e.g. `the security scheme "basic"`. */
  readonly what: string;
  /** Why that is safe, one line. */
  readonly reason: string;
  /** The keys of the routes, at least one. */
  readonly routes: readonly string[];
  /**
   * The places in the document that require it.
   * @default none, where it is about routes as a whole
   */
  readonly places?: readonly string[];
}

/** What a reviewer of an OpenAPI document needs to know about routes. */
export interface Note {
  /** One line. */
  readonly what: string;
  /** The keys of the routes, at least one. */
  readonly routes: readonly string[];
}

/** Defaults for every route that does not set its own. */
export interface Defaults<A extends string = string> {
  /**
   * The name of an auth.
   * @default none; then each route must name one
   */
  readonly auth?: A;
  /**
   * Limits of every route. A route's own limits replace them all.
   * @default none
   */
  readonly limits?: readonly Limit[];
  /**
   * How long a backend may take, in whole seconds, 1 to 3,600.
   * @default 15
   */
  readonly timeoutSeconds?: number;
}

/**
 * What an API is: plain JSON, the same on every cloud, in every region and environment. URLs, functions, links and issuers differ
 * by environment and are bound when a gateway is declared.
 */
export interface Description<
  Bs extends Backends = Backends,
  As extends Auths = Auths,
  Ps extends Plans = Plans,
  Ks extends RouteKey = RouteKey,
> {
  /** The version of the description's format. */
  readonly version: 1;
  /**
   * A title for people, one line.
   * @default the gateway's name
   */
  readonly title?: string;
  /** Where requests go, by name; `{}` if every route has a reply. */
  readonly backends: Bs;
  /** What requests must present, by name. */
  readonly auth: As;
  /**
   * Defaults for every route that does not set its own.
   * @default no auth, no limits, 15 seconds
   */
  readonly default?: Defaults<keyof As & string>;
  /**
   * Cross-origin access for browsers.
   * @default none; then a preflight is a request like any other
   */
  readonly cors?: Cors;
  /** What consumers of API keys may call, by name. At least one if a route requires a key; an error if no route does. */
  readonly plans?: Ps;
  /**
   * Extensions of an OpenAPI document that protect routes and are not read, each with the reason why that is safe. They change
   * nothing: reports show them. `fromOpenApi` sets it from `ignore`.
   * @default none
   */
  readonly ignored?: Readonly<Record<string, string>>;
  /**
   * What an OpenAPI document requires and the gateway does not check, each with the reason why that is safe. They change nothing:
   * reports show them. `fromOpenApi` sets it from `answers`.
   * @default none
   */
  readonly unchecked?: readonly Unchecked[];
  /**
   * What was read from an OpenAPI document in another way than its text, or is required in another way. They change nothing:
   * reports show them. `fromOpenApi` sets it.
   * @default none
   */
  readonly notes?: readonly Note[];
  /** What clients can call, at least one. */
  readonly routes: Readonly<Record<Ks, Route<keyof Bs & string, keyof As & string>>>;
}
