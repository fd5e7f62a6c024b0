import type { Surroundings } from "../../interpreter.ts";
import type { Bucket } from "../../verifying/counters.ts";
import type { AwsRouteSettings } from "../artefacts/http-api.ts";
import { throttleBucket } from "../shared/throttle.ts";

/** The throttle of a route. The provider sends 0 for an omitted field. */
export function bucketOf(
  { throttlingBurstLimit = 0, throttlingRateLimit = 0 }: AwsRouteSettings,
  surroundings: Pick<Surroundings, "readings">,
): Bucket {
  return throttleBucket(throttlingRateLimit, throttlingBurstLimit, surroundings);
}
