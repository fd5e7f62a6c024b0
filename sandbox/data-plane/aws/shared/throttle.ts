import type { Readings } from "../../readings.ts";
import type { Bucket } from "../../verifying/counters.ts";

/**
 * The account's limits for all of its APIs together, in most Regions (docs.aws.amazon.com, limits). They replace the missing
 * number when a throttle sets only one of the two.
 */
export const ACCOUNT_RATE = 10_000;
export const ACCOUNT_BURST = 5_000;

/**
 * A throttle as a token bucket. Without a burst it has no tokens, and refuses every request.
 *
 * @param rate in requests a second
 */
export function throttleBucket(rate: number, burst: number, zeroRate: Readings["aws-zero-rate"]): Bucket {
  if (burst > 0 && rate > 0) return { capacity: burst, refillPerSecond: rate };
  const refuses = burst <= 0 || zeroRate === "refuses";
  return refuses ? { capacity: 0, refillPerSecond: 0 } : { capacity: burst, refillPerSecond: ACCOUNT_RATE };
}
