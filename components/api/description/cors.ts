import type { Method } from "./route-key.ts";

/**
 * Cross-origin access for browsers; one policy for the whole API, as on every vendor. The gateway answers preflights by itself,
 * without authentication, so a route for `OPTIONS` beside it is an error.
 */
export interface Cors {
  /**
   * The origins of pages as browsers send them, such as `https://shop.example.com` or `http://localhost:3000`, at least one; or
   * `["*"]` for all.
   */
  readonly origins: readonly string[];
  /**
   * The methods that a page may use, at least one.
   * @default the methods of the routes
   */
  readonly methods?: readonly Method[];
  /**
   * The request headers that a page may send, each by its name; a star is an error.
   * @default `authorization` and `content-type`
   */
  readonly headers?: readonly string[];
  /**
   * The response headers that a page may read, each by its name; a star is an error.
   * @default none
   */
  readonly expose?: readonly string[];
  /**
   * How long a browser may cache the response to a preflight, in whole seconds, 0 to 86,400.
   * @default 600
   */
  readonly maxAgeSeconds?: number;
  /**
   * Whether browsers send cookies; not with the origin `*`.
   * @default false
   */
  readonly credentials?: boolean;
}
