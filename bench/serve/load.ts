/** What the processes of a round agree on. */

/** Bytes of each request's body, and of each answer's. */
export const BODY_BYTES = 1024;

/** What is to be called, and as whom. */
export interface Load {
  /** With the path that the routes stand below, without a slash at its end. */
  readonly url: string;
  /** The certificate (PEM) of the authority to trust, for an https URL. */
  readonly authority?: string;
  readonly routes: number;
  readonly tokens: readonly string[];
  /** How many requests are under way at any time, each on a connection of its own. */
  readonly connections: number;
}

export type ClientQuestion =
  /** Prepares the requests of a load, under a name. */
  | { readonly prepare: string; readonly load: Load }
  /** Sends them for so long. */
  | { readonly round: string; readonly milliseconds: number };

/** What came of a round. Every answer was 200 with a whole body; anything else is an error. */
export interface Round {
  readonly requestsPerSecond: number;
  /** All that were sent, also those that were answered after the time was over. */
  readonly sent: number;
}

/** What has reached the backend since it was asked the last time. */
export interface Arrived {
  /** As they should be: method, path below the backend's own, and the whole body. */
  readonly whole: number;
  readonly other: number;
}
