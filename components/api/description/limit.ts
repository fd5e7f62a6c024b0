import type { RouteKey } from "./route-key.ts";

/**
 * Limits how often requests may pass. The first `requests` within `per` pass, and at most twice as many pass within any span of
 * that length; each vendor's table documents how exactly the vendor counts. A route has at most one limit for each combination
 * of `per` and `by`.
 */
export interface Limit {
  /** How many requests pass within `per`: a whole number from 1 to 1,000,000,000. */
  readonly requests: number;
  /** The length of the window. */
  readonly per: "second" | "minute" | "hour" | "day";
  /**
   * What shares one count: each route, the whole API, each consumer or each client address. A consumer is identified by its
   * API key, or else by the token's subject; `consumer` is an error on a route that is open or uses `iam`.
   */
  readonly by: "route" | "api" | "consumer" | "ip";
  /**
   * The most requests at one instant: a whole number from 1 to 1,000,000,000. Only for vendors with token buckets.
   * @default `requests`
   */
  readonly burst?: number;
}

/** Limits how often one consumer may call. */
export interface PlanLimit {
  /** How many requests pass within `per`: a whole number from 1 to 1,000,000,000. */
  readonly requests: number;
  /** The length of the window. */
  readonly per: "second" | "minute" | "hour" | "day";
  /**
   * The most requests at one instant: a whole number from 1 to 1,000,000,000.
   * @default `requests`
   */
  readonly burst?: number;
}

/** Limits how many requests one consumer may send in a calendar period, in UTC. */
export interface Quota {
  /** How many requests pass within `per`: a whole number from 1 to 1,000,000,000. */
  readonly requests: number;
  /** The period. A week starts on Sunday. */
  readonly per: "day" | "week" | "month";
}

/** What a consumer of an API key may call. Each consumer has its own count. `{}` sets no limit. */
export interface Plan {
  /**
   * Limits on the total number of requests to all routes that require a key; at most one for each `per`.
   * @default none
   */
  readonly limits?: readonly PlanLimit[];
  /**
   * The quota of the same requests per calendar period.
   * @default none
   */
  readonly quota?: Quota;
  /**
   * Limits of single routes, which replace the route's own limits by consumer. Each route must require a key.
   * @default none
   */
  readonly routes?: Readonly<Record<RouteKey, readonly PlanLimit[]>>;
}

/** Plans by name: a letter, then letters, digits, `_` or `-`, at most 63 characters. */
export type Plans = Readonly<Record<string, Plan>>;
