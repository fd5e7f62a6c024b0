import type { Bucket } from "../../verifying/counters.ts";
import type { AwsRouteSettings } from "../artefacts/http-api.ts";

/** The throttle of a route. The provider sends 0 for an omitted field. Unverified: a 0 in either field refuses every request. */
export function bucketOf({ throttlingBurstLimit = 0, throttlingRateLimit = 0 }: AwsRouteSettings): Bucket {
  return throttlingBurstLimit > 0 && throttlingRateLimit > 0
    ? { capacity: throttlingBurstLimit, refillPerSecond: throttlingRateLimit }
    : { capacity: 0, refillPerSecond: 0 };
}
