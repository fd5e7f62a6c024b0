/** The types that the processes of a round share. */

/** The size of each request body and each response body. */
export const BODY_BYTES = 1024;

/** The requests of a round. */
export interface Load {
  /** The URL that the routes are relative to, without a trailing slash. */
  readonly url: string;
  readonly routes: number;
  readonly tokens: readonly string[];
  /** The number of concurrent requests, each on a connection of its own. */
  readonly connections: number;
}

export type ClientQuestion =
  /** Prepares the requests of a load and gives it a name. */
  | { readonly prepare: string; readonly load: Load }
  /** Sends the requests of a load for a time. */
  | { readonly round: string; readonly milliseconds: number };

/** The result of a round. Every response had the status 200 and a complete body; any other response is an error. */
export interface Round {
  readonly requestsPerSecond: number;
  /** The number of requests sent, including those answered after the end of the round. */
  readonly sent: number;
}

/** The requests that have reached the backend since the previous question. */
export interface Arrived {
  /** Requests with the expected method, path prefix and complete body. */
  readonly whole: number;
  readonly other: number;
}
