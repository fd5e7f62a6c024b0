/** The methods a route can have. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

/** `METHOD /path`, e.g. `GET /orders/{id}` or `GET /catalog/{rest+}`. */
export type RouteKey = `${Method} /${string}`;

/** A backend that is reached by its public URL. */
export interface HttpBackend {
  readonly kind: "http";
}

/** Where requests go. What differs by place (its URL) is bound when a gateway is declared. */
export type Backend = HttpBackend;

/** A JSON Web Token of an issuer, which is bound when a gateway is declared. */
export interface JwtAuth {
  readonly kind: "jwt";
  /** A token's `aud` must hold at least one of these. Never empty. */
  readonly audiences: readonly string[];
}

/** No authentication, for a stated reason. */
export interface OpenAuth {
  readonly kind: "open";
  /** Why a route may be open; shown at every preview. */
  readonly reason: string;
}

/** What a request must show before it reaches a backend. */
export type Auth = JwtAuth | OpenAuth;

/** How often requests may pass. */
export interface Limit {
  /** Requests that pass within `per`, at least 1. */
  readonly requests: number;
  /** The window's length. */
  readonly per: "second" | "minute" | "hour" | "day";
  /** What shares one count: each route, the whole API, each consumer (the token's subject), or each client address. */
  readonly by: "route" | "api" | "consumer" | "ip";
  /** The most requests at one instant. Default: `requests`. Only for vendors with token buckets. */
  readonly burst?: number;
}

/** Changes to the headers that the backend sees. */
export interface RequestHeaders {
  /** Set to a fixed value, replacing what the client sent. */
  readonly set?: Readonly<Record<string, string>>;
  /** Removed before the request reaches the backend. */
  readonly remove?: readonly string[];
}

/** Cross-origin access for browsers; one policy for the whole API, as vendors have it. */
export interface Cors {
  /** Origins such as `https://shop.example.com`, or `["*"]`. */
  readonly origins: readonly string[];
  /** Default: the methods of the routes. */
  readonly methods?: readonly Method[];
  /** Request headers that a page may send. Default: `authorization`, `content-type`. */
  readonly headers?: readonly string[];
  /** Response headers that a page may read. Default: none. */
  readonly expose?: readonly string[];
  /** How long a browser may keep a preflight's answer, in seconds. Default: 600. */
  readonly maxAgeSeconds?: number;
  /** Whether cookies travel; not together with origin `*`. Default: false. */
  readonly credentials?: boolean;
}

interface RouteBase<A extends string> {
  /** The name of an auth. Default: the API's default auth. */
  readonly auth?: A;
  /** The token must hold at least one of these scopes (claim `scope` or `scp`). Never empty. Default: none asked. */
  readonly scopes?: readonly string[];
  /** Default: the API's default limits; `[]` for none. */
  readonly limits?: readonly Limit[];
}

/** A route that goes to a backend. */
export interface ProxyRoute<B extends string, A extends string> extends RouteBase<A> {
  /** The name of a backend. */
  readonly to: B;
  /** The path below the backend's URL, e.g. `/v2/{rest}`. Default: the route's own path. */
  readonly path?: string;
  /** How long the backend may take, in whole seconds. Default: the API's default, which is 15. */
  readonly timeoutSeconds?: number;
  readonly requestHeaders?: RequestHeaders;
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An answer that the gateway gives by itself. */
export interface Reply {
  /** 200 to 599. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when a string, as JSON otherwise. Default: empty. */
  readonly body?: Json;
}

/** A route that the gateway answers by itself. */
export interface ReplyRoute<A extends string> extends RouteBase<A> {
  readonly reply: Reply;
}

export type Route<B extends string = string, A extends string = string> = ProxyRoute<B, A> | ReplyRoute<A>;

export type Backends = Readonly<Record<string, Backend>>;
export type Auths = Readonly<Record<string, Auth>>;

/** What holds for every route that does not say otherwise. */
export interface Defaults<A extends string = string> {
  readonly auth?: A;
  readonly limits?: readonly Limit[];
  /** In whole seconds. Default: 15. */
  readonly timeoutSeconds?: number;
}

/**
 * What an API is: plain JSON, the same on every cloud, in every region and environment. What differs by place is bound
 * when a gateway is declared.
 */
export interface Description<Bs extends Backends = Backends, As extends Auths = Auths> {
  readonly version: 1;
  /** A name for people. Default: the gateway's name. */
  readonly title?: string;
  readonly backends: Bs;
  readonly auth: As;
  readonly default?: Defaults<keyof As & string>;
  readonly cors?: Cors;
  readonly routes: Readonly<Record<RouteKey, Route<keyof Bs & string, keyof As & string>>>;
}

/** A backend that is reached by its public URL. */
export function http(): HttpBackend {
  return { kind: "http" };
}

/**
 * Asks for a JSON Web Token: signed by the bound issuer, in date, and for one of `audiences`.
 *
 * @example
 * ```ts
 * import { jwt } from "polygate";
 *
 * const staff = jwt({ audiences: ["orders"] });
 * ```
 */
export function jwt(options: { readonly audiences: readonly string[] }): JwtAuth {
  return { kind: "jwt", audiences: options.audiences };
}

/**
 * Lets everybody in, for a stated reason. The only way to a route without authentication.
 *
 * @example
 * ```ts
 * import { open } from "polygate";
 *
 * const anyone = open("public catalogue");
 * ```
 */
export function open(reason: string): OpenAuth {
  return { kind: "open", reason };
}
