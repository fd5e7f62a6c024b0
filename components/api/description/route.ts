import type { Limit } from "./limit.ts";
import type { RequestShape } from "./request-shape.ts";

/**
 * The scopes that a token must have, in the claim `scope` or `scp`: a list of which one is enough, or `{ all: [...] }`, all of which it
 * must have.
 */
export type Scopes = readonly string[] | { readonly all: readonly string[] };

/** The members of every route. */
interface RouteBase<A extends string> {
  /**
   * The name of an auth.
   * @default the API's default auth; it is an error if there is none
   */
  readonly auth?: A;
  /**
   * The token must have at least one of these scopes (claim `scope` or `scp`), or each scope of `{ all: [...] }`. An empty list is an
   * error, and so are scopes on a route that requires no token.
   * @default none required
   */
  readonly scopes?: Scopes;
  /**
   * How often the route may be called; `[]` sets no limit.
   * @default the API's default limits
   */
  readonly limits?: readonly Limit[];
  /**
   * What a request must look like. Any other request is refused with 400 before it reaches a backend, but only after it has
   * passed the route's auth.
   * @default anything
   */
  readonly request?: RequestShape;
}

/**
 * Changes to the headers that the backend receives. Headers of the connection, such as `Host` and `Content-Length`, cannot be
 * changed; naming one is an error.
 */
export interface RequestHeaders {
  /**
   * Headers to set to a fixed value, which replaces what the client sent. A value is printable ASCII without a space at either
   * end, and not empty.
   * @default none
   */
  readonly set?: Readonly<Record<string, string>>;
  /**
   * Headers to remove before the request reaches the backend.
   * @default none
   */
  readonly remove?: readonly string[];
}

/** A route that leads to a backend. */
export interface ProxyRoute<B extends string, A extends string> extends RouteBase<A> {
  /** The name of a backend. */
  readonly to: B;
  /**
   * The path below the backend's URL, made of literals and of the route's own parameters, e.g. `/v2/{rest}`. The parameter for
   * the rest of a path is written without its plus here, and must be last.
   * @default the route's own path
   */
  readonly path?: string;
  /**
   * How long the backend may take, in whole seconds, 1 to 3,600.
   * @default the API's default, which is 15
   */
  readonly timeoutSeconds?: number;
  /**
   * Changes to the headers that the backend receives.
   * @default none
   */
  readonly requestHeaders?: RequestHeaders;
}

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A response that the gateway sends by itself. */
export interface Reply {
  /** The status, 200 to 599. */
  readonly status: number;
  /**
   * The headers. Values are printable ASCII; headers of the connection cannot be set.
   * @default `content-type` alone, if there is a body: `text/plain; charset=utf-8` for a string, `application/json` for other JSON
   */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The body. A string is sent as it is, any other value as JSON. It is an error for 204, 304 and `HEAD`, which have no body.
   * @default empty
   */
  readonly body?: Json;
}

/** A route that the gateway answers by itself. */
export interface ReplyRoute<A extends string> extends RouteBase<A> {
  /** The response. */
  readonly reply: Reply;
}

/** A route: it leads to a backend, or the gateway answers it by itself. */
export type Route<B extends string = string, A extends string = string> = ProxyRoute<B, A> | ReplyRoute<A>;
